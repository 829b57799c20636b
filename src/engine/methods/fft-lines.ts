// The fft method for products of rows and columns: transforms pairs of rows, the lower one as the imaginary part; then
// columns of the result, the right half of them as the imaginary part of the left half. Rows shared with the next tile
// are kept for it.

import type { AxisTap, Blocks, Plan, Term } from '../../plan/plan.js';
import { SCRATCH_BYTES } from '../../plan/tile.js';
import type { TileInput } from '../input/tile-input.js';
import type { Loops } from '../wasm-module.js';
import { type Planes, Transform } from './fft-transform.js';
import type { MethodContext, PlacedTile, RowMethod } from './method.js';

/** Rows of the input that are transformed in one pass. */
export const ROWS_PER_PASS = 8;
/**
 * Row lengths are rounded up to a multiple of this, so that half rows are whole vectors for any number of channels.
 */
const POSITION_MULTIPLE = 8;
/** Samples that loops may read past the end of a row of sums. */
const MARGIN = 64;

/** For a single kernel. */
export class FftLines implements RowMethod {
  readonly #plan: Plan;
  readonly #blocks: Blocks;
  readonly #terms: readonly Term[];
  readonly #input: TileInput;
  readonly #loops: Loops;
  readonly #channels: number;
  readonly #transform: Transform;
  /** Pairs of rows of one channel. */
  readonly #pairs: Planes;
  /** Per term: spectra of its row and column, the rows between the passes, and the rows kept for the next tile. */
  readonly #rows: readonly number[];
  readonly #columns: readonly number[];
  readonly #intermediate: readonly number[];
  readonly #carried: readonly number[];
  /** Bytes between rows of the buffers. */
  readonly #pitch: number;
  /** Rows kept for the next tile: an even number, so that a row has the same partner in every tile. */
  readonly #shared: number;
  #last: PlacedTile | undefined;

  constructor({ group, input, loops, arena }: MethodContext, blocks: Blocks, terms: readonly Term[]) {
    const { plan } = group[0]!;
    const [width, height] = blocks.size;
    this.#plan = plan;
    this.#blocks = blocks;
    this.#terms = terms;
    this.#input = input;
    this.#loops = loops;
    this.#channels = plan.output.channels;
    this.#transform = new Transform(width, height, loops, arena);
    this.#pairs = this.#transform.takePlanes(arena, ROWS_PER_PASS / 2);
    this.#pitch = pitchFor(paddedWidth(plan.tile.width) * this.#channels);
    this.#shared = (blocks.span[1] - 1) & ~1;
    this.#rows = terms.map(() => arena.take(width * 8));
    this.#columns = terms.map(() => arena.take(height * 8));
    this.#intermediate = terms.map(() => arena.take(height * this.#pitch + MARGIN * 4));
    this.#carried = terms.map(() => arena.take(this.#shared * this.#pitch));
  }

