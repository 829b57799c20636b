// A picture of 8 or 16 bits → a PNG: not interlaced, no palette, in strips that are filtered and deflated on all
// threads at once. Its bytes depend on the picture and the options only, not on who makes the strips, or when.

import { availableParallelism } from 'node:os';
import { OutputError } from '../../core/errors.js';
import type { Rows, Samples } from '../../core/image.js';
import { mapWithConcurrency } from '../../runtime/concurrency.js';
import { isWarm, runOnOneThread } from '../../runtime/worker-pool.js';
import type { Task } from '../../runtime/worker-task.js';
import {
  gammaChunk,
  headerChunk,
  join,
  type PngText,
  profileChunk,
  resolutionChunk,
  SIGNATURE,
  srgbChunk,
  textChunk,
} from './chunks.js';
import { type CompressedStrip, compressStrip, compressStripAsync, type StripJob } from './compress-strip.js';
import type { Compression } from './compression.js';
import { StripChain } from './idat-writer.js';
import { type PngShape, pixelBytes, rowBytes, stripsOf } from './layout.js';
import { keep, keepNone } from './scratch-buffer.js';
import { pngModule, threadLoops } from './wasm-module.js';

export interface PngOptions {
  /** How hard the file is worked on; default `default`. */
  readonly compression?: Compression;
  /** Most threads of the pool at work on it; default: the cores there are. */
  readonly threads?: number;
  /**
   * Whether all is done on this thread, which waits for it. The bytes are the same, but are there only until the next
   * file is encoded so.
   */
  readonly here?: boolean;
  /** Texts that the file carries. */
  readonly text?: readonly PngText[];
}

/** From so many bytes of samples on, threads are worth starting. */
const WORTH_STARTING = 4 * 2 ** 20;
/** From so many bytes on, threads that are there already do better than those that Node has for zlib. */
const WORTH_SHARING = 2 ** 20;
/** Strips that Node's own threads, four of them, are given at a time. */
const ASIDE = 4;
/** The sides of a PNG have 31 bits. */
const LONGEST_SIDE = 2 ** 31 - 1;

/** Strips, each made by one thread of the pool. */
export const STRIPS: Task<StripJob> = {
  module: new URL('./strip-worker.js', import.meta.url),
  name: 'encoding',
  setup: pngModule,
};

/**
 * The pieces of the file, in order. Profile, sRGB, gamma and resolution of the picture are carried.
 * @param picture whole numbers of 8 or 16 bits; grey or RGB, each with or without alpha.
 * @throws OutputError for a text that a PNG cannot hold, or a side beyond its limit; RangeError for a lack of memory.
 */
export async function encodePng(picture: Samples, options: PngOptions = {}): Promise<Uint8Array[]> {
  const { compression = 'default', threads = availableParallelism(), here = false, text = [] } = options;
  const shape = pngShape(picture);
  const head = await pngHead(picture, text);
  const strips = await makeStrips(picture, shape, compression, here ? 0 : Math.max(1, threads));
  const chain = new StripChain();
  return [head, ...strips.flatMap((strip) => chain.add(strip)), chain.end()];
}

/** The shape of a picture as a PNG. @throws OutputError for a side beyond its limit. */
export function pngShape({ width, height, channels, depth }: Omit<Samples, 'data'>): PngShape {
  if (Math.max(width, height) > LONGEST_SIDE) {
    const found = `${width}×${height}`;
    throw new OutputError({ subject: 'a PNG', expected: `sides of at most ${LONGEST_SIDE} pixels`, found });
  }
  return { width, height, channels, depth: depth === 16 ? 16 : 8 };
}

/** What stands before the picture in its file. @throws OutputError for a text that a PNG cannot hold. */
export async function pngHead(picture: Omit<Samples, 'data'>, text: readonly PngText[]): Promise<Uint8Array> {
  const { icc, srgb, gamma, resolution } = picture;
  // Texts first: whoever looks for one need not read a profile.
  const head = [SIGNATURE, headerChunk(pngShape(picture)), ...text.map(textChunk)];
  if (icc) head.push(await profileChunk(icc));
  // A profile says it in its own way.
  if (srgb !== undefined && !icc) head.push(srgbChunk(srgb));
  if (gamma) head.push(gammaChunk(gamma));
  if (resolution) head.push(resolutionChunk(resolution));
  return join(head);
}

/** `threads`: 0 where none but this one is to work. */
async function makeStrips(
  { data }: Samples,
  shape: PngShape,
  compression: Compression,
  threads: number,
): Promise<CompressedStrip[]> {
  const strips = stripsOf(shape);
  const pooled = threads > 0 && data.byteLength >= (isWarm(threads) ? WORTH_SHARING : WORTH_STARTING);
  const job = (rows: Rows, i: number): StripJob => {
    const bytes = rowsOf(data, rows, shape, pooled);
    const raw = { bytes, hasPrior: i > 0, rowBytes: rowBytes(shape), pixelBytes: pixelBytes(shape) };
    const place = { isFirst: i === 0, isLast: i === strips.length - 1 };
    return { raw: { ...raw, depth: shape.depth }, compression, ...place };
  };
  if (threads === 0) {
    keepNone();
    return strips.map((rows, i) => compressStrip(job(rows, i), threadLoops(), keep));
  }
  // So few are in the line at a time that the jobs of other images come between.
  const atATime = pooled ? threads : ASIDE;
  return mapWithConcurrency(strips, atATime, (rows, i) => {
    return pooled ? runOnOneThread(STRIPS, job(rows, i), threads) : compressStripAsync(job(rows, i));
  });
}

/** The bytes of some rows and of the row above them. Memory that is not shared is sent as a whole, so a part is copied. */
function rowsOf(
  { buffer, byteOffset }: Samples['data'],
  { from, to }: Rows,
  shape: PngShape,
  isSent: boolean,
): Uint8Array {
  const first = Math.max(0, from - 1);
  const bytes = new Uint8Array(buffer, byteOffset + first * rowBytes(shape), (to - first) * rowBytes(shape));
  return isSent && !(buffer instanceof SharedArrayBuffer) ? bytes.slice() : bytes;
}
