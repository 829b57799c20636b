// Tile jobs on the threads that all work shares. Knows what threads are given for them and what they keep.

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
  withoutCached: (job) => ({ ...job, group: undefined }),
};

/** Starts threads ahead of their first job, so that they come up while an image is being read. */
export function warmPool(threads: number): void {
  warmThreads(threads, [TILES]);
}

/** Runs a job's claims on `threads` threads; what each of them did. */
export function runOnPool(job: Job, threads: number): Promise<TileResults[]> {
  warmPool(threads);
  return runOnThreads(TILES, job, threads);
}

/** Runs a job's rows on one of `threads` threads. */
export function runRowsOnPool(job: Job, threads: number): Promise<TileResults> {
  return runOnOneThread(TILES, job, threads);
}
