// Moves the weights of each plane to other positions, together with the anchor; rotates kernels clockwise, from
// +x (right) to +y (down).

import type { Kernel } from '../kernel.js';
import type { StepResult } from './operation.js';

/** [x, y] in a plane. */
type Position = readonly [number, number];

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

/**
 * The kernel rotated by 0 … 7 eighths of a turn. Odd numbers require a square kernel of odd size, every ring of
 * which is shifted by an eighth of its length.
 */
export function rotateByEighths(kernel: Kernel, eighths: number): StepResult {
  const { width, height } = kernel;
  if (eighths === 0) return kernel;
  if (eighths % 2 === 1) {
    const shifted = rearrange(kernel, [width, height], (x, y) => shiftedOnRing(x, y, width >> 1));
    return rotateByEighths({ ...kernel, ...shifted }, eighths - 1);
  }
  const turned = rearrange(kernel, [height, width], (x, y) => [height - 1 - y, x]);
  return rotateByEighths({ ...kernel, ...turned }, eighths - 2);
}

// A ring of radius r has 8r positions; 45° clockwise are r of them, along a side and around the corner that follows.
function shiftedOnRing(x: number, y: number, centre: number): Position {
  const [dx, dy] = [x - centre, y - centre];
  const r = Math.max(Math.abs(dx), Math.abs(dy));
  const onRing = (offset: number) => centre + Math.min(Math.max(offset, -r), r);
  return [onRing(dx - dy), onRing(dx + dy)];
}
