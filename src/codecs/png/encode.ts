// Encodes images of 8 or 16 bits as PNG without interlacing or palette. Strips are filtered and deflated in parallel.
// The bytes depend only on image and options, not on the number of threads.

import { availableParallelism } from 'node:os';
import { OutputError } from '../../core/errors.js';
import type { Rows, Samples } from '../../core/image.js';
import { mapWithConcurrency } from '../../runtime/concurrency.js';
import { isWarm, runOnOneThread } from '../../runtime/worker-pool.js';
import type { Task } from '../../runtime/worker-task.js';
import {
  concat,
  gammaChunk,
  headerChunk,
  type PngText,
  profileChunk,
  resolutionChunk,
  SIGNATURE,
  srgbChunk,
  textChunk,
} from './chunks.js';
import { type CompressedStrip, compressStrip, compressStripAsync, type StripJob } from './compress-strip.js';
import type { Compression } from './compression.js';
import { IdatWriter } from './idat-writer.js';
import { type PngShape, pixelBytes, rowBytes, stripsOf } from './layout.js';
import { clearScratch, copyToScratch } from './scratch-buffer.js';
import { pngModule, threadLoops } from './wasm-module.js';

export interface PngOptions {
  /** Compression effort; default `default`. */
  readonly compression?: Compression;
  /** Maximum number of worker threads; default: the number of cores. */
  readonly threads?: number;
  /**
   * Whether to encode synchronously on this thread. The bytes are the same but valid only until the next such call.
   */
  readonly isSynchronous?: boolean;
  /** Texts to embed. */
  readonly text?: readonly PngText[];
}

/**
 * Once the images of this thread have this many bytes of samples in all, starting workers pays off: each takes as long to
 * start as to encode some megabytes, and 10 MB of memory.
 */
const MIN_BYTES_TO_START = 10 * 2 ** 20;
/** From this many bytes on, workers that already run are faster than Node's thread pool. */
const MIN_BYTES_FOR_WORKERS = 2 ** 20;
/** Strips deflated concurrently on Node's thread pool, which has four threads. */
const POOL_STRIPS = 4;
/** Sides in PNG are 31-bit integers. */
const MAX_SIDE = 2 ** 31 - 1;

/** Bytes of samples of all images whose encoding has begun. */
let begunBytes = 0;

/** The worker task that compresses one strip. */
export const STRIP_TASK: Task<StripJob> = {
  module: new URL('./strip-worker.js', import.meta.url),
  name: 'encoding',
  setup: pngModule,
};

/**
 * Encodes an image. Its profile, sRGB intent, gamma and resolution are included.
 * @param picture 8- or 16-bit, grey or RGB, with or without alpha.
 * @returns the chunks of the file in order.
 * @throws OutputError for an invalid text or too long a side; RangeError if memory is exhausted.
 */
export async function encodePng(picture: Samples, options: PngOptions = {}): Promise<Uint8Array[]> {
  const {
    compression = 'default',
    threads = availableParallelism(),
    isSynchronous = false,
    text = [],
  } = options;
  const shape = pngShape(picture);
  const head = await pngHead(picture, text);
  const { buffer, byteOffset } = picture.data;
  const bytesOf = ({ from, to }: Rows) =>
    new Uint8Array(buffer, byteOffset + from * rowBytes(shape), (to - from) * rowBytes(shape));
  const compressing = { compression, threads: isSynchronous ? 0 : Math.max(1, threads) };
  const strips = await compressRows({ from: 0, to: shape.height }, shape, bytesOf, compressing);
  const writer = new IdatWriter();
  return [head, ...strips.flatMap((strip) => writer.add(strip)), writer.end()];
}

/** The shape of an image as PNG. @throws OutputError for too long a side. */
export function pngShape({ width, height, channels, depth }: Omit<Samples, 'data'>): PngShape {
  if (Math.max(width, height) > MAX_SIDE) {
    const found = `${width}×${height}`;
    throw new OutputError({ subject: 'a PNG', expected: `sides of at most ${MAX_SIDE} pixels`, found });
  }
  return { width, height, channels, depth: depth === 16 ? 16 : 8 };
}

/** The chunks before the image data. @throws OutputError for an invalid text. */
export async function pngHead(picture: Omit<Samples, 'data'>, text: readonly PngText[]): Promise<Uint8Array> {
  const { icc, srgb, gamma, resolution } = picture;
  // Texts come first, so that readers find them without parsing a profile.
  const head = [SIGNATURE, headerChunk(pngShape(picture)), ...text.map(textChunk)];
  if (icc) head.push(await profileChunk(icc));
  // A profile takes precedence over sRGB.
  if (srgb !== undefined && !icc) head.push(srgbChunk(srgb));
  if (gamma) head.push(gammaChunk(gamma));
  if (resolution) head.push(resolutionChunk(resolution));
  return concat(head);
}

/**
 * Compresses the strips that begin in some rows of an image.
 * @param bytesOf the bytes of the given rows, which may include the row above.
 * @param threads maximum number of workers; 0 compresses on this thread.
 */
export async function compressRows(
  { from, to }: Rows,
  shape: PngShape,
  bytesOf: (rows: Rows) => Uint8Array,
  { compression, threads }: { readonly compression: Compression; readonly threads: number },
): Promise<CompressedStrip[]> {
  const all = stripsOf(shape);
  const first = from / all[0]!.to;
  const strips = all.slice(first, Math.ceil(to / all[0]!.to));
  const bytes = shape.height * rowBytes(shape);
  if (from === 0) begunBytes += bytes;
  const paysOff = isWarm(threads) ? bytes >= MIN_BYTES_FOR_WORKERS : begunBytes >= MIN_BYTES_TO_START;
  const usesWorkers = threads > 0 && paysOff;
  const job = (rows: Rows, i: number): StripJob => {
    const index = first + i;
    const raw = bytesOf({ from: Math.max(0, rows.from - 1), to: rows.to });
    const rawRows = { rowBytes: rowBytes(shape), pixelBytes: pixelBytes(shape), depth: shape.depth };
    const place = { isFirst: index === 0, isLast: index === all.length - 1 };
    const sent = usesWorkers ? sendable(raw) : raw;
    return { raw: { ...rawRows, bytes: sent, hasPrior: index > 0 }, compression, ...place };
  };
  if (threads === 0) {
    clearScratch();
    return strips.map((rows, i) => compressStrip(job(rows, i), threadLoops(), copyToScratch));
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
