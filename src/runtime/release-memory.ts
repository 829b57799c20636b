// Triggers garbage collection after large arrays become unreachable. V8 counts neither memory that threads share nor
// memory that libvips allocates, and would leave hundreds of megabytes uncollected.

import { collectNow } from './gc.js';
import { collectOnThreads } from './worker-pool.js';

/** Below this total, a collection costs more time than it is worth. */
const FULL_LIMIT = 48 * 2 ** 20;
/** Arrays below this size are not counted. */
const MIN_COUNTED = 2 ** 20;

/** Short-lived bytes before a minor collection: reusing warm memory is faster than touching fresh memory. */
const MINOR_LIMIT = 4 * 2 ** 20;

let pending = 0;
let pendingShortLived = 0;

/** Notes that `bytes` bytes have become unreachable; collects on all threads once enough have. */
export function releaseMemory(bytes: number): void {
  if (bytes < MIN_COUNTED) return;
  pending += bytes;
  if (pending < FULL_LIMIT) return;
  pending = 0;
  collectNow();
  // Shared memory stays referenced by every thread that has seen it.
  collectOnThreads();
}

/** The same for memory that was allocated a moment ago, which a minor collection finds quickly. */
export function releaseShortLived(bytes: number): void {
  pendingShortLived += bytes;
  if (pendingShortLived < MINOR_LIMIT) return;
  pendingShortLived = 0;
  collectNow('minor');
}
