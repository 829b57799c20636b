// The function type that computes rows of maps on one thread, and how statistics of its results are merged.

import type { Rows, SampleArray } from '../core/image.js';
import type { Stats } from './output/requantize.js';

/** The input of rows of maps, and where they are stored. */
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

/** Merges two lists with the statistics of each map; a list is empty if it covers no rows. */
export function mergeStatsByMap(some: readonly Stats[], others: readonly Stats[]): readonly Stats[] {
  if (some.length === 0) return others;
  if (others.length === 0) return some;
  return some.map((stats, map) => mergeStats([stats, others[map]!]));
}
