// Tile jobs on the threads that all work shares. Knows what threads are given for them and what they keep.

import { isWarm, runTogether, warmPool as warmThreads } from '../threads/pool.js';
import type { Task } from '../threads/task.js';
import type { Job } from './tile-job.js';
import type { Stats } from './values.js';
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

/** Runs a job on `threads` threads and returns what each noted of each map. */
export function runOnPool(job: Job, threads: number): Promise<(readonly Stats[])[]> {
  warmPool(threads);
  return runTogether(TILES, job, threads);
}
