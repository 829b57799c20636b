// Moves the weights of each plane to other positions, together with the anchor.

import type { Kernel } from '../kernel.js';
import type { StepResult } from './operation.js';

/** [x, y] in a plane. */
export type Position = readonly [number, number];

/** Moves the weight at (x, y) to `target(x, y)`, which must be one-to-one onto planes of width × height. */
export function rearrange(
  kernel: Kernel,
  [width, height]: readonly [number, number],
  target: (x: number, y: number) => Position,
): StepResult {
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
