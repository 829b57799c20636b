// The responses of a kernel to simple infinite images, computed from its weights, to check the claims in descriptions.

import type { Kernel } from '../../../dist/index.js';

/** The directions that descriptions name, as [x, y] with y downwards. */
export const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  upwards: [0, -1],
  'to the upper right': [1, -1],
  'to the right': [1, 0],
  'to the lower right': [1, 1],
  downwards: [0, 1],
  'to the lower left': [-1, 1],
  'to the left': [-1, 0],
  'to the upper left': [-1, -1],
};

/** The response, without bias, at the origin of an image of the values `image(x, y)`. */
export function responseTo(kernel: Kernel, image: (x: number, y: number) => number): number {
  const { weights, width, anchor, divisor } = kernel;
  let sum = 0;
  for (const [i, weight] of weights.entries()) {
    sum += weight * image((i % width) - anchor[0], Math.floor(i / width) - anchor[1]);
  }
  return sum / divisor;
}

/** The largest response to a step from 0 to 1 that rises along a direction and passes by. */
export function responseToStep(kernel: Kernel, [dx, dy]: readonly [number, number]): number {
  const reach = 2 * (kernel.width + kernel.height);
  const places = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  const responses = places.map((at) => responseTo(kernel, (x, y) => (dx * x + dy * y > at ? 1 : 0)));
  return Math.max(...responses);
}

/** The response to brightness that rises by 1 a sample along x or y, or by 1 along both for a diagonal. */
export function responseToSlope(kernel: Kernel, [dx, dy]: readonly [number, number]): number {
  return responseTo(kernel, (x, y) => dx * x + dy * y);
}

/** The complex frequency response at angular frequencies (u, v), correlation. */
export function frequencyResponse(kernel: Kernel, u: number, v: number): { re: number; im: number } {
  return {
    re: responseTo(kernel, (x, y) => Math.cos(u * x + v * y)),
    im: responseTo(kernel, (x, y) => Math.sin(u * x + v * y)),
  };
}
