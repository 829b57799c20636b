// The input side of a tile: its scratch memory, how that is laid out, and filling it, once for all kernels of a
// group. Knows nothing of sums and outputs.

import type { SampleArray } from '../../core/image.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import { type AxisLayout, layoutAxis } from '../../plan/layout.js';
import type { Plan } from '../../plan/plan.js';
import { SCRATCH_BYTES } from '../../plan/tile.js';
import type { Arena } from '../arena.js';
import { asTarget } from '../memcpy.js';
import type { PackedPlan } from '../packed-taps.js';
import type { Loops } from '../wasm-module.js';
import { type Columns, fillRow, resolveColumns, type ScratchArray } from './pack-row.js';

/** Samples beyond a row's end that the loops may read, and as many that a widened run may write. */
const MARGIN = 128;

/** How tiles of one size lie in the scratch. */
export interface TileLayout {
  readonly columns: AxisLayout;
  readonly rows: AxisLayout;
  /** Samples between scratch rows. */
  readonly pitch: number;
}

export class TileInput {
  /** Any plan of the group: they agree on all that concerns input. */
  readonly #plan: Plan;
  readonly #distances: Readonly<Record<'x' | 'y', readonly number[]>>;
  readonly #loops: Loops;
  #source: SampleArray = new Uint8Array();
  readonly #layouts = new Map<string, TileLayout>();
  /** Of the last tile: the next one below it is the same. */
  #columns: Columns | undefined;
  #columnsFor = '';
  #layout: TileLayout | undefined;
  #ys: readonly number[] = [];
  #start = 0;
  /** Where the tile's first row stands among the rows of the scratch; those behind the last go on at the first. */
  #first = 0;
  readonly #capacity: number;
  readonly #staging: number;
  readonly #scratch: number;
  #bytes = asTarget(new ArrayBuffer(0));
  #view: ScratchArray = this.#bytes;

  /** Reserves its memory, for as many rows as it shall `hold` or all of a tile; `attach` comes after all is reserved. */
  constructor(group: readonly PackedPlan[], hold: number | null, loops: Loops, arena: Arena) {
    this.#plan = group[0]!.plan;
    this.#distances = { x: distancesOf(group, 'x'), y: distancesOf(group, 'y') };
    this.#loops = loops;
    const { tile, scratch } = this.#plan;
    const full = this.layout(tile.width, tile.height);
    const { width, channels } = this.#plan.source;
    // Runs lie inside the image, however far apart taps are.
    this.#staging = arena.take(Math.min(width, spanOf(full.columns)) * channels * 4 + MARGIN);
    const rows = full.rows.coordinates.length;
    // Where rows go round, the last one's rubbish must not meet the first, and alignment must come round too.
    this.#capacity = hold ?? (this.#plan.box ? Math.ceil((rows + 1) / 8) * 8 : rows);
    this.#scratch = arena.take((this.#capacity * full.pitch + MARGIN) * SCRATCH_BYTES[scratch]);
  }

