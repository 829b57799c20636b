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
/** `IDAT` as a number. */
const IDAT = 0x49444154;
const NOTHING = new Uint8Array();

/** Opens a file that begins with the PNG signature. @returns null if it is not plain or not valid. */
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
  const blocks = new Blocks(file);
  const chunks: Chunk[] = [];
  for (let next = SIGNATURE.length; next < file.size; ) {
    if (next + CHUNK_FRAME > file.size) return null;
    if (!blocks.has(next, 8)) await blocks.load(next);
    const length = blocks.uint32(next);
    const isPicture = blocks.uint32(next + 4) === IDAT;
    const type = isPicture ? 'IDAT' : latin1(blocks.bytes(next + 4, 4));
    const at = next + 8;
    const end = at + length;
    if (end + 4 > file.size) return null;
    if (!isPicture && length + CHUNK_FRAME > BLOCK) return null;
    let crc = 0;
    let data = NOTHING;
    for (let from = next + 4; from < end; ) {
      if (!blocks.has(from, isPicture ? 1 : end - from)) await blocks.load(from);
      const typeAndData = blocks.bytes(from, end - from);
      crc = crc32(typeAndData, crc);
      if (!isPicture) data = typeAndData.slice(4);
      from += typeAndData.length;
    }
    if (!blocks.has(end, 4)) await blocks.load(end);
    if (blocks.uint32(end) !== crc) return null;
    chunks.push({ type, data, at, length, crc });
    next = end + 4;
  }
  return parseChunks(chunks);
}

/** The data of the chunks, each part in the same buffer. */
async function* dataOf(file: FileBytes, stream: readonly Chunk[]): AsyncGenerator<Uint8Array> {
  const blocks = new Blocks(file);
  for (const { at, length } of stream) {
    for (let from = at; from < at + length; ) {
      if (!blocks.has(from, 1)) await blocks.load(from);
      const bytes = blocks.bytes(from, at + length - from);
      yield bytes;
      from += bytes.length;
    }
  }
}

/**
 * Reads a file in blocks, from the start. Only loading a block is asynchronous: a promise for each of thousands of
 * chunks takes noticeable time.
 */
class Blocks {
  readonly #file: FileBytes;
  readonly #block: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  /** The block holds the bytes of the file from `#from` up to `#to` (exclusive). */
  #from = 0;
  #to = 0;

  constructor(file: FileBytes) {
    this.#file = file;
    this.#block = new Uint8Array(Math.min(BLOCK, file.size));
    this.#view = viewOf(this.#block);
  }

  /** Whether the block holds `count` bytes from `at` on, which is not before its start. */
  has(at: number, count: number): boolean {
    return at + count <= this.#to;
  }

  /** Replaces the block by the one that begins at `at`. */
  async load(at: number): Promise<void> {
    this.#from = at;
    this.#to = Math.min(this.#file.size, at + this.#block.length);
    await this.#file.readInto(this.#block.subarray(0, this.#to - at), at);
  }

  /** At most `most` bytes from `at` on; fewer at the end of the block. They are valid until the next `load`. */
  bytes(at: number, most: number): Uint8Array<ArrayBuffer> {
    return this.#block.subarray(at - this.#from, Math.min(this.#to, at + most) - this.#from);
  }

  /** The big-endian number at `at`. */
  uint32(at: number): number {
    return this.#view.getUint32(at - this.#from);
  }
}
