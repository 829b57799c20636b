// The responses of a kernel to a unit step (samples 0, then 1) and a unit ramp (samples 0, 1, 2, …) along one axis. The
// kernel is correlated with the signal, far from any border; responses are divided by the divisor and exclude the bias.

import type { Kernel } from '../kernel.js';

/** Response to samples that are 0 before a position along the axis and 1 from it on, in every channel. */
export interface StepResponse {
  readonly minimum: number;
  readonly maximum: number;
  /** The response where all samples under the kernel are 1: the DC gain (sum of weights / divisor). */
  readonly settles: number;
}

/** Response to samples that rise by 1 per position, in every channel: `slope` · position + `offset`. */
export interface RampResponse {
  /** The DC gain (sum of weights / divisor). */
  readonly slope: number;
  /** The response at position 0: Σ weight · (distance from the anchor along the axis) / divisor. */
  readonly offset: number;
}

export type Axis = 'x' | 'y';

/** The response to a unit step along an axis: at each position, the sum of the weights over samples of 1. */
export function stepResponse(kernel: Kernel, axis: Axis): StepResponse {
  let level = 0;
  let minimum = 0;
  let maximum = 0;
  // The last row or column reaches the step first.
  for (const sum of lineSums(kernel, axis).reverse()) {
    level += sum;
    minimum = Math.min(minimum, level / kernel.divisor);
    maximum = Math.max(maximum, level / kernel.divisor);
  }
  return { minimum: minimum + 0, maximum: maximum + 0, settles: level / kernel.divisor + 0 };
}

export function rampResponse(kernel: Kernel, axis: Axis): RampResponse {
  const anchor = kernel.anchor[axis === 'x' ? 0 : 1];
  let slope = 0;
  let offset = 0;
  lineSums(kernel, axis).forEach((sum, place) => {
    slope += sum;
    offset += sum * (place - anchor);
  });
  return { slope: slope / kernel.divisor + 0, offset: offset / kernel.divisor + 0 };
}

/** Sums of columns (along x) or rows (along y), over all planes. */
function lineSums({ weights, width, height }: Kernel, axis: Axis): Float64Array {
  const sums = new Float64Array(axis === 'x' ? width : height);
  weights.forEach((weight, i) => {
    sums[axis === 'x' ? i % width : Math.floor(i / width) % height]! += weight;
  });
  return sums;
}
