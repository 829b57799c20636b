// Taps packed into numbers: a kernel of a million weights would take a fifth of a second to become a million objects,
// and a second to be copied to a thread.

import type { Tap } from './plan.js';

/** Numbers of a tap: x, y, plane, weight. */
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

/** The distinct distances of taps along x (0) or y (1), in the order in which they are met. */
export function distancesOf(taps: Float64Array, axis: 0 | 1): Set<number> {
  const distances = new Set<number>();
  // Taps of a row share their y: most need no look-up.
  let last = Number.NaN;
  for (let i = axis; i < taps.length; i += TAP_NUMBERS) {
    const distance = taps[i]!;
    if (distance !== last) distances.add(distance);
    last = distance;
  }
  return distances;
}