  attach(memory: ArrayBuffer): void {
    this.#transform.attach(memory);
    this.#terms.forEach(({ row, column }, k) => {
      this.#transformRow(memory, row, this.#rows[k]!);
      this.#transformColumn(memory, column, this.#columns[k]!);
    });
  }

  beginRun(): void {
    this.#last = undefined;
  }

  /** If the tile above was the previous one, the first rows are already computed. */
  beginTile(tile: PlacedTile): void {
    const { layout, left, top, width, height } = tile;
    const last = this.#last;
    const follows = last?.left === left && last.top + last.height === top;
    const rows = layout.rows.coordinates.length;
    this.#last = tile;
    this.#input.beginTile(layout, left, top);
    const carried = follows ? this.#shared : 0;
    this.#copyRows(this.#carried, 0, this.#intermediate, carried);
    for (let row = carried; row < rows; ) row += this.#filterRows(row, tile);
    this.#copyRows(this.#intermediate, height, this.#carried, this.#shared);
    const rest = (this.#blocks.size[1] - rows) * this.#pitch;
    for (const intermediate of this.#intermediate)
      new Uint8Array(this.#loops.memory.buffer, intermediate + rows * this.#pitch, rest).fill(0);
    const half = (paddedWidth(width) * this.#channels) / 2;
    const planes = this.#intermediate.map((re) => ({ re, im: re + half * 4, pitch: this.#pitch }));
    this.#transform.filterColumns(planes, this.#columns, half);
  }

  computeRow(y: number, x: number): number {
    return this.#intermediate[0]! + y * this.#pitch + x * 4;
  }

  /** Correlates some rows of the input, from `row` on, with the row of every term; returns how many. */
  #filterRows(row: number, { layout, width }: PlacedTile): number {
    const { scratch } = this.#plan;
    const count = this.#input.maxRowsFrom(row);
    const bytes = SCRATCH_BYTES[scratch];
    const source = this.#input.fillRows(row, count);
    const from = layout.pitch * bytes;
    const columns = layout.columns.coordinates.length;
    const channels = this.#channels;
    const { re, im, pitch } = this.#pairs;
    const [upper, lower] = [(count + 1) >> 1, count >> 1];
    const length = this.#transform.width;
    const padded = paddedWidth(width);
    for (let channel = 0; channel < channels; channel++) {
      const first = source + channel * bytes;
      for (const [k, spectrum] of this.#rows.entries()) {
        const pick = (src: number, dst: number, filled: number) =>
          this.#loops.pickRows(
            ...([src, 2 * from, dst, pitch, upper, filled] as const),
            ...([columns, length, channels, bytes === 1] as const),
          );
        pick(first, re, upper);
        pick(first + from, im, lower);
        this.#transform.filterRowsUniform(this.#pairs, upper, spectrum);
        const to = this.#intermediate[k]! + row * this.#pitch + channel * 4;
        const next = 2 * this.#pitch;
        this.#loops.placeRows(re, pitch, to, next, upper, padded, 1, channels);
        this.#loops.placeRows(im, pitch, to + this.#pitch, next, lower, padded, 1, channels);
      }
    }
    return count;
  }

  /** Copies rows of every term, from `first` on, to the start of other buffers. */
  #copyRows(from: readonly number[], first: number, to: readonly number[], rows: number): void {
    const bytes = new Uint8Array(this.#loops.memory.buffer);
    from.forEach((start, k) => {
      const at = start + first * this.#pitch;
      bytes.copyWithin(to[k]!, at, at + rows * this.#pitch);
    });
  }

  /**
   * Computes the spectrum of a row, mirrored so that multiplication correlates, and divided by the length for the
   * inverse.
   */
  #transformRow(memory: ArrayBuffer, taps: readonly AxisTap[], to: number): void {
    const { re, im } = this.#pairs;
    const { width } = this.#transform;
    const numbers = new Float32Array(memory);
    numbers.fill(0, re / 4, re / 4 + width);
    numbers.fill(0, im / 4, im / 4 + width);
    for (const { distance, weight } of taps)
      numbers[re / 4 + mirrored(distance - this.#blocks.first[0], width)] = weight / width;
    this.#transform.forwardRows(this.#pairs, 0, 1);
    numbers.copyWithin(to / 4, re / 4, re / 4 + width);
    numbers.copyWithin(to / 4 + width, im / 4, im / 4 + width);
  }

  /** The same for a column, using the first columns of the buffer between the passes. */
  #transformColumn(memory: ArrayBuffer, taps: readonly AxisTap[], to: number): void {
    const { height } = this.#transform;
    const numbers = new Float32Array(memory);
    const re = this.#intermediate[0]!;
    const planes = { re, im: re + 16, pitch: this.#pitch };
    const at = (y: number) => (re + y * this.#pitch) / 4;
    for (let y = 0; y < height; y++) numbers.fill(0, at(y), at(y) + 8);
    for (const { distance, weight } of taps)
      numbers[at(mirrored(distance - this.#blocks.first[1], height))] = weight / height;
    this.#transform.forwardColumns(planes, 4);
    for (let y = 0; y < height; y++) {
      numbers[to / 4 + y] = numbers[at(y)]!;
      numbers[to / 4 + height + y] = numbers[at(y) + 4]!;
    }
  }
}

function mirrored(distance: number, length: number): number {
  return (length - distance) % length;
}

function paddedWidth(width: number): number {
  return Math.ceil(width / POSITION_MULTIPLE) * POSITION_MULTIPLE;
}

/** Bytes per row: an odd number of cache lines, so that rows do not map to the same cache sets. */
function pitchFor(samples: number): number {
  return (Math.ceil(samples / 32) * 32 + 16) * 4;
}
