// The separable method inside a tile: each scratch row is convolved with every term's row, then an output row
// is the sum over the terms' columns. Both passes are the same tap loop. Knows nothing of borders or outputs.

import type { Plan, Term } from '../plan/plan.js';
import type { TileInput, TileLayout } from './input.js';
import type { Summer, TileAt } from './summer.js';
import { TapList } from './tap-list.js';
import type { Arena, Loops } from './wasm.js';

export class SeparablePasses implements Summer {
  readonly #members: readonly (readonly Term[])[];
  readonly #kept: number;
  /** Bytes of a sample between the passes. */
  readonly #sampleBytes: number;
  readonly #input: TileInput;
  readonly #loops: Loops;
  /** Of each kernel: the taps of each term's row, and those of all columns together. */
  readonly #lists: readonly { readonly rows: readonly TapList[]; readonly columns: TapList }[];
  readonly #between: number;
  #memory = new DataView(new ArrayBuffer(0));
  #tapsFor: TileLayout | undefined;
  #pitch = 0;
  readonly #stepsByOne: boolean;
  /** Rows of the buffer between the passes, for each term. */
  readonly #capacity: number;
  /** Rows that the last tile filled. */
  #filled = 0;
  /** Rows at the start that are there already. */
  #carried = 0;
  #tile: TileAt | undefined;
  #inOrder = false;
  #scratch = 0;
  #member = 0;

  /** Reserves its memory; `attach` comes after all is reserved. */
  constructor(plans: readonly Plan[], input: TileInput, loops: Loops, arena: Arena) {
    const plan = plans[0]!;
    this.#members = plans.map(({ terms }) => terms ?? []);
    this.#kept = plan.output.channels;
    const isFloat64 = plan.lane === 'f64';
    this.#sampleBytes = isFloat64 ? 8 : 4;
    this.#input = input;
    this.#loops = loops;
    const { rows } = input.layout(plan.tile.width, plan.tile.height);
    this.#capacity = rows.coordinates.length;
    this.#stepsByOne = plan.stride[1] === 1;
    this.#lists = this.#members.map((terms) => ({
      rows: terms.map(({ row }) => new TapList(row.length, isFloat64, arena)),
      columns: new TapList(
        terms.reduce((sum, { column }) => sum + column.length, 0),
        isFloat64,
        arena,
      ),
    }));
    const most = Math.max(...this.#members.map((terms) => terms.length));
    const samples = most * this.#capacity * pitchFor(plan.tile.width * this.#kept);
    this.#between = arena.take(samples * this.#sampleBytes);
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = new DataView(memory);
  }

  start(): void {
    this.#tile = undefined;
  }

  /** The first rows are there already where the tile above, of the same kernel, was the one before. */
  begin(tile: TileAt): void {
    const { layout, left, top, height, count } = tile;
    this.#writeTaps(layout, count);
    const last = this.#tile;
    const follows = last?.left === left && last.top + last.height === top && last.count === count;
    const inOrder = this.#stepsByOne && this.#members.length === 1 && areNeighbours(layout);
    const carried = follows && inOrder && this.#inOrder ? layout.rows.coordinates.length - height : 0;
    if (carried > 0) this.#moveUp(carried);
    this.#carried = carried;
    this.#tile = tile;
    this.#inOrder = inOrder;
    this.#scratch = this.#input.fill(layout, left, top, (row) => row >= carried);
  }

  select(member: number): void {
    const { layout, count } = this.#tile!;
    const rows = layout.rows.coordinates.length;
    this.#member = member;
    this.#filled = rows;
    this.#lists[member]!.rows.forEach((taps, k) => {
      for (let row = this.#carried; row < rows; row++) {
        const from = this.#scratch + row * layout.pitch * this.#sampleBytes;
        const to = this.#between + (k * this.#capacity + row) * this.#pitch * this.#sampleBytes;
        taps.run(this.#loops, from, to, count);
      }
    });
  }

  row(y: number, x: number, count: number, dst: number): number {
    const from = this.#between + (y * this.#pitch + x) * this.#sampleBytes;
    this.#lists[this.#member]!.columns.run(this.#loops, from, dst, count);
    return dst;
  }

  /** The last rows that the tile above filled become the first of this one. */
  #moveUp(rows: number): void {
    const bytes = new Uint8Array(this.#memory.buffer);
    const pitch = this.#pitch * this.#sampleBytes;
    this.#members[0]!.forEach((_, k) => {
      const start = this.#between + k * this.#capacity * pitch;
      const from = start + (this.#filled - rows) * pitch;
      bytes.copyWithin(start, from, from + rows * pitch);
    });
  }

  #writeTaps(layout: TileLayout, count: number): void {
    if (this.#tapsFor === layout) return;
    this.#tapsFor = layout;
    this.#pitch = pitchFor(count);
    const { rows, columns } = layout;
    this.#members.forEach((terms, member) => {
      const lists = this.#lists[member]!;
      const samplesAt = (distance: number) => columns.slotOf.get(distance)! * this.#kept;
      for (const [k, { row }] of terms.entries())
        lists.rows[k]!.write(this.#memory, [{ taps: row, samplesAt }]);
      const stretches = terms.map(({ column }, k) => ({
        taps: column,
        samplesAt: (distance: number) => (k * this.#capacity + rows.slotOf.get(distance)!) * this.#pitch,
      }));
      lists.columns.write(this.#memory, stretches);
    });
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
