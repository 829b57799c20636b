// The separable method inside a tile: each scratch row is convolved with every term's row, then an output row
// is the sum over the terms' columns. Both passes are the same tap loop. Knows nothing of borders or outputs.

import type { AxisTap, Plan, Term } from '../plan/plan.js';
import type { TileInput, TileLayout } from './input.js';
import type { Sums } from './sums.js';
import type { Arena } from './wasm.js';

export class SeparablePasses {
  readonly #terms: readonly Term[];
  readonly #kept: number;
  readonly #sums: Sums;
  readonly #rowTaps: number;
  readonly #columnTaps: number;
  readonly #between: number;
  #memory = new DataView(new ArrayBuffer(0));
  #tapsFor: TileLayout | undefined;
  #pitch = 0;

  /** Reserves its memory; `attach` comes after all is reserved. */
  constructor(plan: Plan, terms: readonly Term[], input: TileInput, sums: Sums, arena: Arena) {
    this.#terms = terms;
    this.#kept = plan.output.channels;
    this.#sums = sums;
    const { rows } = input.layout(plan.tile.width, plan.tile.height);
    const taps = (of: (term: Term) => readonly AxisTap[]) =>
      terms.reduce((sum, term) => sum + of(term).length, 0);
    this.#rowTaps = arena.take(taps((term) => term.row) * 8);
    this.#columnTaps = arena.take(taps((term) => term.column) * 8);
    this.#between = arena.take(
      terms.length * rows.coordinates.length * pitchFor(plan.tile.width * this.#kept) * 4,
    );
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = new DataView(memory);
  }

  /** Convolves all rows of a filled scratch with all terms' rows. */
  convolveRows(scratch: number, layout: TileLayout, count: number): void {
    this.#writeTaps(layout, count);
    const rows = layout.rows.coordinates.length;
    let taps = this.#rowTaps;
    this.#terms.forEach((term, k) => {
      for (let row = 0; row < rows; row++) {
        const from = scratch + row * layout.pitch * 4;
        const to = this.#between + (k * rows + row) * this.#pitch * 4;
        this.#sums.f32(from, taps, term.row.length, to, count);
      }
      taps += term.row.length * 8;
    });
  }

  /** The sums of `count` samples of output row `y` from sample `x` on. */
  sumColumns(y: number, x: number, count: number, dst: number): void {
    const taps = this.#terms.reduce((sum, term) => sum + term.column.length, 0);
    this.#sums.f32(this.#between + (y * this.#pitch + x) * 4, this.#columnTaps, taps, dst, count);
  }

  #writeTaps(layout: TileLayout, count: number): void {
    if (this.#tapsFor === layout) return;
    this.#tapsFor = layout;
    this.#pitch = pitchFor(count);
    const rows = layout.rows.coordinates.length;
    let row = this.#rowTaps;
    let column = this.#columnTaps;
    this.#terms.forEach((term, k) => {
      for (const { distance, weight } of term.row) {
        this.#write(row, layout.columns.slotOf.get(distance)! * this.#kept, weight);
        row += 8;
      }
      for (const { distance, weight } of term.column) {
        this.#write(column, (k * rows + layout.rows.slotOf.get(distance)!) * this.#pitch, weight);
        column += 8;
      }
    });
  }

  #write(at: number, samples: number, weight: number): void {
    this.#memory.setUint32(at, samples * 4, true);
    this.#memory.setFloat32(at + 4, weight, true);
  }
}

/** Whole blocks of the tap loop, so that a row's last block does not reach into the next row. */
function pitchFor(count: number): number {
  return Math.ceil(count / 32) * 32;
}
