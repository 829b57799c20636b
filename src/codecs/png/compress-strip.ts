// A strip of a picture → its part of the stream, an IDAT chunk: filtered and deflated in the ways that the compression offers, the smallest
// kept. Strips know nothing of each other, so that any number of them can be made at once; a flush between them makes
// them one stream. Knows no thread.

import { constants, deflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib';
import { crc32 } from './checksums.js';
import { beginChunk } from './chunks.js';
import { type Compression, type Look, OFFERS, type Offer, type Recipe } from './compression.js';
import { type Filtered, filterRowsOf, type RawRows } from './filter.js';
import { type PngLoops, withLoops } from './wasm-module.js';

export interface StripJob {
  readonly raw: RawRows;
  readonly compression: Compression;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

export interface CompressedStrip {
  /** What the IDAT chunk begins with: length, type, and of the first strip the head of the stream. */
  readonly head: Uint8Array<ArrayBuffer>;
  /** The deflated bytes. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** CRC of the chunk so far; the last strip's still has to take in the Adler-32 of the whole stream. */
  readonly crc: number;
  /** Adler-32 of the filtered bytes, and their number. */
  readonly adler: number;
  readonly length: number;
}

/** What a zlib stream begins with: deflate, a window of 32 KiB, no dictionary. Source: RFC 1950. */
const STREAM_HEAD = Uint8Array.of(0x78, 0x01);
/** The Adler-32 at a zlib stream's end. */
const STREAM_END = 4;
/** Smaller pieces share memory with others and cannot be handed over to another thread. */
const OWN_MEMORY = 16 * 1024;
/** Strips up to so many bytes are tried whole, and larger ones by a sample of about half of it. */
const TRIED_WHOLE = 128 * 1024;

/** What copies deflated bytes out of the loops' memory. */
type Keep = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

/** Makes a strip here and now. */
export function compressStrip(job: StripJob, loops: PngLoops, keep: Keep = copy): CompressedStrip {
  const steps = stepsOf(job, loops, keep);
  let step = steps.next();
  while (!step.done) step = steps.next(deflateNow(step.value));
  return step.value;
}

/** Makes a strip while this thread goes on with other things: Node's own threads deflate it. */
export function compressStripAsync(job: StripJob): Promise<CompressedStrip> {
  return withLoops(async (loops) => {
    const steps = stepsOf(job, loops, copy);
    let step = steps.next();
    while (!step.done) step = steps.next(await deflateAside(step.value));
    return step.value;
  });
}

function deflateNow({ bytes, options }: Deflating): Buffer<ArrayBuffer> {
  return deflateRawSync(bytes, options) as Buffer<ArrayBuffer>;
}

interface Deflating {
  readonly bytes: Uint8Array;
  readonly options: ZlibOptions;
}

function deflateAside({ bytes, options }: Deflating): Promise<Buffer<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    deflateRaw(bytes, options, (error, deflated) => (error ? reject(error) : resolve(deflated)));
  });
}

/** Work without what zlib does, which is asked for. */
type Steps<Result> = Generator<Deflating, Result, Buffer<ArrayBuffer>>;
type Deflate = (recipe: Recipe, bytes: Uint8Array, isEnd: boolean) => Steps<Uint8Array<ArrayBuffer>>;

function copy(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.slice();
}

function* stepsOf(
  { raw, compression, isFirst, isLast }: StripJob,
  loops: PngLoops,
  keep: Keep,
): Steps<CompressedStrip> {
  const offer = OFFERS[compression];
  const { first } = offer;
  const filterBy = filterRowsOf(raw, loops);
  let filtered = filterBy(first.filter);
  const { length } = filtered.bytes;
  const adlerOf = ({ bytes }: Filtered) => loops.adler32(1, bytes.byteOffset, length) >>> 0;
  let adler = adlerOf(filtered);
  const deflate: Deflate = function* (recipe, bytes, isEnd) {
    if (recipe.zlib) return yield { bytes, options: optionsOf(recipe.zlib, bytes.length, isEnd) };
    return keep(deflateRuns(bytes, isEnd, loops));
  };
  const wantsMore = looksLike(offer.where, filtered, loops);
  let body = yield* deflate(first, filtered.bytes, isLast);
  const others = wantsMore ? yield* sift(filterBy, offer, raw, deflate) : [];
  for (const recipe of others) {
    filtered = filterBy(recipe.filter);
    const other = yield* deflate(recipe, filtered.bytes, isLast);
    if (other.length >= body.length) continue;
    body = other;
    adler = adlerOf(filtered);
  }
  const start = isFirst ? STREAM_HEAD : new Uint8Array();
  const head = beginChunk('IDAT', start, body.length + (isLast ? STREAM_END : 0));
  const crc = crc32(body, crc32(head.subarray(4), 0, loops), loops);
  return { head, body, crc, adler, length };
}

/** Whether other recipes may do better than the first one. */
function looksLike(looks: readonly Look[], { bytes, zeros }: Filtered, loops: PngLoops): boolean {
  const flat = looks.filter((look) => zeros >= look.zeros);
  if (flat.length === 0) return looks.length === 0;
  const repeats = loops.countRepeats(bytes.byteOffset, bytes.length) / bytes.length;
  return flat.some((look) => repeats >= look.repeats);
}

/** Bytes in the loops' memory, deflated there. */
function deflateRuns(bytes: Uint8Array, isLast: boolean, loops: PngLoops): Uint8Array<ArrayBuffer> {
  const to = bytes.byteOffset + bytes.length;
  const length = loops.deflateRuns(bytes.byteOffset, bytes.length, to, isLast ? 1 : 0);
  return new Uint8Array(loops.memory.buffer as ArrayBuffer, to, length);
}

/** Of the recipes that are tried on some rows from the middle, those that do best; all of them for few rows. */
function* sift(
  filterBy: ReturnType<typeof filterRowsOf>,
  { first, sampled, inFull, mustPromise }: Offer,
  raw: RawRows,
  deflate: Deflate,
): Steps<readonly Recipe[]> {
  if (raw.bytes.length <= TRIED_WHOLE) return sampled;
  const pitch = raw.rowBytes + 1;
  const rows = Math.ceil(TRIED_WHOLE / 2 / pitch);
  const tried: { readonly recipe: Recipe; readonly size: number }[] = [];
  for (const recipe of mustPromise ? [first, ...sampled] : sampled) {
    const { bytes } = filterBy(recipe.filter);
    const from = Math.floor((bytes.length / pitch - rows) / 2) * pitch;
    const some = bytes.subarray(from, from + rows * pitch);
    const deflated = yield* deflate(recipe, some, true);
    tried.push({ recipe, size: deflated.length });
  }
  // Sorting is stable: of equals the earlier one is taken.
  const best = tried.sort((a, b) => a.size - b.size).map(({ recipe }) => recipe);
  return (mustPromise ? best.slice(0, best.indexOf(first)) : best).slice(0, inFull);
}

/** Room for everything in one piece; what is not used of it is never touched. */
function optionsOf(
  { level, strategy }: NonNullable<Recipe['zlib']>,
  length: number,
  isLast: boolean,
): ZlibOptions {
  const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
  const chunkSize = Math.max(OWN_MEMORY, length + Math.ceil(length / 1000) + 64);
  return { level, strategy, finishFlush, chunkSize };
}
