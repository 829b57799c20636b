// Taps packed into one array: for a kernel of a million weights, creating objects takes a fifth of a second, and
// copying them to a thread takes a second.

import type { Blocks, Tap } from './plan.js';

/** Numbers per tap: x, y, plane, weight. */
export const TAP_NUMBERS = 4;

export function unpackTaps(taps: Float64Array): Tap[] {
  return Array.from({ length: countTaps(taps) }, (_, tap) => {
    const i = tap * TAP_NUMBERS;
    return { x: taps[i]!, y: taps[i + 1]!, plane: taps[i + 2]!, weight: taps[i + 3]! };
  });
}

export function countTaps(taps: Float64Array): number {
  return taps.length / TAP_NUMBERS;
}

/** Properties of the weights of taps. */
export interface Weights {
  readonly areWhole: boolean;
  /** The sum of the positive weights, and the magnitude of the sum of the negative ones. */
  readonly positive: number;
  readonly negative: number;
  /** The largest magnitude. */
  readonly largest: number;
}

export function summarizeWeights(taps: Float64Array): Weights {
  let areWhole = true;
  let [positive, negative, largest] = [0, 0, 0];
  for (let i = 3; i < taps.length; i += TAP_NUMBERS) {
    const weight = taps[i]!;
    areWhole &&= Number.isInteger(weight);
    if (weight > 0) positive += weight;
    else negative -= weight;
    largest = Math.max(largest, Math.abs(weight));
  }
  return { areWhole, positive, negative, largest };
}

/** The smallest distance of taps along each axis, and the number of distances from it to the largest. */
export function extentOf(taps: Float64Array): Pick<Blocks, 'first' | 'span'> {
  let [left, top, right, bottom] = [taps[0]!, taps[1]!, taps[0]!, taps[1]!];
  for (let i = 0; i < taps.length; i += TAP_NUMBERS) {
    const [x, y] = [taps[i]!, taps[i + 1]!];
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { first: [left, top], span: [right - left + 1, bottom - top + 1] };
}

/** The distinct distances of taps along x (0) or y (1), in order of occurrence. */
export function distancesOf(taps: Float64Array, axis: 0 | 1): Set<number> {
  const distances = new Set<number>();
  // Taps of a row share their y, so most need no look-up.
  let last = Number.NaN;
  for (let i = axis; i < taps.length; i += TAP_NUMBERS) {
    const distance = taps[i]!;
    if (distance !== last) distances.add(distance);
    last = distance;
  }
  return distances;
}
