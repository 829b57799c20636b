// The separable method inside a tile: each scratch row is convolved with every term's row, then an output row
// is the sum over the terms' columns. Both passes are the same tap loop. Knows nothing of borders or outputs.

import type { AxisTap, Plan, Term } from '../plan/plan.js';
import type { TileInput, TileLayout } from './input.js';
import type { Sums } from './sums.js';
import type { Arena } from './wasm.js';

/** Two short passes make short errors: sums up to this long need no partial sums. */
const LONGEST_SUM = 128;

export class SeparablePasses {
  readonly #terms: readonly Term[];
  readonly #kept: number;
  readonly #isFloat64: boolean;
  /** Bytes of a sample between the passes, and of a tap. */
  readonly #sampleBytes: number;
  readonly #tapBytes: number;
  readonly #sums: Sums;
  readonly #rowTaps: number;
  readonly #columnTaps: number;
  readonly #between: number;
  #memory = new DataView(new ArrayBuffer(0));
  #tapsFor: TileLayout | undefined;
  #pitch = 0;
  readonly #stepsByOne: boolean;
  /** Rows of the buffer between the passes, for each term. */
  readonly #capacity: number;
  /** Rows that the last tile filled. */
  #filled = 0;
  #last:
    | { readonly left: number; readonly below: number; readonly count: number; readonly inOrder: boolean }
    | undefined;

  /** Reserves its memory; `attach` comes after all is reserved. */
  constructor(plan: Plan, terms: readonly Term[], input: TileInput, sums: Sums, arena: Arena) {
    this.#terms = terms;
    this.#kept = plan.output.channels;
    this.#isFloat64 = plan.lane === 'f64';
    this.#sampleBytes = this.#isFloat64 ? 8 : 4;
    this.#tapBytes = this.#isFloat64 ? 16 : 8;
    this.#sums = sums;
    const { rows } = input.layout(plan.tile.width, plan.tile.height);
    this.#capacity = rows.coordinates.length;
    this.#stepsByOne = plan.stride[1] === 1;
    const taps = (of: (term: Term) => readonly AxisTap[]) =>
      terms.reduce((sum, term) => sum + of(term).length, 0);
    this.#rowTaps = arena.take(taps((term) => term.row) * this.#tapBytes);
    this.#columnTaps = arena.take(taps((term) => term.column) * this.#tapBytes);
    const samples = terms.length * this.#capacity * pitchFor(plan.tile.width * this.#kept);
    this.#between = arena.take(samples * this.#sampleBytes);
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = new DataView(memory);
  }

  /**
   * Makes ready for a tile and returns how many of its first rows are there already: those that it shares with
   * the tile above it, where that was the one before.
   */
  begin(layout: TileLayout, left: number, top: number, height: number, count: number): number {
    this.#writeTaps(layout, count);
    const follows = this.#last?.left === left && this.#last.below === top && this.#last.count === count;
    const inOrder = this.#stepsByOne && areNeighbours(layout);
    const carried = follows && inOrder && this.#last?.inOrder ? layout.rows.coordinates.length - height : 0;
    if (carried > 0) this.#moveUp(carried);
    this.#last = { left, below: top + height, count, inOrder };
    return carried;
  }

  /** The last rows that the tile above filled become the first of this one. */
  #moveUp(rows: number): void {
    const bytes = new Uint8Array(this.#memory.buffer);
    const pitch = this.#pitch * this.#sampleBytes;
    this.#terms.forEach((_, k) => {
      const start = this.#between + k * this.#capacity * pitch;
      const from = start + (this.#filled - rows) * pitch;
      bytes.copyWithin(start, from, from + rows * pitch);
    });
  }

  /** Convolves the rows of a filled scratch, from row `first` on, with all terms' rows. */
  convolveRows(scratch: number, layout: TileLayout, count: number, first: number): void {
    const rows = layout.rows.coordinates.length;
    this.#filled = rows;
    let taps = this.#rowTaps;
    this.#terms.forEach((term, k) => {
      for (let row = first; row < rows; row++) {
        const from = scratch + row * layout.pitch * this.#sampleBytes;
        const to = this.#between + (k * this.#capacity + row) * this.#pitch * this.#sampleBytes;
        this.#sum(from, taps, term.row.length, to, count);
      }
      taps += term.row.length * this.#tapBytes;
    });
  }

  /** The sums of `count` samples of output row `y` from sample `x` on. */
  sumColumns(y: number, x: number, count: number, dst: number): void {
    const taps = this.#terms.reduce((sum, term) => sum + term.column.length, 0);
    const from = this.#between + (y * this.#pitch + x) * this.#sampleBytes;
    this.#sum(from, this.#columnTaps, taps, dst, count);
  }

  #sum(src: number, taps: number, tapCount: number, dst: number, count: number): void {
    if (this.#isFloat64) this.#sums.lane('f64', src, taps, tapCount, dst, count);
    else this.#sums.f32(src, taps, tapCount, dst, count, LONGEST_SUM);
  }

  #writeTaps(layout: TileLayout, count: number): void {
    if (this.#tapsFor === layout) return;
    this.#tapsFor = layout;
    this.#pitch = pitchFor(count);
    let row = this.#rowTaps;
    let column = this.#columnTaps;
    this.#terms.forEach((term, k) => {
      for (const { distance, weight } of term.row) {
        this.#write(row, layout.columns.slotOf.get(distance)! * this.#kept, weight);
        row += this.#tapBytes;
      }
      for (const { distance, weight } of term.column) {
        this.#write(column, (k * this.#capacity + layout.rows.slotOf.get(distance)!) * this.#pitch, weight);
        column += this.#tapBytes;
      }
    });
  }

  #write(at: number, samples: number, weight: number): void {
    this.#memory.setUint32(at, samples * this.#sampleBytes, true);
    if (this.#isFloat64) this.#memory.setFloat64(at + 8, weight, true);
    else this.#memory.setFloat32(at + 4, weight, true);
  }
}

/** Whether the rows of a layout are neighbouring rows of the image, so that a tile can hand some on. */
function areNeighbours({ rows: { coordinates } }: TileLayout): boolean {
  return coordinates.every((y, i) => i === 0 || y === coordinates[i - 1]! + 1);
}

/** Whole blocks of the tap loop, so that a row's last block does not reach into the next row. */
function pitchFor(count: number): number {
  return Math.ceil(count / 32) * 32;
}
