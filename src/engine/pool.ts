// The engine's task for the shared worker pool: each thread gets the compiled loops once, and caches the last work's shape.

import { warmPool as warmThreads } from '../runtime/worker-pool.js';
import type { Task } from '../runtime/worker-task.js';
import type { Job } from './tile-worker.js';
import { loopsModule } from './wasm-module.js';

/** Units of a work that threads share out, or rows that one thread computes. */
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
