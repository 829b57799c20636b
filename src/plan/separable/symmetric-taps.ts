// Folds the taps of a row or a column into pairs that share a weight: the two samples of a pair are added, or
// subtracted if their weights differ in sign, before a single multiplication.

import type { AxisTap } from '../plan.js';

/** Two distances with one weight. */
export interface Pair {
  readonly distances: readonly [number, number];
  readonly weight: number;
}

export interface Folded {
  /** Weight · (first + second). */
  readonly sums: readonly Pair[];
  /** Weight · (first − second). */
  readonly differences: readonly Pair[];
  readonly singles: readonly AxisTap[];
}

/** Folds taps about their middle, comparing weights as float32. */
export function fold(taps: readonly AxisTap[]): Folded {
  const sorted = [...taps].sort((a, b) => a.distance - b.distance);
  const sums: Pair[] = [];
  const differences: Pair[] = [];
  const singles: AxisTap[] = [];
  const ends = sorted.length > 0 ? sorted[0]!.distance + sorted.at(-1)!.distance : 0;
  const weightAt = new Map(sorted.map(({ distance, weight }) => [distance, Math.fround(weight)]));
  for (const tap of sorted) {
    const other = ends - tap.distance;
    const [weight, opposite] = [Math.fround(tap.weight), weightAt.get(other)];
    const isPair = other !== tap.distance && (weight === opposite || weight === -opposite!);
    if (!isPair) singles.push(tap);
    else if (tap.distance < other) {
      const pair = { distances: [tap.distance, other], weight: tap.weight } as const;
      (weight === opposite ? sums : differences).push(pair);
    }
  }
  return { sums, differences, singles };
}
