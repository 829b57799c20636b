// The engine's task for the worker pool: each thread receives the compiled loops once, and caches the shape of its last
// work.

import { warmPool as warmThreads } from '../runtime/worker-pool.js';
import type { Task } from '../runtime/worker-task.js';
import type { Job } from './tile-worker.js';
import { loopsModule } from './wasm-module.js';

/** Computes units of a work, which several threads share, or rows of it on one thread. */
export const TILES: Task<Job> = {
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
