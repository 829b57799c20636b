// Filters and deflates one strip of an image to an IDAT chunk, with several recipes of which the smallest result is
// kept. Strips are independent, so that any number can be compressed in parallel; a flush between them makes them one
// zlib stream.

import { promisify } from 'node:util';
import { constants, deflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib';
import { crc32 } from './checksums.js';
import { beginChunk } from './chunks.js';
import { type Compression, RECIPE_SETS, type Recipe, type RecipeSet, TEXT_LIKE } from './compression.js';
import { type PngLoops, returnLoops, scratchFor, takeLoops } from './wasm-module.js';

export interface StripJob {
  /** The row above, unless the strip is the first, then its rows: as in memory, with 16-bit samples little-endian. */
  readonly bytes: Uint8Array;
  readonly rowBytes: number;
  readonly pixelBytes: number;
  readonly depth: 8 | 16;
  readonly compression: Compression;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

export interface CompressedStrip {
  /** The beginning of the IDAT chunk: length, type, and for the first strip the zlib header. */
  readonly head: Uint8Array<ArrayBuffer>;
  /** The deflated bytes. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** CRC of head and body. For the last strip, the Adler-32 of the whole stream has yet to be included. */
  readonly crc: number;
  /** Adler-32 and number of the filtered bytes. */
  readonly adler: number;
  readonly length: number;
}

/** The code of `best` in filterRows. */
const BEST = 5;

/** The zlib header: deflate, 32 KiB window, no dictionary. Source: RFC 1950. */
const STREAM_HEAD = Uint8Array.of(0x78, 0x01);
/** Bytes of the Adler-32 at the end of a zlib stream. */
const STREAM_END = 4;
/** Smaller buffers come from Node's shared pool and cannot be transferred to another thread. */
const MIN_TRANSFERABLE = 16 * 1024;
/** Strips up to this size are tried whole, larger ones by a sample of about half this size. */
const MAX_TRIED_WHOLE = 128 * 1024;

/** Copies deflated bytes out of the WebAssembly memory. */
type CopyOut = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

const copy: CopyOut = (bytes) => bytes.slice();

/** Compresses a strip synchronously. */
export function compressStrip(job: StripJob, loops: PngLoops, keep: CopyOut = copy): CompressedStrip {
  const steps = stepsOf(job, loops, keep);
  let step = steps.next();
  while (!step.done) {
    const { bytes, options } = step.value;
    step = steps.next(deflateRawSync(bytes, options) as Buffer<ArrayBuffer>);
  }
  return step.value;
}

/** Compresses a strip asynchronously: deflating runs on Node's thread pool. */
export async function compressStripAsync(job: StripJob): Promise<CompressedStrip> {
  const loops = takeLoops();
  try {
    const steps = stepsOf(job, loops, copy);
    let step = steps.next();
    while (!step.done) step = steps.next(await deflateAsync(step.value.bytes, step.value.options));
    return step.value;
  } finally {
    // A strip that needs no zlib ends before the next one begins, so that all of an image share one instance.
    returnLoops(loops);
  }
}

const deflateAsync = promisify<Uint8Array, ZlibOptions, Buffer<ArrayBuffer>>(deflateRaw);

/**
 * A computation that yields zlib jobs and receives their results, so that it runs synchronously or asynchronously.
 */
type Steps<Result> = Generator<{ bytes: Uint8Array; options: ZlibOptions }, Result, Buffer<ArrayBuffer>>;
type Deflate = (recipe: Recipe, bytes: Uint8Array, isEnd: boolean) => Steps<Uint8Array<ArrayBuffer>>;

function* stepsOf(job: StripJob, loops: PngLoops, keep: CopyOut): Steps<CompressedStrip> {
  const { compression, isFirst, isLast } = job;
  const set = RECIPE_SETS[compression];
  const { first } = set;
  const filterBy = filterRowsOf(job, loops);
  let filtered = filterBy(first.filter);
  const { length } = filtered.bytes;
  const adlerOf = ({ bytes }: Filtered) => loops.adler32(1, bytes.byteOffset, length) >>> 0;
  let adler = adlerOf(filtered);
  const deflate: Deflate = function* (recipe, bytes, isEnd) {
    if (recipe.zlib) return yield { bytes, options: optionsOf(recipe.zlib, bytes.length, isEnd) };
    return keep(deflateRuns(bytes, isEnd, loops));
  };
  const triesMore = set.isThorough || isTextLike(filtered, loops);
  let body = yield* deflate(first, filtered.bytes, isLast);
  const recipes = triesMore ? yield* bestRecipes(filterBy, set, job, deflate) : [];
  for (const recipe of recipes) {
    filtered = filterBy(recipe.filter);
    const candidate = yield* deflate(recipe, filtered.bytes, isLast);
    if (candidate.length >= body.length) continue;
    body = candidate;
    adler = adlerOf(filtered);
  }
  const start = isFirst ? STREAM_HEAD : new Uint8Array();
  const head = beginChunk('IDAT', start, body.length + (isLast ? STREAM_END : 0));
  const crc = crc32(body, crc32(head.subarray(4), 0, loops), loops);
  return { head, body, crc, adler, length };
}

/** Filtered bytes, to be deflated. */
interface Filtered {
  readonly bytes: Uint8Array;
  /** The fraction of zero bytes. */
  readonly zeros: number;
}

/** The maximum size of `length` bytes deflated by deflateRuns. */
function deflateBound(length: number): number {
  return length + Math.ceil(length / 100) + 1024;
}

/**
 * Copies rows to the WebAssembly memory. @returns a function that filters them, with filter 0 to 4 or the best for
 * each row.
 * Its result stays in that memory until the next call: copies would need fresh memory, which takes longer than
 * filtering.
 */
function filterRowsOf(job: StripJob, loops: PngLoops): (filter: number | 'best') => Filtered {
  const { bytes, rowBytes, pixelBytes, depth, isFirst } = job;
  const rows = bytes.length / rowBytes - (isFirst ? 0 : 1);
  const length = rows * (rowBytes + 1);
  const { heap, at } = scratchFor(rowBytes * (rows + 1) + length + 8 + deflateBound(length), loops);
  // Copies from shared memory proceed by words only if both addresses are equal modulo 8.
  const unaligned = isFirst ? at + rowBytes : at;
  const start = unaligned + ((bytes.byteOffset - unaligned) & 7);
  const first = isFirst ? start : start + rowBytes;
  heap.fill(0, first - rowBytes, first);
  heap.set(bytes, start);
  if (depth === 16) loops.swapBytes(start, bytes.length);
  const out = first + rows * rowBytes;
  return (filter) => {
    loops.filterRows(filter === 'best' ? BEST : filter, first, out, rows, rowBytes, pixelBytes);
    return { bytes: heap.subarray(out, out + length), zeros: loops.countZeros(out, length) / length };
  };
}

/** Whether recipes for text may be smaller than the first one. */
function isTextLike({ bytes, zeros }: Filtered, loops: PngLoops): boolean {
  const candidates = TEXT_LIKE.filter((text) => zeros >= text.zeros);
  if (candidates.length === 0) return false;
  const repeats = loops.countRepeats(bytes.byteOffset, bytes.length) / bytes.length;
  return candidates.some((text) => repeats >= text.repeats);
}

/** Deflates bytes in the WebAssembly memory; the result is there, too. */
function deflateRuns(bytes: Uint8Array, isLast: boolean, loops: PngLoops): Uint8Array<ArrayBuffer> {
  const to = bytes.byteOffset + bytes.length;
  const length = loops.deflateRuns(bytes.byteOffset, bytes.length, to, isLast);
  return new Uint8Array(loops.memory.buffer as ArrayBuffer, to, length);
}

/**
 * Tries recipes on sample rows from the middle of the strip.
 * @returns the best ones; all of them for small strips.
 */
function* bestRecipes(
  filterBy: ReturnType<typeof filterRowsOf>,
  { first, sampled, isThorough }: RecipeSet,
  job: StripJob,
  deflate: Deflate,
): Steps<readonly Recipe[]> {
  if (job.bytes.length <= MAX_TRIED_WHOLE) return sampled;
  const pitch = job.rowBytes + 1;
  const rows = Math.ceil(MAX_TRIED_WHOLE / 2 / pitch);
  const tried: { readonly recipe: Recipe; readonly size: number }[] = [];
  for (const recipe of isThorough ? sampled : [first, ...sampled]) {
    const { bytes } = filterBy(recipe.filter);
    const from = Math.floor((bytes.length / pitch - rows) / 2) * pitch;
    const sample = bytes.subarray(from, from + rows * pitch);
    const deflated = yield* deflate(recipe, sample, true);
    tried.push({ recipe, size: deflated.length });
  }
  // The sort is stable: of equal sizes, the earlier recipe comes first.
  const best = tried.sort((a, b) => a.size - b.size).map(({ recipe }) => recipe);
  return best.slice(0, isThorough ? 2 : Math.min(1, best.indexOf(first)));
}

/** An output buffer that holds everything at once; unused pages are never touched. */
function optionsOf(
  { level, strategy }: NonNullable<Recipe['zlib']>,
  length: number,
  isLast: boolean,
): ZlibOptions {
  const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
  const chunkSize = Math.max(MIN_TRANSFERABLE, length + Math.ceil(length / 1000) + 64);
  return { level, strategy, finishFlush, chunkSize };
}
