// Compresses the strips of some rows in parallel: on worker threads, on Node's thread pool, or on this thread.

import type { Rows, SampleArray } from '../../core/image.js';
import { mapWithConcurrency } from '../../runtime/concurrency.js';
import { isWarm, runOnOneThread } from '../../runtime/worker-pool.js';
import type { Task } from '../../runtime/worker-task.js';
import { type CompressedStrip, compressStrip, compressStripAsync, type StripJob } from './compress-strip.js';
import type { Compression } from './compression.js';
import { type PngShape, pixelBytes, rowBytes, stripsOf } from './layout.js';
import { pngModule, threadLoops } from './wasm-module.js';

/**
 * Once the images of this thread have this many bytes of samples in all, starting workers pays off: starting one takes
 * as long as encoding some megabytes, and it needs 10 MB of memory.
 */
const MIN_BYTES_TO_START = 10 * 2 ** 20;
/** From this many bytes on, workers that already run are faster than Node's thread pool. */
const MIN_BYTES_FOR_WORKERS = 2 ** 20;
/** Strips deflated concurrently on Node's thread pool, which has four threads. */
const POOL_STRIPS = 4;
const MIN_KEPT_BYTES = 2 ** 20;

/** Bytes of samples of all images whose encoding has begun. */
let begunBytes = 0;

/** The worker task that compresses one strip. */
export const STRIP_TASK: Task<StripJob> = {
  module: new URL('./strip-worker.js', import.meta.url),
  name: 'encoding',
  setup: pngModule,
};

/**
 * Compresses the strips that begin in some rows of an image.
 * @param samples those of the rows from `from` on; they follow the row above them in memory, unless `from` is 0.
 * @param threads maximum number of workers; 0 compresses on this thread, into memory that the next such call reuses.
 */
export async function compressRows(
  { buffer, byteOffset, byteLength }: SampleArray,
  from: number,
  shape: PngShape,
  { compression, threads }: { readonly compression: Compression; readonly threads: number },
): Promise<CompressedStrip[]> {
  const pitch = rowBytes(shape);
  const all = stripsOf(shape);
  const stripRows = all[0]!.to;
  const first = from / stripRows;
  const strips = all.slice(first, Math.ceil((from + byteLength / pitch) / stripRows));
  const bytes = shape.height * pitch;
  if (from === 0) begunBytes += bytes;
  const paysOff = isWarm(threads) ? bytes >= MIN_BYTES_FOR_WORKERS : begunBytes >= MIN_BYTES_TO_START;
  const usesWorkers = threads > 0 && paysOff;
  const job = (rows: Rows, i: number): StripJob => {
    const index = first + i;
    const top = Math.max(0, rows.from - 1);
    const raw = new Uint8Array(buffer, byteOffset + (top - from) * pitch, (rows.to - top) * pitch);
    return {
      bytes: usesWorkers ? sendable(raw) : raw,
      rowBytes: pitch,
      pixelBytes: pixelBytes(shape),
      depth: shape.depth,
      compression,
      isFirst: index === 0,
      isLast: index === all.length - 1,
    };
  };
  if (threads === 0) {
    keptBytes = 0;
    return strips.map((rows, i) => compressStrip(job(rows, i), threadLoops(), keepBytes));
  }
  // Few jobs are queued at once, so that jobs of other images can run in between.
  const concurrency = usesWorkers ? threads : POOL_STRIPS;
  return mapWithConcurrency(strips, concurrency, async (rows, i) => {
    if (usesWorkers) return runOnOneThread(STRIP_TASK, job(rows, i), threads);
    const strip = await compressStripAsync(job(rows, i));
    // Other work of this thread runs in between.
    await new Promise((resolve) => setImmediate(resolve));
    return strip;
  });
}

/** Bytes for a worker: a copy if they are in unshared memory, since the whole buffer would be transferred. */
function sendable(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof SharedArrayBuffer ? bytes : bytes.slice();
}

/** Reused memory for compressed bytes: allocating fresh memory takes longer than deflating. */
let kept = new Uint8Array();
let keptBytes = 0;

/** Copies bytes to the reused memory. */
function keepBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (keptBytes + bytes.length > kept.length) {
    // Earlier copies stay in the old memory.
    kept = new Uint8Array(Math.max(MIN_KEPT_BYTES, 2 * (keptBytes + bytes.length)));
    keptBytes = 0;
  }
  const copy = kept.subarray(keptBytes, keptBytes + bytes.length);
  copy.set(bytes);
  keptBytes += bytes.length;
  return copy;
}
