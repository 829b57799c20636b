// The responses of a kernel to a step and a ramp along an axis, correlated, far from any border. Divided by
// the divisor, without the bias.

import type { Kernel } from '../kernel.js';

/** Response to samples that are 0 before a line and 1 from it on, in every channel. */
export interface StepResponse {
  readonly minimum: number;
  readonly maximum: number;
  /** Value far behind the line: the DC gain. */
  readonly settles: number;
}

/** Response to samples that rise by 1 per position, in every channel: `slope` · position + `offset`. */
export interface RampResponse {
  /** The DC gain. */
  readonly slope: number;
  readonly offset: number;
}

export type Axis = 'x' | 'y';

/** The response to a unit step along an axis: at each position, Σ of the weights that are past the line. */
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

/** The response to a unit ramp along an axis: gain, and first moment about the anchor. */
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
