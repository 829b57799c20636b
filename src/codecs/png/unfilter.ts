// Undoes the filters of an inflated PNG stream that arrives in pieces, and stores the rows in the image or in a ring
// buffer of rows.

import { type PngShape, pixelBytes, rowBytes } from './layout.js';
import { type PngLoops, scratchFor } from './wasm-module.js';

/** The image data contradict the header, or are damaged. */
export class CorruptPngError extends Error {}

/** Bytes that the WebAssembly code may read and write past a row. */
const SLACK = 16;

export class RowReader {
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

  /**
   * @param target the bytes of the image, or of a ring of rows (a multiple of 8): row y is stored at y modulo their
   *   number.
   * @param piece the largest number of bytes passed to `take`.
   * @throws RangeError if memory is exhausted.
   */
  constructor(shape: PngShape, target: Uint8Array, piece: number, loops: PngLoops) {
    this.#shape = shape;
    this.#target = target;
    this.#loops = loops;
    const streamBytes = rowBytes(shape) + 1 + piece + SLACK;
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

  /** Takes the next bytes of the stream. @throws CorruptPngError for an unknown filter or too many bytes. */
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
