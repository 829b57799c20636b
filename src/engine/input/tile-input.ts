// The input of a tile: allocates its scratch memory, computes its layout, and fills it once for all kernels of a group.

import type { SampleArray } from '../../core/image.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import { type AxisLayout, layoutAxis } from '../../plan/layout.js';
import type { Plan } from '../../plan/plan.js';
import { distancesOf } from '../../plan/taps.js';
import { SCRATCH_BYTES, scratchChannels } from '../../plan/tile.js';
import type { Arena } from '../../runtime/arena.js';
import type { PackedPlan } from '../packed-taps.js';
import type { Loops } from '../wasm-module.js';
import { type Columns, RowPacker, resolveColumns } from './pack-row.js';

/** Samples that the loops may read, or a widened run may write, past a row's end. */
const MARGIN = 128;

/** The layout of the scratch for tiles of one size. */
export interface TileLayout {
  readonly columns: AxisLayout;
  readonly rows: AxisLayout;
  /** Samples between scratch rows. */
  readonly pitch: number;
}

export class TileInput {
  /** Any plan of the group: they agree in everything about input. */
  readonly #plan: Plan;
  /** The tap distances along x and y. */
  readonly #distances: readonly [readonly number[], readonly number[]];
  readonly #packer: RowPacker;
  #source: SampleArray = new Uint8Array();
  readonly #layouts = new Map<string, TileLayout>();
  /** The columns of the last tile; the tile below has the same. */
  #columns: Columns | undefined;
  #columnsFor = '';
  #layout: TileLayout | undefined;
  #ys: readonly number[] = [];
  #start = 0;
  /** Index of the tile's first row in the scratch, which is a ring of rows. */
  #first = 0;
  readonly #capacity: number;
  readonly #scratch: number;

  /**
   * Reserves memory for `ringRows` rows, or for all rows of a tile if null; call `attach` once everything is reserved.
   */
  constructor(group: readonly PackedPlan[], ringRows: number | null, loops: Loops, arena: Arena) {
    this.#plan = group[0]!.plan;
    this.#distances = [distancesRead(group, 0), distancesRead(group, 1)];
    const { tile, scratch } = this.#plan;
    const full = this.layout(tile.width, tile.height);
    const { width, channels } = this.#plan.source;
    // Runs are within the image, however far apart taps are.
    const staging = arena.take(Math.min(width, spanOf(full.columns)) * channels * 4 + MARGIN);
    this.#packer = new RowPacker(this.#plan, staging, loops);
    const rows = full.rows.coordinates.length;
    // In a ring, samples written past the last row's end must not reach the first row, and the alignment must repeat.
    this.#capacity = ringRows ?? (this.#plan.box ? Math.ceil((rows + 1) / 8) * 8 : rows);
    this.#scratch = arena.take((this.#capacity * full.pitch + MARGIN) * SCRATCH_BYTES[scratch]);
  }

  attach(memory: ArrayBuffer): void {
    this.#packer.attach(memory);
  }

  /**
   * Sets the image that tiles are filled from, or a ring of its rows: row y is at index y modulo the ring's length.
   */
  setSource(source: SampleArray): void {
    this.#source = source;
  }

