// Boxes for the tests of running sums: kernels of equal weights, their plans with that method, and their sums computed
// independently of the engine, along rows first and then down columns.

import type { Samples } from '../../dist/core/image.js';
import type { Kernel } from '../../dist/kernels/kernel.js';
import { type ConvolutionOptions, DEFAULT_CONVOLUTION_OPTIONS } from '../../dist/plan/convolution-options.js';
import { makePlan } from '../../dist/plan/make-plan.js';
import type { Plan } from '../../dist/plan/plan.js';

export function box(width: number, height: number, more: Partial<Kernel> & { weight?: number } = {}): Kernel {
  const { weight = 1, ...rest } = more;
  const anchor = [(width - 1) >> 1, (height - 1) >> 1] as const;
  const weights = new Float64Array(width * height).fill(weight);
  return { name: 'box', width, height, inChannels: null, weights, divisor: 1, bias: 0, anchor, ...rest };
}

export function planOf(image: Samples, kernel: Kernel, convolution: Partial<ConvolutionOptions> = {}): Plan {
  return makePlan(kernel, image, {
    convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, ...convolution },
    channels: 'each',
    filterAlpha: false,
    method: 'running-sums',
    output: { depth: 'float', map: null, gain: 1 },
    limitPixels: 1e6,
    label: 'image',
  });
}

/** The value of samples outside the image: the nearest edge, or a constant. */
export type Outside = 'replicate' | number;

/** Σ samples under the box at every position of the map (`same`), integers all of them. */
export function sums(image: Samples, k: Kernel, outside: Outside, flip = false): number[] {
  const { width, height, channels, data } = image;
  const [ax, ay] = flip ? [k.width - 1 - k.anchor[0], k.height - 1 - k.anchor[1]] : k.anchor;
  const sample = (x: number, y: number, c: number) => {
    const isInside = x >= 0 && y >= 0 && x < width && y < height;
    if (!isInside && outside !== 'replicate') return outside;
    const cx = Math.min(Math.max(x, 0), width - 1);
    const cy = Math.min(Math.max(y, 0), height - 1);
    return data[(cy * width + cx) * channels + c]!;
  };
  // Sums along rows first, then down columns of those.
  const across = (y: number) =>
    Array.from({ length: width * channels }, (_, i) => {
      let sum = 0;
      for (let t = 0; t < k.width; t++) sum += sample(Math.floor(i / channels) + t - ax, y, i % channels);
      return sum;
    });
  const rows = new Map<number, number[]>();
  for (let y = -ay; y < height + k.height - ay; y++) rows.set(y, across(y));
  return Array.from(data, (_, i) => {
    const y = Math.floor(i / (width * channels));
    let sum = 0;
    for (let t = 0; t < k.height; t++) sum += rows.get(y + t - ay)![i % (width * channels)]!;
    return sum;
  });
}
