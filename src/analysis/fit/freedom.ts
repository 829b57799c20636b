// Why a pair of images does not determine a kernel, in words: what of the image before repeats itself, so that only sums
// of weights show in the image after. Reads the sums of the equations, no image.

import type { Sums } from './sums.js';

/** Samples are the same where the squares of their differences are less than this share of their own. */
const SAME = 1e-12;

/** What stands in the way of `width` × `height` weights, as a sentence without its end. */
export function reasonOf({ products, count }: Sums, width: number, height: number): string {
  if (count < width * height) {
    return `it gives ${count} ${count === 1 ? 'equation' : 'equations'} for ${width * height} weights`;
  }
  const own = (i: number) => products[i]![i]!;
  const area = width * height;
  if (Array.from({ length: area }, (_, i) => own(i)).every((square) => square === 0)) {
    return 'the image before is 0 wherever it was looked at, so that no weight shows';
  }
  const repeats = ([dx, dy]: Shift) => {
    for (let y = 0; y + dy < height; y++) {
      for (let x = Math.max(0, -dx); x < width && x + dx < width; x++) {
        const [i, j] = [y * width + x, (y + dy) * width + x + dx];
        const apart = own(i) + own(j) - 2 * products[i]![j]!;
        if (apart > SAME * (own(i) + own(j))) return false;
      }
    }
    return true;
  };
  const found = shiftsWithin(width, height).filter(repeats);
  const has = (x: number, y: number) => found.some(([dx, dy]) => dx === x && dy === y);
  const flat = [width === 1 || has(1, 0), height === 1 || has(0, 1)];
  if (found.length === 0) return 'some combinations of weights do not show in the image after';
  if (flat[0] && flat[1]) return 'the image before is flat, so that only the sum of all weights shows';
  if (has(1, 0))
    return 'the image before does not change along x, so that only the sum of each row of weights shows';
  if (has(0, 1))
    return 'the image before does not change along y, so that only the sum of each column of weights shows';
  const places = independent(found).map(([dx, dy]) => `(${dx}, ${dy})`);
  return `the image before repeats itself every ${places.join(' and every ')} samples, so that only sums of weights so far apart show`;
}

type Shift = readonly [dx: number, dy: number];

/** Distances between two weights, the shortest first; of a distance and its opposite one. */
function shiftsWithin(width: number, height: number): Shift[] {
  const shifts: Shift[] = [];
  for (let dy = 0; dy < height; dy++) {
    for (let dx = dy === 0 ? 1 : 1 - width; dx < width; dx++) shifts.push([dx, dy]);
  }
  const length = ([dx, dy]: Shift) => dx * dx + dy * dy;
  return shifts.sort((a, b) => length(a) - length(b));
}

/** The shortest, and the shortest of those that are no multiple of it. */
function independent([first, ...others]: readonly Shift[]): Shift[] {
  const second = others.find(([dx, dy]) => dx * first![1] !== dy * first![0]);
  return second ? [first!, second] : [first!];
}
