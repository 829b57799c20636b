// Large arrays let go at once. V8 does not count memory that threads share, nor what libvips hands over, and would
// let hundreds of megabytes lie until something else makes it look.

import { collectNow } from './gc.js';
import { collectOnThreads } from './worker-pool.js';

/** Fewer bytes are not worth the milliseconds that looking for them takes. */
const LARGE = 48 * 2 ** 20;
/** Less of them does not add up to much. */
const SMALL = 2 ** 20;

/** So many bytes of pieces are let lie: memory that was used just now costs less than fresh memory does. */
const FEW = 4 * 2 ** 20;

let pending = 0;
let pendingPieces = 0;

/** Frees what nothing refers to any more, where `bytes` of it have just been let go, or many times less. */
export function releaseMemory(bytes: number): void {
  if (bytes < SMALL) return;
  pending += bytes;
  if (pending < LARGE) return;
  pending = 0;
  collectNow();
  // What was shared is held by every thread that has seen it.
  collectOnThreads();
}

/** The same for pieces that were made and let go of a moment ago: finding those takes little time. */
export function releaseSmallPieces(bytes: number): void {
  pendingPieces += bytes;
  if (pendingPieces < FEW) return;
  pendingPieces = 0;
  collectNow('minor');
}
