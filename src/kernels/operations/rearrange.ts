// Weights moved to other places in each plane, their anchor with them. It does not know why they move.

import type { Kernel } from '../kernel.js';
import type { Changed } from './operation.js';

/** [x, y] in a plane. */
export type Position = readonly [number, number];

/** The kernel whose weight at (x, y) goes to `target(x, y)`, one to one, in planes of width × height. */
export function rearranged(
  kernel: Kernel,
  [width, height]: readonly [number, number],
  target: (x: number, y: number) => Position,
): Changed {
  const { weights, inChannels, divisor, bias, anchor } = kernel;
  const area = width * height;
  const moved = new Float64Array(weights.length);
  let i = 0;
  for (let y = 0; y < kernel.height; y++) {
    for (let x = 0; x < kernel.width; x++, i++) {
      const [toX, toY] = target(x, y);
      const to = toY * width + toX;
      for (let plane = 0; plane < weights.length; plane += area) moved[plane + to] = weights[plane + i]!;
    }
  }
  const [x, y] = anchor;
  return { width, height, inChannels, weights: moved, divisor, bias, anchor: target(x, y) };
}
