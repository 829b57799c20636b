// The input side of a tile: its scratch memory, how that is laid out, where each tap reads in it, and filling
// it. Knows nothing of sums and outputs.

import { BORDERS } from '../plan/border.js';
import { type AxisLayout, layoutAxis } from '../plan/layout.js';
import type { Plan } from '../plan/plan.js';
import type { SampleArray } from '../samples.js';
import { type Columns, fillRow, type LaneArray, resolveColumns } from './fill.js';
import type { Arena, Loops } from './wasm.js';

/** Bytes of a sample in the scratch, by lane. */
export const SAMPLE_BYTES = { i16: 1, u16: 1, f32: 4, f64: 8 } as const;

/** Samples beyond a row's end that the tap loops may read, and as many that a widened run may write. */
const MARGIN = 128;

/** How tiles of one size lie in the scratch. */
export interface TileLayout {
  readonly columns: AxisLayout;
  readonly rows: AxisLayout;
  /** Samples between scratch rows. */
  readonly pitch: number;
}

export class TileInput {
  readonly #plan: Plan;
  readonly #loops: Loops;
  readonly #source: SampleArray;
  readonly #layouts = new Map<string, TileLayout>();
  /** Of the last tile only: the next one below it is the same. */
  readonly #columns = new Map<string, Columns>();
  readonly #staging: number;
  readonly #scratch: number;
  #tapsFor: TileLayout | undefined;
  #bytes = new Uint8Array();
  #view: LaneArray = this.#bytes;

  /** Address of the tap list. */
  readonly taps: number;

  /** Reserves its memory; `attach` comes after all is reserved. */
  constructor(plan: Plan, loops: Loops, source: SampleArray, arena: Arena) {
    this.#plan = plan;
    this.#loops = loops;
    this.#source = source;
    const full = this.layout(plan.tile.width, plan.tile.height);
    this.taps = arena.take(plan.taps.length * 16);
    this.#staging = arena.take(full.pitch * 2 + MARGIN);
    this.#scratch = arena.take(
      (full.rows.coordinates.length * full.pitch + MARGIN) * SAMPLE_BYTES[plan.lane],
    );
  }

  /** Takes views of the memory, once it has its size. */
  attach(memory: ArrayBuffer): void {
    this.#bytes = new Uint8Array(memory);
    const sampleBytes = SAMPLE_BYTES[this.#plan.lane];
    if (sampleBytes === 1) this.#view = this.#bytes;
    else this.#view = sampleBytes === 4 ? new Float32Array(memory) : new Float64Array(memory);
  }

  /** The layout of tiles of one size; made once. */
  layout(width: number, height: number): TileLayout {
    const key = `${width}x${height}`;
    const known = this.#layouts.get(key);
    if (known) return known;
    const { stride, luma, picks, source, lane } = this.#plan;
    const columns = layoutAxis(this.#distances('x'), stride[0], width);
    const rows = layoutAxis(this.#distances('y'), stride[1], height);
    let pitch = columns.coordinates.length * (luma ? 1 : picks.length);
    // As the image's rows modulo 8, so that every row is copied at the alignment of the first.
    if (SAMPLE_BYTES[lane] === 1) pitch += (((source.width * source.channels - pitch) % 8) + 8) % 8;
    const layout = { columns, rows, pitch };
    this.#layouts.set(key, layout);
    return layout;
  }

  /** Distances of all taps along an axis; of no tap at all, the position itself. */
  #distances(axis: 'x' | 'y'): number[] {
    const { taps, terms } = this.#plan;
    const products = terms?.flatMap((term) => (axis === 'x' ? term.row : term.column));
    const all = products?.map((tap) => tap.distance) ?? taps.map((tap) => tap[axis]);
    return all.length > 0 ? all : [0];
  }

  /** Writes the tap list for a layout: byte offset from the tile's first sample, and weight. */
  #writeTaps(layout: TileLayout): void {
    if (this.#tapsFor === layout || this.#plan.terms) return;
    this.#tapsFor = layout;
    const { taps, lane, across, picks, luma } = this.#plan;
    const sampleBytes = SAMPLE_BYTES[lane];
    const kept = luma ? 1 : picks.length;
    const view = new DataView(this.#bytes.buffer);
    let at = this.taps;
    for (const { x, y, plane, weight } of taps) {
      const column = layout.columns.slotOf.get(x)!;
      const inRow = across ? plane * layout.columns.coordinates.length + column : column * kept;
      view.setUint32(at, (layout.rows.slotOf.get(y)! * layout.pitch + inRow) * sampleBytes, true);
      if (lane === 'f64') view.setFloat64(at + 8, weight, true);
      else if (lane === 'f32') view.setFloat32(at + 4, weight, true);
      else view.setInt16(at + 4, weight, true);
      at += lane === 'f64' ? 16 : 8;
    }
  }

  /**
   * Fills the scratch, from row `first` on, for the tile at output position (left, top); the address of the
   * scratch's first sample.
   */
  fill(layout: TileLayout, left: number, top: number, first: number): number {
    this.#writeTaps(layout);
    const plan = this.#plan;
    const { source, origin, stride, border, lane } = plan;
    const slots = layout.columns.coordinates.length;
    const key = `${left}:${slots}`;
    let columns = this.#columns.get(key);
    if (!columns) {
      columns = resolveColumns(plan, layout.columns, origin[0] + left * stride[0]);
      this.#columns.clear();
      this.#columns.set(key, columns);
    }
    const { map } = BORDERS[border.mode];
    const position = origin[1] + top * stride[1];
    const ys = layout.rows.coordinates.map((coordinate) => map(position + coordinate, source.height));
    const sampleBytes = SAMPLE_BYTES[lane];
    let start = this.#scratch;
    const run = columns.runs[0];
    if (sampleBytes === 1 && run) {
      const from =
        this.#source.byteOffset + ys[0]! * source.width * source.channels + run[1] * source.channels;
      start += (((from - run[0] * source.channels - start) % 8) + 8) % 8;
    }
    const scratch = { view: this.#view, bytes: this.#bytes, staging: this.#staging, slots };
    for (let row = first; row < ys.length; row++) {
      const at = start / sampleBytes + row * layout.pitch;
      fillRow(plan, this.#loops, this.#source, ys[row]!, columns, scratch, at);
    }
    return start;
  }
}
