// The interface of what computes rows of maps on one thread.

import type { Rows, SampleArray } from '../core/image.js';
import type { Stats } from './output/requantize.js';

/** Computes rows of maps. */
export interface Runner {
  /**
   * Begins a run.
   * @param source all rows of the image, or a ring with as many as the next rows of the maps read.
   * @param targets one array per map; none if only the statistics are needed.
   * @param firstRow the row of the maps at which the targets begin.
   */
  begin(source: SampleArray, targets: readonly SampleArray[], firstRow?: number): void;
  runRows(rows: Rows): void;
  /** Drops references to the image and the maps. */
  end(): void;
  /** Statistics of each map since `begin`. */
  readonly stats: readonly Stats[];
}

/** Merges the statistics of several parts of one map. */
export function mergeStats(stats: readonly Stats[]): Stats {
  return stats.reduce((sum, { min, max, clipped }) => ({
    min: Math.min(sum.min, min),
    max: Math.max(sum.max, max),
    clipped: sum.clipped + clipped,
  }));
}
