// The method fft for products of rows and columns, inside a tile: rows go through transforms in pairs, the lower one as
// imaginary part; then columns of what came out, the right half of them as imaginary part of the left half. Rows that
// the next tile shares are kept for it. Knows nothing of borders or outputs.

import type { AxisTap, Blocks, Plan, Term } from '../../plan/plan.js';
import { SCRATCH_BYTES } from '../../plan/tile.js';
import type { Arena } from '../arena.js';
import type { TileInput } from '../input/tile-input.js';
import type { Loops } from '../wasm-module.js';
import { type Planes, Transform } from './fft-transform.js';
import type { ConvolutionMethod, TileAt } from './method.js';

/** Rows of the input that are taken at a time. */
export const HELD = 8;
/** Positions of a row come in such numbers, so that its halves are whole vectors for any number of channels. */
const WHOLE = 8;
/** Samples that loops may read beyond a row of sums. */
const BEYOND = 64;

export class FftLines implements ConvolutionMethod {
  readonly #plan: Plan;
  readonly #blocks: Blocks;
  readonly #terms: readonly Term[];
  readonly #input: TileInput;
  readonly #loops: Loops;
  readonly #channels: number;
  readonly #transform: Transform;
  /** Pairs of rows of one channel. */
  readonly #pairs: Planes;
  /** For each term: its spectra, the rows between the passes, and those that are kept for the next tile. */
  readonly #rows: readonly number[];
  readonly #columns: readonly number[];
  readonly #between: readonly number[];
  readonly #kept: readonly number[];
  /** Bytes between rows of the buffers. */
  readonly #pitch: number;
  /** Rows that are handed on: whole pairs, so that a row's partner is the same in every tile. */
  readonly #shared: number;
  #bytes = new Uint8Array();
  #last: TileAt | undefined;

  constructor(
    plan: Plan,
    blocks: Blocks,
    terms: readonly Term[],
    input: TileInput,
    loops: Loops,
    arena: Arena,
  ) {
    const [across, down] = blocks.size;
    this.#plan = plan;
    this.#blocks = blocks;
    this.#terms = terms;
    this.#input = input;
    this.#loops = loops;
    this.#channels = plan.output.channels;
    this.#transform = new Transform(across, down, loops, arena);
    this.#pairs = this.#transform.takePlanes(arena, HELD / 2);
    this.#pitch = pitchFor(wholeOf(plan.tile.width) * this.#channels);
    this.#shared = (blocks.span[1] - 1) & ~1;
    this.#rows = terms.map(() => arena.take(across * 8));
    this.#columns = terms.map(() => arena.take(down * 8));
    this.#between = terms.map(() => arena.take(down * this.#pitch + BEYOND * 4));
    this.#kept = terms.map(() => arena.take(this.#shared * this.#pitch));
  }

  attach(memory: ArrayBuffer): void {
    this.#bytes = new Uint8Array(memory);
    this.#transform.attach(memory);
    this.#terms.forEach(({ row, column }, k) => {
      this.#transformRow(memory, row, this.#rows[k]!);
      this.#transformColumn(memory, column, this.#columns[k]!);
    });
  }

  start(): void {
    this.#last = undefined;
  }

  /** The first rows are there already where the tile above was the one before. */
  begin(tile: TileAt): void {
    const { layout, left, top, width, height } = tile;
    const last = this.#last;
    const follows = last?.left === left && last.top + last.height === top;
    const rows = layout.rows.coordinates.length;
    this.#last = tile;
    this.#input.open(layout, left, top);
    const carried = follows ? this.#shared : 0;
    this.#move(this.#kept, 0, this.#between, 0, carried);
    for (let row = carried; row < rows; ) row += this.#filterRows(row, tile);
    this.#move(this.#between, height, this.#kept, 0, this.#shared);
    for (const between of this.#between)
      this.#bytes.fill(0, between + rows * this.#pitch, between + this.#blocks.size[1] * this.#pitch);
    const half = (wholeOf(width) * this.#channels) / 2;
    const planes = this.#between.map((re) => ({ re, im: re + half * 4, pitch: this.#pitch }));
    this.#transform.filterColumns(planes, this.#columns, half);
  }

  select(): void {
    // A kernel is alone.
  }

  row(y: number, x: number): number {
    return this.#between[0]! + y * this.#pitch + x * 4;
  }

  /** Convolves some rows of the input from `row` on with the row of every term; how many. */
  #filterRows(row: number, { layout, width }: TileAt): number {
    const { scratch } = this.#plan;
    const some = this.#input.mostFrom(row);
    const bytes = SCRATCH_BYTES[scratch];
    const source = this.#input.bring(row, some);
    const from = layout.pitch * bytes;
    const columns = layout.columns.coordinates.length;
    const channels = this.#channels;
    const { re, im, pitch } = this.#pairs;
    const [upper, lower] = [(some + 1) >> 1, some >> 1];
    const length = this.#transform.width;
    const place = wholeOf(width);
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
        this.#transform.filterAlike(this.#pairs, upper, spectrum);
        const to = this.#between[k]! + row * this.#pitch + channel * 4;
        const next = 2 * this.#pitch;
        this.#loops.placeRows(re, pitch, to, next, upper, place, 1, channels);
        this.#loops.placeRows(im, pitch, to + this.#pitch, next, lower, place, 1, channels);
      }
    }
    return some;
  }

  /** Copies rows of every term between buffers. */
  #move(from: readonly number[], first: number, to: readonly number[], place: number, rows: number): void {
    from.forEach((start, k) => {
      const at = start + first * this.#pitch;
      this.#bytes.copyWithin(to[k]! + place * this.#pitch, at, at + rows * this.#pitch);
    });
  }

  /** The spectrum of a row, mirrored so that products of spectra correlate; with the inverse's divisor. */
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

  /** The same for a column, as the first one of the buffer between the passes. */
  #transformColumn(memory: ArrayBuffer, taps: readonly AxisTap[], to: number): void {
    const { height } = this.#transform;
    const numbers = new Float32Array(memory);
    const re = this.#between[0]!;
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

function wholeOf(width: number): number {
  return Math.ceil(width / WHOLE) * WHOLE;
}

/** An odd number of cache lines, so that rows do not meet in the same sets of the cache. */
function pitchFor(samples: number): number {
  return (Math.ceil(samples / 32) * 32 + 16) * 4;
}