  /** The layout of tiles of one size; cached. */
  layout(width: number, height: number): TileLayout {
    const key = `${width}x${height}`;
    const known = this.#layouts.get(key);
    if (known) return known;
    const { stride, source, scratch, blocks } = this.#plan;
    // Transforms need every position that the outputs span.
    const along = (axis: 0 | 1, count: number) =>
      blocks
        ? layoutAxis(this.#distances[axis], 1, (count - 1) * stride[axis] + 1)
        : layoutAxis(this.#distances[axis], stride[axis], count);
    const columns = along(0, width);
    const rows = along(1, height);
    let pitch = columns.coordinates.length * scratchChannels(this.#plan);
    // Rows have the image's alignment modulo 8, so that each row is copied like the first.
    if (isStored(scratch)) {
      const step = 8 / SCRATCH_BYTES[scratch];
      pitch += (((source.width * source.channels - pitch) % step) + step) % step;
    }
    const layout = { columns, rows, pitch };
    this.#layouts.set(key, layout);
    return layout;
  }

  /** Fills the scratch for the tile at output position (left, top); returns the address of its first sample. */
  fill(layout: TileLayout, left: number, top: number): number {
    this.beginTile(layout, left, top);
    this.#first = 0;
    for (let row = 0; row < this.#ys.length; row++) this.#fillRow(row, row);
    return this.#start;
  }

  /**
   * Fills the scratch for the tile below the last one, of equal width: its first `carriedRows` rows are in the scratch
   * already, `down` rows after the last tile's first. Only for plans with a box; find rows by `addressOf`.
   */
  fillBelow(layout: TileLayout, left: number, top: number, down: number, carriedRows: number): void {
    const start = this.#start;
    this.beginTile(layout, left, top);
    this.#start = start;
    this.#first = (this.#first + down) % this.#capacity;
    for (let row = carriedRows; row < this.#ys.length; row++) this.#fillRow(row, this.#ringIndex(row));
  }

  /** The address of a row of the tile. */
  addressOf(row: number): number {
    return this.#start + this.#ringIndex(row) * this.#layout!.pitch * SCRATCH_BYTES[this.#plan.scratch];
  }

  #ringIndex(row: number): number {
    return (this.#first + row) % this.#capacity;
  }

  /** Begins a tile whose rows are filled on demand by `fillRows`. */
  beginTile(layout: TileLayout, left: number, top: number): void {
    const plan = this.#plan;
    const { source, origin, stride, border } = plan;
    const key = `${left}:${layout.columns.coordinates.length}`;
    if (key !== this.#columnsFor) {
      this.#columns = resolveColumns(plan, layout.columns, origin[0] + left * stride[0]);
      this.#columnsFor = key;
    }
    const { map } = BORDERS[border.mode];
    const position = origin[1] + top * stride[1];
    this.#layout = layout;
    const ringRows = this.#source.length / (source.width * source.channels);
    this.#ys = layout.rows.coordinates.map((coordinate) => {
      const y = map(position + coordinate, source.height);
      return y === OUTSIDE ? OUTSIDE : y % ringRows;
    });
    const sampleBytes = SCRATCH_BYTES[plan.scratch];
    this.#start = this.#scratch;
    const run = this.#columns!.runs[0];
    if (isStored(plan.scratch) && run) {
      const from = (this.#ys[0]! * source.width + run.column - run.slot) * source.channels * sampleBytes;
      this.#start += (((this.#source.byteOffset + from - this.#start) % 8) + 8) % 8;
    }
  }

  /** Fills some rows of the tile, replacing earlier ones; returns the address of the first. */
  fillRows(row: number, rows = 1): number {
    const index = row % this.#capacity;
    for (let i = 0; i < rows; i++) this.#fillRow(row + i, index + i);
    return this.#start + index * this.#layout!.pitch * SCRATCH_BYTES[this.#plan.scratch];
  }

  /** How many rows from `row` on one call of `fillRows` can fill. */
  maxRowsFrom(row: number): number {
    return Math.min(this.#capacity - (row % this.#capacity), this.#ys.length - row);
  }

  #fillRow(row: number, index: number): void {
    const at = this.#start / SCRATCH_BYTES[this.#plan.scratch] + index * this.#layout!.pitch;
    this.#packer.fill(this.#source, this.#ys[row]!, this.#columns!, at);
  }
}

/** The number of input positions from the first to the last that a tile needs. */
function spanOf({ coordinates }: AxisLayout): number {
  const first = coordinates.reduce((least, x) => Math.min(least, x));
  const last = coordinates.reduce((most, x) => Math.max(most, x));
  return last - first + 1;
}

/** Whether samples are kept as stored, so that rows are copied at the image's alignment. */
function isStored(scratch: Plan['scratch']): boolean {
  return scratch === 'u8' || scratch === 'u16';
}

/** The tap distances along an axis of all kernels of the group; [0] if there are no taps. */
function distancesRead(group: readonly PackedPlan[], axis: 0 | 1): number[] {
  const distinct = new Set<number>();
  for (const { plan, taps } of group) {
    const { terms, box } = plan;
    const range = plan.blocks ?? (box && { first: box.first, span: [box.width, box.height] as const });
    if (range) for (let i = 0; i < range.span[axis]; i++) distinct.add(range.first[axis] + i);
    for (const { row, column } of terms ?? [])
      for (const { distance } of axis === 0 ? row : column) distinct.add(distance);
    if (!terms && !range) for (const distance of distancesOf(taps, axis)) distinct.add(distance);
  }
  return distinct.size > 0 ? [...distinct] : [0];
}
