// Tile jobs on the threads that all work shares. Knows what threads are given for them and what they keep.

import { isWarm, runOnOne, runTogether, warmPool as warmThreads } from '../threads/pool.js';
import type { Task } from '../threads/task.js';
import type { Job, Ran } from './tile-job.js';
import { loopsModule } from './wasm.js';

export { isWarm };

const TILES: Task<Job> = {
  module: new URL('./tile-job.js', import.meta.url),
  name: 'filtering',
  given: loopsModule,
  keptOf: ({ id }) => id,
  withoutKept: (job) => ({ ...job, group: undefined }),
};

/** Starts threads ahead of their first job, so that they come up while an image is being read. */
export function warmPool(threads: number): void {
  warmThreads(threads, [TILES]);
}

/** Runs a job's claims on `threads` threads; what each of them did. */
export function runOnPool(job: Job, threads: number): Promise<Ran[]> {
  warmPool(threads);
  return runTogether(TILES, job, threads);
}

/** Runs a job's rows on one of `threads` threads. */
export function runRowsOnPool(job: Job, threads: number): Promise<Ran> {
  return runOnOne(TILES, job, threads);
}
