// The inflated stream of a PNG → samples: takes it piece by piece, undoes the filters of the rows that are whole, and
// lays them into the picture, or into a ring that holds some of its rows. Knows no chunk.

import { type PngShape, pixelBytes, rowBytes } from './layout.js';
import { type PngLoops, scratchFor } from './wasm-module.js';

/** The stream is not what the header says. */
export class CorruptPngError extends Error {}

/** Loops may read and write so many bytes behind a row. */
const SLACK = 16;

export class RowReader {
  readonly #shape: PngShape;
  readonly #target: Uint8Array;
  readonly #loops: PngLoops;
  readonly #all: Uint8Array;
  /** Where the stream is collected; where the row above and the rows that were made of it lie. */
  readonly #stream: number;
  readonly #rows: number;
  /** Bytes that are collected, and bytes of the picture that are there. */
  #held = 0;
  #done = 0;
  #above: number;

  /**
   * @param target the picture's bytes, as many as its samples take; or those of fewer rows, a multiple of 8, which are
   *   written over in turn: row y is laid in the place of y modulo their number.
   * @param piece the most bytes that are taken at a time.
   * @throws RangeError for a lack of memory.
   */
  constructor(shape: PngShape, target: Uint8Array, piece: number, loops: PngLoops) {
    this.#shape = shape;
    this.#target = target;
    this.#loops = loops;
    const collected = rowBytes(shape) + 1 + piece + SLACK;
    const { all, at } = scratchFor(2 * collected + rowBytes(shape) + 16, loops);
    this.#all = all;
    this.#stream = at;
    this.#rows = at + collected;
    this.#above = this.#aboveNext();
    all.fill(0, this.#above, this.#above + rowBytes(shape));
  }

  /** Whether the picture is whole, and no byte too many came. */
  get isWhole(): boolean {
    return this.rows === this.#shape.height && this.#held === 0;
  }

  /** Rows that are there, from the top. */
  get rows(): number {
    return this.#done / rowBytes(this.#shape);
  }

  /** Takes the next bytes of the stream. @throws Irregular for an unknown filter or bytes too many. */
  take(bytes: Uint8Array): void {
    const all = this.#all;
    const pitch = rowBytes(this.#shape) + 1;
    all.set(bytes, this.#stream + this.#held);
    this.#held += bytes.length;
    const count = Math.floor(this.#held / pitch);
    if (this.rows + count > this.#shape.height) throw new CorruptPngError();
    this.#unfilter(count);
    all.copyWithin(this.#stream, this.#stream + count * pitch, this.#stream + this.#held);
    this.#held -= count * pitch;
    if (this.rows === this.#shape.height && this.#held > 0) throw new CorruptPngError();
  }

  #unfilter(count: number): void {
    if (count === 0) return;
    const all = this.#all;
    const bytes = rowBytes(this.#shape);
    const first = this.#above + bytes;
    if (!this.#loops.unfilterRows(this.#stream, first, count, bytes, pixelBytes(this.#shape)))
      throw new CorruptPngError();
    const made = all.subarray(first, first + count * bytes);
    const above = made.slice(made.length - bytes);
    if (this.#shape.depth === 16) this.#loops.swapBytes(first, made.length);
    const place = this.#done % this.#target.length;
    const behind = made.subarray(this.#target.length - place);
    this.#target.set(made.subarray(0, made.length - behind.length), place);
    this.#target.set(behind, 0);
    this.#done += made.length;
    this.#above = this.#aboveNext();
    all.set(above, this.#above);
  }

  /** Where the row above the next one is to lie, so that addresses on both sides of the copy agree modulo 8. */
  #aboveNext(): number {
    const first = this.#rows + rowBytes(this.#shape);
    return this.#rows + ((this.#target.byteOffset + this.#done - first) & 7);
  }
}
