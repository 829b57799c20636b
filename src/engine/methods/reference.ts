// The definition of a response, in float64: written to be read, and the reference for the tests of every method. It is
// never optimised and does not depend on plans, tiles or accumulator types.

import type { Kernel } from '../../kernels/kernel.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import type { ConvolutionOptions } from '../../plan/convolution-options.js';

/** Reads the sample of channel `c` at (x, y), inside the image. */
export type ReadSample = (x: number, y: number, c: number) => number;

/**
 * The response at input position (px, py): Σ weight · sample / divisor + bias. Correlation reads the sample
 * at +offset from the position as the kernel is written; convolution, flipped, at −offset. `channel` is the
 * one filtered; a kernel with planes of its own sums over all channels instead.
 */
export function responseAt(
  read: ReadSample,
  size: readonly [number, number],
  kernel: Kernel,
  { flip, border, dilation }: ConvolutionOptions,
  px: number,
  py: number,
  channel: number,
): number {
  const { map } = BORDERS[border.mode];
  const sign = flip ? -1 : 1;
  let sum = 0;
  let weightInside = 0;
  let totalWeight = 0;
  let magnitude = 0;
  let index = 0;
  for (let c = 0; c < (kernel.inChannels ?? 1); c++) {
    for (let j = 0; j < kernel.height; j++) {
      for (let i = 0; i < kernel.width; i++) {
        const weight = kernel.weights[index++]!;
        if (weight === 0) continue;
        const x = map(px + sign * (i - kernel.anchor[0]) * dilation[0], size[0]);
        const y = map(py + sign * (j - kernel.anchor[1]) * dilation[1], size[1]);
        const isInside = x !== OUTSIDE && y !== OUTSIDE;
        if (isInside) sum += weight * read(x, y, kernel.inChannels === null ? channel : c);
        else if (border.mode === 'constant') sum += weight * border.value;
        if (isInside) weightInside += weight;
        totalWeight += weight;
        magnitude += Math.abs(weight);
      }
    }
  }
  if (border.mode === 'renormalize') sum *= renormalization(weightInside, totalWeight, magnitude);
  return sum / kernel.divisor + kernel.bias;
}

/** The factor for the sum of the taps inside the image: all weights over those inside; 0 where those inside cancel. */
export function renormalization(weightInside: number, totalWeight: number, magnitude: number): number {
  return Math.abs(weightInside) <= 1e-12 * magnitude ? 0 : totalWeight / weightInside;
}
