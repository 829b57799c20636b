// The separable method inside a tile: each row of the input is convolved with every term's row as soon as it is there,
// then an output row is the sum over the terms' columns. Both passes are the same tap loop. Knows nothing of borders or outputs.

import type { Plan, Term } from '../../plan/plan.js';
import type { Arena } from '../arena.js';
import type { TileInput, TileLayout } from '../input/tile-input.js';
import type { Loops } from '../wasm-module.js';
import type { ConvolutionMethod, TileAt } from './method.js';
import { TapList } from './tap-list.js';

export class SeparablePasses implements ConvolutionMethod {
  readonly #members: readonly (readonly Term[])[];
  readonly #kept: number;
  /** Bytes of a sample between the passes. */
  readonly #sampleBytes: number;
  readonly #input: TileInput;
  readonly #loops: Loops;
  /** Of each kernel: the taps of each term's row, and those of all columns together. */
  readonly #lists: readonly { readonly rows: readonly TapList[]; readonly columns: TapList }[];
  readonly #between: number;
  /** Sums of the tile. */
  readonly #result: number;
  #memory = new DataView(new ArrayBuffer(0));
  #tapsFor: TileLayout | undefined;
  #pitch = 0;
  readonly #stepsByOne: boolean;
  /** Rows of the buffer between the passes, for each term. */
  readonly #capacity: number;
  /** Rows that the last tile filled. */
  #filled = 0;
  #tile: TileAt | undefined;
  #inOrder = false;
  #scratch = 0;
  readonly #isAlone: boolean;

  /** Reserves its memory; `attach` comes after all is reserved. */
  constructor(plans: readonly Plan[], input: TileInput, loops: Loops, arena: Arena) {
    const plan = plans[0]!;
    this.#members = plans.map(({ terms }) => terms ?? []);
    this.#isAlone = plans.length === 1;
    this.#kept = plan.output.channels;
    const isFloat64 = plan.accumulator === 'f64';
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
    const rowBytes = pitchFor(plan.tile.width * this.#kept) * this.#sampleBytes;
    this.#between = arena.take(most * this.#capacity * rowBytes);
    this.#result = arena.take(plan.tile.height * rowBytes);
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
    const inOrder = this.#stepsByOne && this.#isAlone && areNeighbours(layout);
    const carried = follows && inOrder && this.#inOrder ? layout.rows.coordinates.length - height : 0;
    if (carried > 0) this.#moveUp(carried);
    this.#tile = tile;
    this.#inOrder = inOrder;
    if (!this.#isAlone) {
      this.#scratch = this.#input.fill(layout, left, top);
      return;
    }
    this.#input.open(layout, left, top);
    for (let row = carried; row < layout.rows.coordinates.length; row++)
      this.#convolveRows(0, this.#input.bring(row), row, 1);
    this.#filled = layout.rows.coordinates.length;
    this.#sumColumns(0);
  }

  select(member: number): void {
    if (this.#isAlone) return;
    this.#convolveRows(member, this.#scratch, 0, this.#tile!.layout.rows.coordinates.length);
    this.#sumColumns(member);
  }

  row(y: number, x: number): number {
    return this.#result + (y * this.#pitch + x) * this.#sampleBytes;
  }

  /** Convolves rows of the scratch, `first` and those below it, with the rows of a kernel's terms. */
  #convolveRows(member: number, scratch: number, first: number, rows: number): void {
    const { layout, count } = this.#tile!;
    const pitch = this.#pitch * this.#sampleBytes;
    this.#lists[member]!.rows.forEach((taps, k) => {
      const to = this.#between + (k * this.#capacity + first) * pitch;
      taps.run(this.#loops, scratch, layout.pitch * this.#sampleBytes, to, pitch, rows, count);
    });
  }

  #sumColumns(member: number): void {
    const { height, count } = this.#tile!;
    const pitch = this.#pitch * this.#sampleBytes;
    const { columns } = this.#lists[member]!;
    columns.run(this.#loops, this.#between, pitch, this.#result, pitch, height, count);
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

/**
 * Whole blocks of the tap loop, so that a row's last block does not reach into the next row, and an odd number of
 * cache lines, so that rows do not meet in the same sets of the cache.
 */
function pitchFor(count: number): number {
  return Math.ceil(count / 32) * 32 + 16;
}