  /** Takes views of the memory, once it has its size. */
  attach(memory: ArrayBuffer): void {
    this.#bytes = asTarget(memory);
    const sampleBytes = SCRATCH_BYTES[this.#plan.scratch];
    if (sampleBytes === 1) this.#view = this.#bytes;
    else if (sampleBytes === 2) this.#view = new Uint16Array(memory);
    else this.#view = sampleBytes === 4 ? new Float32Array(memory) : new Float64Array(memory);
  }

  /** Takes the image that tiles are filled from, or a ring of its rows: row y stands in the place of y modulo their number. */
  read(source: SampleArray): void {
    this.#source = source;
  }

  /** The layout of tiles of one size; made once. */
  layout(width: number, height: number): TileLayout {
    const key = `${width}x${height}`;
    const known = this.#layouts.get(key);
    if (known) return known;
    const { stride, luma, channelIndices, source, scratch, blocks } = this.#plan;
    // Transforms need every position that outputs span.
    const axis = (of: 'x' | 'y', step: number, count: number) =>
      blocks
        ? layoutAxis(this.#distances[of], 1, (count - 1) * step + 1)
        : layoutAxis(this.#distances[of], step, count);
    const columns = axis('x', stride[0], width);
    const rows = axis('y', stride[1], height);
    let pitch = columns.coordinates.length * (luma ? 1 : channelIndices.length);
    // As the image's rows modulo 8, so that every row is copied at the alignment of the first.
    if (isStored(scratch)) {
      const step = 8 / SCRATCH_BYTES[scratch];
      pitch += (((source.width * source.channels - pitch) % step) + step) % step;
    }
    const layout = { columns, rows, pitch };
    this.#layouts.set(key, layout);
    return layout;
  }

  /** Fills the scratch for the tile at output position (left, top); the address of the scratch's first sample. */
  fill(layout: TileLayout, left: number, top: number): number {
    this.open(layout, left, top);
    this.#first = 0;
    for (let row = 0; row < this.#ys.length; row++) this.#fillRow(row, row);
    return this.#start;
  }

  /**
   * The same for the tile below the last one, which was as wide: its first `kept` rows are in the scratch already,
   * `down` rows further on than the last tile's. Of plans with a box only; rows are found by `addressOf`.
   */
  follow(layout: TileLayout, left: number, top: number, down: number, kept: number): void {
    const start = this.#start;
    this.open(layout, left, top);
    this.#start = start;
    this.#first = (this.#first + down) % this.#capacity;
    for (let row = kept; row < this.#ys.length; row++) this.#fillRow(row, this.#placeOf(row));
  }

  /** Where a row of the tile begins. */
  addressOf(row: number): number {
    return this.#start + this.#placeOf(row) * this.#layout!.pitch * SCRATCH_BYTES[this.#plan.scratch];
  }

  #placeOf(row: number): number {
    return (this.#first + row) % this.#capacity;
  }

  /** Begins a tile whose rows are asked for as they are needed. */
  open(layout: TileLayout, left: number, top: number): void {
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
    const held = this.#source.length / (source.width * source.channels);
    this.#ys = layout.rows.coordinates.map((coordinate) => {
      const y = map(position + coordinate, source.height);
      return y === OUTSIDE ? OUTSIDE : y % held;
    });
    const sampleBytes = SCRATCH_BYTES[plan.scratch];
    this.#start = this.#scratch;
    const run = this.#columns!.runs[0];
    if (isStored(plan.scratch) && run) {
      const from = (this.#ys[0]! * source.width + run[1] - run[0]) * source.channels * sampleBytes;
      this.#start += (((this.#source.byteOffset + from - this.#start) % 8) + 8) % 8;
    }
  }

  /** Some rows of the tile, in place of those before; the address of the first. */
  bring(row: number, rows = 1): number {
    const place = row % this.#capacity;
    for (let i = 0; i < rows; i++) this.#fillRow(row + i, place + i);
    return this.#start + place * this.#layout!.pitch * SCRATCH_BYTES[this.#plan.scratch];
  }

  /** How many rows from this one on `bring` can be asked for at once. */
  mostFrom(row: number): number {
    return Math.min(this.#capacity - (row % this.#capacity), this.#ys.length - row);
  }

  #fillRow(row: number, place: number): void {
    const { columns, pitch } = this.#layout!;
    const slots = columns.coordinates.length;
    const scratch = { view: this.#view, bytes: this.#bytes, staging: this.#staging, slots };
    const at = this.#start / SCRATCH_BYTES[this.#plan.scratch] + place * pitch;
    fillRow(this.#plan, this.#loops, this.#source, this.#ys[row]!, this.#columns!, scratch, at);
  }
}

/** Input positions from the first to the last that a tile needs. */
function spanOf({ coordinates }: AxisLayout): number {
  const ends = coordinates.reduce(
    ([a, b], x) => [Math.min(a!, x), Math.max(b!, x)],
    [coordinates[0]!, coordinates[0]!],
  );
  return ends[1]! - ends[0]! + 1;
}

/** Whether samples are kept as they are stored, so that rows are copied at the alignment of the image's. */
function isStored(scratch: Plan['scratch']): boolean {
  return scratch === 'u8' || scratch === 'u16';
}

/** The distances along an axis that any kernel of the group reads; of no tap at all, the position itself. */
function distancesOf(group: readonly PackedPlan[], axis: 'x' | 'y'): number[] {
  const along = axis === 'x' ? 0 : 1;
  const distinct = new Set<number>();
  for (const { plan, taps } of group) {
    const { terms, box, blocks } = plan;
    const stretch = blocks
      ? { first: blocks.first[along], count: blocks.span[along] }
      : { first: box?.first[along] ?? 0, count: (along === 0 ? box?.width : box?.height) ?? 0 };
    for (let i = 0; i < stretch.count; i++) distinct.add(stretch.first + i);
    for (const term of terms ?? [])
      for (const { distance } of axis === 'x' ? term.row : term.column) distinct.add(distance);
    if (!terms && !box && !blocks) for (let i = along; i < taps.length; i += 4) distinct.add(taps[i]!);
  }
  return distinct.size > 0 ? [...distinct] : [0];
}
