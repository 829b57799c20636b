// Decodes a plain PNG file without holding it in memory: its chunks are scanned first, then rows are decoded on
// demand into a ring buffer.

import { latin1, viewOf } from '../decode/codec.js';
import type { FileBytes, StripSource } from '../strip-source.js';
import { crc32 } from './checksums.js';
import { SIGNATURE } from './chunks.js';
import { type Chunk, type PlainPng, parseChunks } from './parse.js';
import { maxRowsAhead, pngRows } from './unfilter.js';
import { instantiatePngLoops, pngModule } from './wasm-module.js';

/** Bytes of length, type and CRC of a chunk. */
const CHUNK_FRAME = 12;
/** Bytes read at once. */
const BLOCK = 2 ** 20;

/** Opens a plain PNG. @param file begins with the signature of PNG. @returns null if `scanPng` does. */
export async function openPngFile(file: FileBytes): Promise<StripSource | null> {
  const png = await scanPng(file);
  if (!png) return null;
  const { about, stream } = png;
  return {
    metadata: about,
    ahead: maxRowsAhead(about),
    samples: null,
    open: (ring) => pngRows(about, dataOf(file, stream), ring, instantiatePngLoops(pngModule())),
  };
}

/**
 * Scans all chunks of a file and checks their CRCs. The data of IDAT chunks are not kept.
 * @returns null if it is not plain or not valid, or has long chunks other than IDAT.
 */
async function scanPng(file: FileBytes): Promise<PlainPng | null> {
  const bytesAt = blocksOf(file);
  const chunks: Chunk[] = [];
  for (let next = SIGNATURE.length; next < file.size; ) {
    if (next + CHUNK_FRAME > file.size) return null;
    const head = await bytesAt(next, 8, 8);
    const length = viewOf(head).getUint32(0);
    const type = latin1(head.subarray(4));
    let crc = crc32(head.subarray(4));
    const at = next + 8;
    const end = at + length;
    if (end + 4 > file.size) return null;
    const isPicture = type === 'IDAT';
    if (!isPicture && length + CHUNK_FRAME > BLOCK) return null;
    let data = new Uint8Array();
    for (let from = at; from < end; ) {
      const bytes = await bytesAt(from, end - from, isPicture ? 1 : length);
      crc = crc32(bytes, crc);
      if (!isPicture) data = bytes.slice();
      from += bytes.length;
    }
    if (viewOf(await bytesAt(end, 4, 4)).getUint32(0) !== crc) return null;
    chunks.push({ type, data, at, length, crc });
    next = end + 4;
  }
  return parseChunks(chunks);
}

/** The data of the chunks, each part in the same buffer. */
async function* dataOf(file: FileBytes, stream: readonly Chunk[]): AsyncGenerator<Uint8Array> {
  const bytesAt = blocksOf(file);
  for (const { at, length } of stream) {
    for (let from = at; from < at + length; ) {
      const bytes = await bytesAt(from, at + length - from, 1);
      yield bytes;
      from += bytes.length;
    }
  }
}

/**
 * Reads a file from the start in blocks.
 * @returns a function for the bytes from `at` on: at most `most` of them, and fewer at the end of a block, but at least
 *   `least`. They are valid until the next call.
 */
function blocksOf(file: FileBytes): (at: number, most: number, least: number) => Promise<Uint8Array> {
  const block = new Uint8Array(Math.min(BLOCK, file.size));
  // The block holds the bytes of the file from `from` up to `to` (exclusive).
  let [from, to] = [0, 0];
  return async (at, most, least) => {
    if (at + least > to) {
      from = at;
      to = Math.min(file.size, at + block.length);
      await file.readInto(block.subarray(0, to - from), from);
    }
    return block.subarray(at - from, Math.min(to, at + most) - from);
  };
}
