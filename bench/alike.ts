// The largest difference between the results of two programs.

import type { Numbers } from './arrays.js';

/**
 * The largest difference between the maps of both sides, whose numbers come in the same order: in levels for 8
 * bits, else as a share of our largest response. @throws where they are not as many.
 */
export function largestDifference(ours: readonly Numbers[], theirs: readonly Numbers[]): number {
  const [first] = ours;
  const all = theirs.length === 1 ? slices(theirs[0]!, ours) : theirs;
  let difference = 0;
  let largest = 0;
  for (const [i, map] of ours.entries()) {
    const other = all[i]!;
    if (other.length !== map.length) throw new Error(`${other.length} numbers for ${map.length}`);
    for (let at = 0; at < map.length; at++) {
      const apart = Math.abs(map[at]! - other[at]!);
      // Written so that NaN counts as a difference.
      if (!(apart <= difference)) difference = apart;
      if (Math.abs(map[at]!) > largest) largest = Math.abs(map[at]!);
    }
  }
  return first instanceof Uint8Array ? difference : difference / largest;
}

/** One array of all maps, cut as ours are. */
function slices(whole: Numbers, like: readonly Numbers[]): Numbers[] {
  const total = like.reduce((sum, { length }) => sum + length, 0);
  if (total !== whole.length) throw new Error(`${whole.length} numbers for ${total}`);
  let from = 0;
  return like.map(({ length }) => {
    from += length;
    return whole.subarray(from - length, from);
  });
}
