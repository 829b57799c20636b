// Runs tile jobs on the shared worker pool: each thread gets the compiled loops once, and caches the last group of
// plans.

import { isWarm, runOnOneThread, runOnThreads, warmPool as warmThreads } from '../runtime/worker-pool.js';
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

/** Runs the work units of a job on `threads` threads; returns the results of each thread. */
export function runOnPool(job: Job, threads: number): Promise<TileResults[]> {
  warmPool(threads);
  return runOnThreads(TILES, job, threads);
}

/** Runs the rows of a job on one of `threads` threads. */
export function runRowsOnPool(job: Job, threads: number): Promise<TileResults> {
  return runOnOneThread(TILES, job, threads);
}
