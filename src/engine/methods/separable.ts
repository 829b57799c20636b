// The separable method: correlates each row of the input with the row of every term as soon as it is filled, then sums
// the terms' columns for each output row. Both passes use the same tap loop.

import type { Term } from '../../plan/plan.js';
import type { TileInput, TileLayout } from '../input/tile-input.js';
import type { Loops } from '../wasm-module.js';
import type { MethodContext, PlacedTile, RowMethod } from './method.js';
import { TapList } from './tap-list.js';

/** Rows whose columns are summed together: an even number. */
const ROWS_PER_SUM = 8;
/** No row of a tile. */
const NONE = -1;

export class SeparablePasses implements RowMethod {
  readonly #members: readonly (readonly Term[])[];
  readonly #channels: number;
  /** Bytes of a sample between the passes. */
  readonly #sampleBytes: number;
  readonly #input: TileInput;
  readonly #loops: Loops;
  /** Per kernel: the tap list of each term's row, and one of all columns. */
  readonly #lists: readonly { readonly rows: readonly TapList[]; readonly columns: TapList }[];
  readonly #intermediate: number;
  /** Sums of the last block of rows that was requested, and its first row. */
  readonly #result: number;
  #resultRow = NONE;
  #tapsFor: TileLayout | undefined;
  #pitch = 0;
  readonly #hasUnitStride: boolean;
  /** Rows per term of the buffer between the passes. */
  readonly #capacity: number;
  /** Rows that the last tile filled. */
  #filled = 0;
  #tile: PlacedTile | undefined;
  #member = 0;
  #hasConsecutiveRows = false;
  #scratch = 0;
  readonly #isSingle: boolean;

  constructor({ group, input, loops, arena }: MethodContext) {
    const { plan } = group[0]!;
    this.#members = group.map((member) => member.plan.terms ?? []);
    this.#isSingle = group.length === 1;
    this.#channels = plan.output.channels;
    const isFloat64 = plan.accumulator === 'f64';
    this.#sampleBytes = isFloat64 ? 8 : 4;
    this.#input = input;
    this.#loops = loops;
    const { rows } = input.layout(plan.tile.width, plan.tile.height);
    this.#capacity = rows.coordinates.length;
    this.#hasUnitStride = plan.stride[1] === 1;
    this.#lists = this.#members.map((terms) => ({
      rows: terms.map(({ row }) => new TapList(row.length, isFloat64, arena)),
      columns: new TapList(
        terms.reduce((sum, { column }) => sum + column.length, 0),
        isFloat64,
        arena,
      ),
    }));
    const maxTerms = Math.max(...this.#members.map((terms) => terms.length));
    const rowBytes = pitchFor(plan.tile.width * this.#channels) * this.#sampleBytes;
    // Columns are summed for an even number of rows, of which the last may read one row more.
    this.#intermediate = arena.take((maxTerms * this.#capacity + 1) * rowBytes);
    this.#result = arena.take(ROWS_PER_SUM * rowBytes);
  }

  beginRun(): void {
    this.#tile = undefined;
  }

  /** If the tile above was the previous one, of the same kernel, the first rows are already computed. */
  beginTile(tile: PlacedTile): void {
    const { layout, left, top, height, count } = tile;
    this.#writeTaps(layout, count);
    const last = this.#tile;
    const follows = last?.left === left && last.top + last.height === top && last.count === count;
    const hasConsecutiveRows = this.#hasUnitStride && this.#isSingle && areConsecutive(layout);
    const carried =
      follows && hasConsecutiveRows && this.#hasConsecutiveRows ? layout.rows.coordinates.length - height : 0;
    if (carried > 0) this.#carryRows(carried);
    this.#tile = tile;
    this.#hasConsecutiveRows = hasConsecutiveRows;
    if (!this.#isSingle) {
      this.#scratch = this.#input.fill(layout, left, top);
      return;
    }
    this.#input.beginTile(layout, left, top);
    for (let row = carried; row < layout.rows.coordinates.length; row++)
      this.#correlateRows(0, this.#input.fillRows(row), row, 1);
    this.#filled = layout.rows.coordinates.length;
  }

  selectKernel(member: number): void {
    this.#member = member;
    this.#resultRow = NONE;
    if (this.#isSingle) return;
    this.#correlateRows(member, this.#scratch, 0, this.#tile!.layout.rows.coordinates.length);
  }

  computeRow(y: number, x: number): number {
    const inBlock = y % ROWS_PER_SUM;
    if (this.#resultRow !== y - inBlock) this.#sumColumns(y - inBlock);
    return this.#result + (inBlock * this.#pitch + x) * this.#sampleBytes;
  }

  /** Correlates `rows` rows of the scratch, from `first` on, with the rows of a kernel's terms. */
  #correlateRows(member: number, scratch: number, first: number, rows: number): void {
    const { layout, count } = this.#tile!;
    const pitch = this.#pitch * this.#sampleBytes;
    this.#lists[member]!.rows.forEach((taps, k) => {
      const to = this.#intermediate + (k * this.#capacity + first) * pitch;
      taps.run(this.#loops, scratch, layout.pitch * this.#sampleBytes, to, pitch, rows, count);
    });
  }

  /** Sums the columns of the selected kernel for some rows from `row` on. */
  #sumColumns(row: number): void {
    const { height, count } = this.#tile!;
    const pitch = this.#pitch * this.#sampleBytes;
    const { columns } = this.#lists[this.#member]!;
    const rows = Math.min(ROWS_PER_SUM, height - row);
    columns.run(this.#loops, this.#intermediate + row * pitch, pitch, this.#result, pitch, rows, count);
    this.#resultRow = row;
  }

  /** Moves the last rows that the tile above filled to the start. */
  #carryRows(rows: number): void {
    const bytes = new Uint8Array(this.#loops.memory.buffer);
    const pitch = this.#pitch * this.#sampleBytes;
    this.#members[0]!.forEach((_, k) => {
      const start = this.#intermediate + k * this.#capacity * pitch;
      const from = start + (this.#filled - rows) * pitch;
      bytes.copyWithin(start, from, from + rows * pitch);
    });
  }

  #writeTaps(layout: TileLayout, count: number): void {
    if (this.#tapsFor === layout) return;
    this.#tapsFor = layout;
    this.#pitch = pitchFor(count);
    const { rows, columns } = layout;
    const memory = new DataView(this.#loops.memory.buffer);
    this.#members.forEach((terms, member) => {
      const lists = this.#lists[member]!;
      const samplesAt = (distance: number) => columns.slotOf.get(distance)! * this.#channels;
      for (const [k, { row }] of terms.entries()) lists.rows[k]!.write(memory, [{ taps: row, samplesAt }]);
      const runs = terms.map(({ column }, k) => ({
        taps: column,
        samplesAt: (distance: number) => (k * this.#capacity + rows.slotOf.get(distance)!) * this.#pitch,
      }));
      lists.columns.write(memory, runs);
    });
  }
}

/** Whether the rows of a layout are consecutive rows of the image, so that a tile can hand some on. */
function areConsecutive({ rows: { coordinates } }: TileLayout): boolean {
  return coordinates.every((y, i) => i === 0 || y === coordinates[i - 1]! + 1);
}

/**
 * Samples per row: whole blocks of the tap loop, so that a row's last block does not overwrite the next row, and an odd
 * number of cache lines, so that rows do not map to the same cache sets.
 */
function pitchFor(count: number): number {
  return Math.ceil(count / 32) * 32 + 16;
}
