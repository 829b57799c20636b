// Decodes a plain PNG file without holding it in memory: its chunks are scanned first, then rows are decoded on
// demand into a ring buffer.

import type { FileBytes } from '../file-bytes.js';
import { crc32 } from './checksums.js';
import { SIGNATURE } from './chunks.js';
import { DEFLATED_PIECE } from './decode.js';
import { INFLATED_PIECE, InflateStream } from './inflate-stream.js';
import { type PngShape, rowBytes } from './layout.js';
import { CHUNK_FRAME, type Chunk, type PlainChunks, parseChunks } from './parse.js';
import { CorruptPngError, RowReader } from './unfilter.js';
import { instantiatePngLoops, pngModule } from './wasm-module.js';

/** A chunk of a scanned file. The data of IDAT chunks are not loaded. */
interface PlacedChunk extends Chunk {
  /** Offset and length of the data in the file. */
  readonly start: number;
  readonly length: number;
}

/** A plain PNG, and the position of its stream in the file. */
export type PngStripSource = PlainChunks<PlacedChunk>;

/** Bytes read at once. */
const BLOCK = 2 ** 20;
const NOTHING = new Uint8Array();

/**
 * Scans all chunks of a file and checks their CRCs.
 * @returns null if it is not plain or not valid, or has long chunks other than IDAT.
 */
export async function scanPng(file: FileBytes): Promise<PngStripSource | null> {
  const block = new Uint8Array(Math.min(BLOCK, file.size));
  // The block holds the bytes of the file from `from` up to `to` (exclusive).
  let [from, to] = [0, 0];
  const load = async (at: number) => {
    from = at;
    to = Math.min(file.size, at + block.length);
    await file.readInto(block.subarray(0, to - at), at);
  };
  /** `length` bytes of the block, or fewer at its end. */
  const bytesAt = (at: number, length: number) => block.subarray(at - from, Math.min(to, at + length) - from);
  if (file.size < SIGNATURE.length) return null;
  await load(0);
  if (SIGNATURE.some((byte, i) => block[i] !== byte)) return null;
  const chunks: PlacedChunk[] = [];
  for (let at = SIGNATURE.length; at < file.size; ) {
    if (at + CHUNK_FRAME > file.size) return null;
    if (at + CHUNK_FRAME > to) await load(at);
    const length = uint32At(block, at - from);
    const end = at + 8 + length;
    if (end + 4 > file.size) return null;
    const type = String.fromCharCode(...bytesAt(at + 4, 4));
    const isPicture = type === 'IDAT';
    if (!isPicture && length + CHUNK_FRAME > block.length) return null;
    if (!isPicture && end + 4 > to) await load(at);
    let crc = 0;
    const start = at + 8;
    for (let next = at + 4; next < end; ) {
      if (next === to) await load(next);
      const bytes = bytesAt(next, end - next);
      crc = crc32(bytes, crc);
      next += bytes.length;
    }
    const data = isPicture ? NOTHING : bytesAt(start, length).slice();
    if (end + 4 > to) await load(end);
    if (uint32At(block, end - from) !== crc) return null;
    chunks.push({ type, data, start, length });
    at = end + 4;
  }
  return parseChunks(chunks);
}

function uint32At(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** Decodes the rows of a file accepted by `scanPng`, from the top. */
export class PngRowReader {
  readonly #inflation: InflateStream;
  readonly #reader: RowReader;

  /**
   * @param ring the bytes of a multiple of 8 rows. Row y is stored at y modulo the number of rows.
   * @throws RangeError if memory is exhausted.
   */
  constructor(file: FileBytes, { shape, stream }: PngStripSource, ring: Uint8Array) {
    // A separate instance: its memory must stay unchanged between calls.
    this.#reader = new RowReader(shape, ring, INFLATED_PIECE, instantiatePngLoops(pngModule()));
    this.#inflation = new InflateStream(piecesOf(file, stream));
  }

  /** The largest number of rows decoded at once, and thus beyond those requested. */
  static maxRowsAhead(shape: PngShape): number {
    return Math.ceil(INFLATED_PIECE / (rowBytes(shape) + 1)) + 1;
  }

  /** Decodes until the first `rows` rows are available. @throws CorruptPngError; errors of the file. */
  async readTo(rows: number): Promise<void> {
    while (this.#reader.rows < rows) {
      const piece = await this.#inflation.next();
      if (!piece) return;
      this.#reader.take(piece);
    }
  }

  /** Decodes the remaining rows. @throws as `readTo`, also if the stream does not end exactly with the image. */
  async readRest(): Promise<void> {
    for (let piece = await this.#inflation.next(); piece; piece = await this.#inflation.next()) {
      this.#reader.take(piece);
    }
    if (!this.#reader.isWhole) throw new CorruptPngError();
  }

  close(): void {
    this.#inflation.close();
  }
}

/** The concatenated IDAT data in pieces, each in the same buffer. */
async function* piecesOf(file: FileBytes, stream: readonly PlacedChunk[]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(DEFLATED_PIECE);
  const block = new Uint8Array(BLOCK);
  const last = stream.at(-1)!;
  const end = last.start + last.length;
  let [from, to] = [0, 0];
  let filled = 0;
  for (const { start, length } of stream) {
    for (let at = start; at < start + length; ) {
      if (at >= to) {
        from = at;
        to = Math.min(end, at + block.length);
        await file.readInto(block.subarray(0, to - from), from);
      }
      const until = Math.min(start + length, to, at + buffer.length - filled);
      buffer.set(block.subarray(at - from, until - from), filled);
      filled += until - at;
      at = until;
      if (filled < buffer.length) continue;
      yield buffer;
      filled = 0;
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}
