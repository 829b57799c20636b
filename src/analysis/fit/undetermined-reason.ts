// Explains why a pair of images does not determine a kernel: the repetitions in the image before, because of
// which only sums of weights are determined. Uses only the sums of the equations.

import type { Sums } from './sums.js';

/** Samples are equal if the squares of their differences are below this share of their own. */
const SAME = 1e-12;

/** The reason why `width` × `height` weights are not determined, as a sentence without full stop. */
export function undeterminedReason({ products, count }: Sums, width: number, height: number): string {
  const area = width * height;
  if (count < area) return `it gives ${count} ${count === 1 ? 'equation' : 'equations'} for ${area} weights`;
  const own = (i: number) => products[i]![i]!;
  if (products.slice(0, area).every((row, i) => row[i] === 0))
    return 'the image before is 0 at all positions used, so that no weight is determined';
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
  const isFlat = (width === 1 || has(1, 0)) && (height === 1 || has(0, 1));
  if (found.length === 0) return 'some combinations of weights have no effect on the image after';
  if (isFlat) return 'the image before is flat, so that only the sum of all weights is determined';
  if (has(1, 0))
    return 'the image before does not change along x, so that only the sum of each row of weights is determined';
  if (has(0, 1))
    return 'the image before does not change along y, so that only the sum of each column of weights is determined';
  const places = independent(found).map(([dx, dy]) => `(${dx}, ${dy})`);
  return `the image before repeats itself every ${places.join(' and every ')} samples, so that only sums of weights at these distances are determined`;
}

type Shift = readonly [dx: number, dy: number];

/** Displacements between two weights, shortest first; only one of each pair of opposites. */
function shiftsWithin(width: number, height: number): Shift[] {
  const shifts: Shift[] = [];
  for (let dy = 0; dy < height; dy++) {
    for (let dx = dy === 0 ? 1 : 1 - width; dx < width; dx++) shifts.push([dx, dy]);
  }
  const length = ([dx, dy]: Shift) => dx * dx + dy * dy;
  return shifts.sort((a, b) => length(a) - length(b));
}

/** The shortest displacement, and the shortest one that is not a multiple of it. */
function independent([first, ...others]: readonly Shift[]): Shift[] {
  const second = others.find(([dx, dy]) => dx * first![1] !== dy * first![0]);
  return second ? [first!, second] : [first!];
}
