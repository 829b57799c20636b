// The interface of what computes rows of maps on one thread.

import type { Rows, SampleArray } from '../core/image.js';
import type { Stats } from './output/requantize.js';

/** What rows of maps are computed from, and where they are stored. */
export interface RunData {
  /** All rows of the image, or a ring with as many as the rows of the maps read. */
  readonly source: SampleArray;
  /** One array per map; none if only the statistics are needed. */
  readonly targets: readonly SampleArray[];
  /** The row of the maps at which the targets begin. */
  readonly firstRow: number;
}

/** Computes rows of maps; returns the statistics of each. */
export type ComputeRows = (rows: Rows, data: RunData) => readonly Stats[];

/** Merges the statistics of several parts of one map. */
export function mergeStats(stats: readonly Stats[]): Stats {
  return stats.reduce((sum, { min, max, clipped }) => ({
    min: Math.min(sum.min, min),
    max: Math.max(sum.max, max),
    clipped: sum.clipped + clipped,
  }));
}

/** The same for each of several maps; one of the two may be about no rows, and empty. */
export function mergeMaps(some: readonly Stats[], others: readonly Stats[]): readonly Stats[] {
  if (some.length === 0 || others.length === 0) return [...some, ...others];
  return some.map((stats, i) => mergeStats([stats, others[i]!]));
}
