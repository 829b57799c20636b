// Decodes a plain PNG file without holding it in memory: its chunks are scanned first, then rows are decoded on
// demand into a ring buffer.

import type { FileBytes, StripReader } from '../strip-source.js';
import { crc32 } from './checksums.js';
import { SIGNATURE } from './chunks.js';
import { CHUNK_FRAME, type Chunk, type PlainChunks, parseChunks } from './parse.js';
import { pngRows } from './unfilter.js';
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

/** Decodes the rows of a file accepted by `scanPng` into a ring, as `pngRows`. */
export function pngFileRows(
  file: FileBytes,
  { shape, stream }: PngStripSource,
  ring: Uint8Array,
): StripReader {
  return pngRows(shape, dataOf(file, stream), ring, instantiatePngLoops(pngModule()));
}

/** The data of the chunks, each part in the same buffer. */
async function* dataOf(file: FileBytes, stream: readonly PlacedChunk[]): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(BLOCK);
  const last = stream.at(-1)!;
  const end = last.start + last.length;
  let [from, to] = [0, 0];
  for (const { start, length } of stream) {
    for (let at = start; at < start + length; ) {
      if (at >= to) {
        from = at;
        to = Math.min(end, at + block.length);
        await file.readInto(block.subarray(0, to - from), from);
      }
      const until = Math.min(start + length, to);
      yield block.subarray(at - from, until - from);
      at = until;
    }
  }
}
