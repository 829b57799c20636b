// Computes expected values by hand: options with their defaults, an image with alpha, its separate channels, and a kernel
// correlated with one channel in float64.

import type { Depth, Kernel, Samples } from '../../dist/index.js';
import type { FilterOptions } from '../../dist/pipeline/filter.js';
import { type ConvolutionOptions, DEFAULT_CONVOLUTION_OPTIONS } from '../../dist/plan/convolution-options.js';
import { randomImage } from './random-run.js';

/** Of even and odd size, without symmetry, anchored in a corner. */
export const KERNEL: Kernel = {
  name: 'k',
  width: 3,
  height: 2,
  inChannels: null,
  weights: Float64Array.of(1, 2, 3, 4, 0, 2),
  divisor: 12,
  bias: 0,
  anchor: [2, 0],
};

/** Options for `filter`: the command line's defaults, on one thread. */
export function optionsOf(
  more: Partial<FilterOptions> = {},
  convolution: Partial<ConvolutionOptions> = {},
): FilterOptions {
  const plain = { channels: 'each', alpha: 'keep', linear: false, method: 'auto' } as const;
  const rest = { threads: 1, limitPixels: 1e6, label: 'image' };
  return { ...plain, ...rest, convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, ...convolution }, ...more };
}

/** Random samples of which the last channel is alpha. */
export function withAlpha(depth: Depth = 8, width = 9, height = 7, channels = 4): Samples {
  const image = randomImage(width, height, channels, depth, 9);
  // Float samples are amounts between 0 and 1.
  const data = depth === 'float' ? image.data.map((v) => (v + 525) / 1050) : image.data;
  return { ...image, data, hasAlpha: true };
}

/** The channels from `from` to before `to` of every pixel, as values. */
export function channelsOf(image: Pick<Samples, 'data' | 'channels'>, from: number, to: number): number[] {
  return Array.from(image.data).filter((_, i) => i % image.channels >= from && i % image.channels < to);
}

/** Σ weight · value / divisor at every position; edges repeated, or a constant outside. */
export function slide(plane: number[], width: number, k: Kernel, constant: number | null = null): number[] {
  const height = plane.length / width;
  return plane.map((_, i) => {
    let sum = 0;
    k.weights.forEach((w, t) => {
      const x = (i % width) + (t % k.width) - k.anchor[0];
      const y = Math.floor(i / width) + Math.floor(t / k.width) - k.anchor[1];
      const inside = x >= 0 && x < width && y >= 0 && y < height;
      const at = Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1);
      sum += w * (inside || constant === null ? plane[at]! : constant);
    });
    return sum / k.divisor;
  });
}
