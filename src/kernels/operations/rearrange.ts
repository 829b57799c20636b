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
  if (eighths % 2 === 1) {
    return rearrange(kernel, [width, height], (x, y) => ringTarget(x, y, width >> 1, eighths));
  }
  if (eighths === 0) return kernel;
  const turned = rearrange(kernel, [height, width], (x, y) => [height - 1 - y, x]);
  return rotateByEighths({ ...kernel, ...turned }, eighths - 2);
}

// A ring of radius r has 8r positions, clockwise from its top left corner; 45° are r of them.
function ringTarget(x: number, y: number, centre: number, eighths: number): Position {
  const dx = x - centre;
  const dy = y - centre;
  const r = Math.max(Math.abs(dx), Math.abs(dy));
  if (r === 0) return [x, y];
  const place = (ringPosition(dx, dy, r) + eighths * r) % (8 * r);
  const side = Math.floor(place / (2 * r));
  const along = (place % (2 * r)) - r;
  if (side === 0) return [centre + along, centre - r];
  if (side === 1) return [centre + r, centre + along];
  return side === 2 ? [centre - along, centre + r] : [centre - r, centre - along];
}

function ringPosition(dx: number, dy: number, r: number): number {
  if (dy === -r && dx < r) return dx + r;
  if (dx === r && dy < r) return 3 * r + dy;
  if (dy === r && dx > -r) return 5 * r - dx;
  return 7 * r - dy;
}
