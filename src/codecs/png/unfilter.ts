// Decodes the rows of a PNG: undoes the filters of its stream, which is inflated in pieces, and stores the rows in the
// image or in a ring buffer of rows.

import type { StripReader } from '../strip-source.js';
import { CorruptPngError, INFLATED_PIECE, InflateStream } from './inflate-stream.js';
import { type PngShape, pixelBytes, rowBytes } from './layout.js';
import { type PngLoops, scratchFor } from './wasm-module.js';

/** Bytes that the WebAssembly code may read and write past a row. */
const SLACK = 16;

/**
 * Decodes rows on demand, from the top.
 * @param deflated the data of the IDAT chunks in parts, as for InflateStream.
 * @param target the bytes of the image, or of a ring of rows (a multiple of 8): row y is stored at y modulo their
 *   number.
 * @param loops an instance that nothing else uses: its memory must stay unchanged between calls.
 * @throws RangeError if memory is exhausted.
 */
export function pngRows(
  shape: PngShape,
  deflated: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  target: Uint8Array,
  loops: PngLoops,
): StripReader {
  const reader = new RowReader(shape, target, loops);
  const inflation = new InflateStream(deflated);
  const readTo = async (rows: number) => {
    while (reader.rows < rows) {
      const piece = await inflation.next();
      if (!piece) return;
      reader.take(piece);
    }
  };
  return {
    readTo,
    async readRest() {
      await readTo(Number.POSITIVE_INFINITY);
      if (!reader.isWhole) throw new CorruptPngError();
    },
    close: () => inflation.close(),
  };
}

/** The largest number of rows decoded at once, and thus beyond those requested. */
export function maxRowsAhead(shape: PngShape): number {
  return Math.ceil(INFLATED_PIECE / (rowBytes(shape) + 1)) + 1;
}

class RowReader {
  readonly #shape: PngShape;
  readonly #target: Uint8Array;
  readonly #loops: PngLoops;
  readonly #heap: Uint8Array;
  /** Addresses: the collected stream, and the row above followed by the unfiltered rows. */
  readonly #stream: number;
  readonly #rows: number;
  /** Number of collected bytes, and of image bytes written. */
  #held = 0;
  #done = 0;
  #above: number;

  constructor(shape: PngShape, target: Uint8Array, loops: PngLoops) {
    this.#shape = shape;
    this.#target = target;
    this.#loops = loops;
    const streamBytes = rowBytes(shape) + 1 + INFLATED_PIECE + SLACK;
    const { heap, at } = scratchFor(2 * streamBytes + rowBytes(shape) + 16, loops);
    this.#heap = heap;
    this.#stream = at;
    this.#rows = at + streamBytes;
    this.#above = this.#aboveNext();
    heap.fill(0, this.#above, this.#above + rowBytes(shape));
  }

  /** Whether all rows are decoded and no bytes are left over. */
  get isWhole(): boolean {
    return this.rows === this.#shape.height && this.#held === 0;
  }

  /** Number of rows decoded so far. */
  get rows(): number {
    return this.#done / rowBytes(this.#shape);
  }

  /**
   * Takes the next bytes of the stream, at most INFLATED_PIECE.
   * @throws CorruptPngError for an unknown filter or too many bytes.
   */
  take(bytes: Uint8Array): void {
    const heap = this.#heap;
    const pitch = rowBytes(this.#shape) + 1;
    heap.set(bytes, this.#stream + this.#held);
    this.#held += bytes.length;
    const count = Math.floor(this.#held / pitch);
    if (this.rows + count > this.#shape.height) throw new CorruptPngError();
    this.#unfilter(count);
    heap.copyWithin(this.#stream, this.#stream + count * pitch, this.#stream + this.#held);
    this.#held -= count * pitch;
    if (this.rows === this.#shape.height && this.#held > 0) throw new CorruptPngError();
  }

  #unfilter(count: number): void {
    if (count === 0) return;
    const heap = this.#heap;
    const bytes = rowBytes(this.#shape);
    const first = this.#above + bytes;
    if (!this.#loops.unfilterRows(this.#stream, first, count, bytes, pixelBytes(this.#shape)))
      throw new CorruptPngError();
    const decoded = heap.subarray(first, first + count * bytes);
    const above = decoded.slice(decoded.length - bytes);
    if (this.#shape.depth === 16) this.#loops.swapBytes(first, decoded.length);
    const place = this.#done % this.#target.length;
    const wrapped = decoded.subarray(this.#target.length - place);
    this.#target.set(decoded.subarray(0, decoded.length - wrapped.length), place);
    this.#target.set(wrapped, 0);
    this.#done += decoded.length;
    this.#above = this.#aboveNext();
    heap.set(above, this.#above);
  }

  /** The address for the row above the next row, such that source and target of the copy are equal modulo 8. */
  #aboveNext(): number {
    const first = this.#rows + rowBytes(this.#shape);
    return this.#rows + ((this.#target.byteOffset + this.#done - first) & 7);
  }
}
