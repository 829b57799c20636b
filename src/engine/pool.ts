// Runs tile jobs on the shared worker pool: each thread gets the compiled loops once, and caches the last group of
// plans.

import { runUnitsOnThreads, type SharedUnits } from '../runtime/units.js';
import { isWarm, runOnOneThread, warmPool as warmThreads } from '../runtime/worker-pool.js';
import type { Task } from '../runtime/worker-task.js';
import type { Job, TileResults } from './tile-worker.js';
import { loopsModule } from './wasm-module.js';

export { isWarm };

const TILES: Task<Job> = {
  module: new URL('./tile-worker.js', import.meta.url),
  name: 'filtering',
  setup: loopsModule,
  cacheId: ({ id }) => id,
  withoutCached: (job) => ({ ...job, shape: undefined }),
};

/** Starts threads before their first job, while an image is still being read. */
export function warmPool(threads: number): void {
  warmThreads(threads, [TILES]);
}

/** Runs a job of `count` work units on `threads` threads; returns the results of each thread. */
export function runUnitsOnPool(
  jobOf: (units: SharedUnits) => Job,
  count: number,
  threads: number,
  onShare?: (share: number) => void,
): Promise<TileResults[]> {
  warmPool(threads);
  return runUnitsOnThreads(TILES, jobOf, count, threads, onShare);
}

/** Runs the rows of a job on one of `threads` threads. */
export function runRowsOnPool(job: Job, threads: number): Promise<TileResults> {
  return runOnOneThread(TILES, job, threads);
}
