// A plain PNG file that is never in memory as a whole: first its chunks are looked through, then its rows are decoded as
// they are asked for, into a ring that holds some of them. Opens no file.

import { crc32 } from './checksums.js';
import { SIGNATURE } from './chunks.js';
import { DEFLATED } from './decode.js';
import { INFLATED, Inflation } from './inflate-stream.js';
import { type PngShape, rowBytes } from './layout.js';
import { CHUNK_FRAME, type Chunk, type PlainChunks, plainOf } from './parse.js';
import { RowReader } from './unfilter.js';
import { instantiatePngLoops, pngModule } from './wasm-module.js';

/** A file as bytes at any place; what is read goes into memory that is there already. */
export interface FileBytes {
  readonly size: number;
  readInto(bytes: Uint8Array, start: number): Promise<void>;
}

/** An IDAT's data are left in the file. */
interface PlacedChunk extends Chunk {
  /** Where the data stand in the file, and how many bytes. */
  readonly start: number;
  readonly length: number;
}

/** A plain PNG, and where in the file its stream lies. */
export type PngStripSource = PlainChunks<PlacedChunk>;

/** Bytes that are read at a time. */
const BLOCK = 2 ** 20;
const NOTHING = new Uint8Array();

/** Looks through all chunks of a file and checks their CRCs; null where it is not plain, not sound, or has long chunks of other kinds. */
export async function scanPng(file: FileBytes): Promise<PngStripSource | null> {
  const block = new Uint8Array(Math.min(BLOCK, file.size));
  // The block holds the bytes from `from` to before `to` of the file.
  let [from, to] = [0, 0];
  const bring = async (at: number) => {
    from = at;
    to = Math.min(file.size, at + block.length);
    await file.readInto(block.subarray(0, to - at), at);
  };
  /** So many bytes in the block, or as many as it holds. */
  const bytesAt = (at: number, length: number) => block.subarray(at - from, Math.min(to, at + length) - from);
  if (file.size < SIGNATURE.length) return null;
  await bring(0);
  if (SIGNATURE.some((byte, i) => block[i] !== byte)) return null;
  const chunks: PlacedChunk[] = [];
  for (let at = SIGNATURE.length; at < file.size; ) {
    if (at + CHUNK_FRAME > file.size) return null;
    if (at + CHUNK_FRAME > to) await bring(at);
    const length = wordAt(block, at - from);
    const end = at + 8 + length;
    if (end + 4 > file.size) return null;
    const type = String.fromCharCode(...bytesAt(at + 4, 4));
    const isPicture = type === 'IDAT';
    if (!isPicture && length + CHUNK_FRAME > block.length) return null;
    if (!isPicture && end + 4 > to) await bring(at);
    let crc = 0;
    const start = at + 8;
    for (let next = at + 4; next < end; ) {
      if (next === to) await bring(next);
      const some = bytesAt(next, end - next);
      crc = crc32(some, crc);
      next += some.length;
    }
    const data = isPicture ? NOTHING : bytesAt(start, length).slice();
    if (end + 4 > to) await bring(end);
    if (wordAt(block, end - from) !== crc) return null;
    chunks.push({ type, data, start, length });
    at = end + 4;
  }
  return plainOf(chunks);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** The rows of a file that `scanPng` found plain, from the top. */
export class PngRowReader {
  readonly #inflation: Inflation;
  readonly #reader: RowReader;

  /**
   * @param ring the bytes of a multiple of 8 rows; row y is laid in the place of y modulo their number.
   * @throws RangeError for a lack of memory.
   */
  constructor(file: FileBytes, { shape, stream }: PngStripSource, ring: Uint8Array) {
    // Loops of its own: what lies in their memory stays between two calls.
    this.#reader = new RowReader(shape, ring, INFLATED, instantiatePngLoops(pngModule()));
    this.#inflation = new Inflation(piecesOf(file, stream));
  }

  /** The most rows that come at a time, and thus beyond those that were asked for. */
  static most(shape: PngShape): number {
    return Math.ceil(INFLATED / (rowBytes(shape) + 1)) + 1;
  }

  /** Decodes until so many rows are there. @throws Irregular for a stream that is not sound, and what the file throws. */
  async readTo(rows: number): Promise<void> {
    while (this.#reader.rows < rows) {
      const some = await this.#inflation.next();
      if (!some) return;
      this.#reader.take(some);
    }
  }

  /** Whether the stream ends where the picture does. @throws as `readTo`. */
  async isWhole(): Promise<boolean> {
    for (let some = await this.#inflation.next(); some; some = await this.#inflation.next()) {
      this.#reader.take(some);
    }
    return this.#reader.isWhole;
  }

  close(): void {
    this.#inflation.close();
  }
}

/** The data of the chunks one behind the other in pieces, each in place of the one before. */
async function* piecesOf(file: FileBytes, stream: readonly PlacedChunk[]): AsyncGenerator<Uint8Array> {
  const room = new Uint8Array(DEFLATED);
  const block = new Uint8Array(BLOCK);
  const last = stream.at(-1)!;
  const end = last.start + last.length;
  let [from, to] = [0, 0];
  let held = 0;
  for (const { start, length } of stream) {
    for (let at = start; at < start + length; ) {
      if (at >= to) {
        from = at;
        to = Math.min(end, at + block.length);
        await file.readInto(block.subarray(0, to - from), from);
      }
      const most = Math.min(start + length, to, at + room.length - held);
      room.set(block.subarray(at - from, most - from), held);
      held += most - at;
      at = most;
      if (held < room.length) continue;
      yield room;
      held = 0;
    }
  }
  if (held > 0) yield room.subarray(0, held);
}
