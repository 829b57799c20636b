// Carries out a plan tile by tile: fill the scratch, run the taps over each row, finish the row, copy the
// tile into the map. One runner a thread; it knows nothing of the others.

import { BORDERS } from '../plan/border.js';
import { type AxisLayout, layoutAxis } from '../plan/layout.js';
import type { Plan } from '../plan/plan.js';
import type { SampleArray } from '../samples.js';
import { type Columns, fillRow, type LaneArray, resolveColumns } from './fill.js';
import { ReferenceRows } from './reference-rows.js';
import { Renormalizer } from './renormalize.js';
import { Arena, type Loops } from './wasm.js';

/** Smallest and largest response, and how many samples lost sign or range. */
export interface Stats {
  readonly min: number;
  readonly max: number;
  readonly clipped: number;
}

/** Samples a call to a loop computes, so that sums stay in the first-level cache. */
const SEGMENT = 4096;
/** The tap loops write whole blocks, at most this many samples beyond what was asked. */
const BLOCK = 64;
/** More taps than this are summed in parts; see simd/taps.ts. */
const SHORT_SUM = 64;

const SAMPLE_BYTES = { i16: 1, u16: 1, f32: 4, f64: 8 } as const;
const MAPS = { clamp: 0, abs: 1, signed: 2 } as const;
const OUTPUTS = { float: 0, 8: 1, 16: 2 } as const;

/** How many tiles a plan has. */
export function tileCount({ output, tile }: Plan): number {
  return Math.ceil(output.width / tile.width) * Math.ceil(output.height / tile.height);
}

interface TileLayout {
  readonly columns: AxisLayout;
  readonly rows: AxisLayout;
  /** Samples between scratch rows. */
  readonly pitch: number;
}

export class TileRunner {
  readonly #plan: Plan;
  readonly #loops: Loops;
  readonly #source: SampleArray;
  readonly #target: SampleArray;
  readonly #renormalizer: Renormalizer | null;
  readonly #reference: ReferenceRows | null;
  readonly #layouts = new Map<string, TileLayout>();
  readonly #columnsOfTile = new Map<string, Columns>();
  readonly #at: Record<
    'stats' | 'taps' | 'staging' | 'scratch' | 'sums' | 'part' | 'total' | 'wide' | 'out',
    number
  >;
  readonly #bytes: Uint8Array;
  readonly #view: LaneArray;
  readonly #tapsView: DataView;
  #tapsFor: TileLayout | undefined;

  /** @throws RangeError where memory for a tile cannot be had. */
  constructor(plan: Plan, loops: Loops, source: SampleArray, target: SampleArray) {
    this.#plan = plan;
    this.#loops = loops;
    this.#source = source;
    this.#target = target;
    const byDefinition = plan.method === 'reference';
    this.#reference = byDefinition ? new ReferenceRows(plan, source) : null;
    this.#renormalizer = plan.border.mode === 'renormalize' && !byDefinition ? new Renormalizer(plan) : null;
    const full = this.#layout(plan.tile.width, plan.tile.height);
    const sampleBytes = SAMPLE_BYTES[plan.lane];
    const arena = new Arena(loops);
    this.#at = {
      stats: arena.take(24),
      taps: arena.take(plan.taps.length * 16),
      staging: arena.take(full.pitch * 2 + BLOCK),
      scratch: arena.take((full.rows.coordinates.length * full.pitch + 2 * BLOCK) * sampleBytes),
      sums: arena.take((SEGMENT + BLOCK) * 8),
      part: arena.take((SEGMENT + BLOCK) * 4),
      total: arena.take((SEGMENT + BLOCK) * 8),
      wide: arena.take((SEGMENT + BLOCK) * 8),
      out: arena.take((plan.tile.width * plan.output.channels * 4 + BLOCK) * plan.tile.height + BLOCK),
    };
    const memory = arena.commit();
    this.#bytes = new Uint8Array(memory);
    this.#tapsView = new DataView(memory);
    this.#view =
      sampleBytes === 1
        ? this.#bytes
        : sampleBytes === 4
          ? new Float32Array(memory)
          : new Float64Array(memory);
    new Float64Array(memory, this.#at.stats, 3).set([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]);
  }

  get stats(): Stats {
    const [min, max, clipped] = new Float64Array(this.#bytes.buffer, this.#at.stats, 3);
    return { min: min!, max: max!, clipped: clipped! };
  }

  /** Computes tile `index`, counted along rows of tiles, into the map. */
  run(index: number): void {
    const { output, tile } = this.#plan;
    const perRow = Math.ceil(output.width / tile.width);
    const left = (index % perRow) * tile.width;
    const top = Math.floor(index / perRow) * tile.height;
    const width = Math.min(tile.width, output.width - left);
    const height = Math.min(tile.height, output.height - top);
    const count = width * output.channels;
    const outBytes = this.#target.BYTES_PER_ELEMENT;
    const targetRow = output.width * output.channels * outBytes;
    const targetStart = this.#target.byteOffset + top * targetRow + left * output.channels * outBytes;
    // Addresses on both sides agree modulo 8, so that copies to shared memory go word by word.
    const rowBytes = count * outBytes;
    const outPitch = width === output.width ? rowBytes : rowBytes + ((((targetRow - rowBytes) % 8) + 8) % 8);
    const out = this.#at.out + (targetStart % 8);
    if (this.#reference) this.#runReference(left, top, width, height, out, outPitch);
    else this.#runTaps(left, top, width, height, out, outPitch);
    const target = new Uint8Array(this.#target.buffer, targetStart);
    if (width === output.width) target.set(this.#bytes.subarray(out, out + rowBytes * height));
    else {
      for (let y = 0; y < height; y++) {
        const row = out + y * outPitch;
        target.set(this.#bytes.subarray(row, row + rowBytes), y * targetRow);
      }
    }
  }

  #runReference(
    left: number,
    top: number,
    width: number,
    height: number,
    out: number,
    outPitch: number,
  ): void {
    const { output } = this.#plan;
    const sums = new Float64Array(this.#bytes.buffer, this.#at.sums, SEGMENT);
    const outBytes = this.#target.BYTES_PER_ELEMENT;
    const count = width * output.channels;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < count; x += SEGMENT) {
        const some = Math.min(SEGMENT, count - x);
        this.#reference!.responses(sums, top + y, left * output.channels + x, some);
        this.#finish('f64', this.#at.sums, out + y * outPitch + x * outBytes, some, 1, 0);
      }
    }
  }

  #runTaps(left: number, top: number, width: number, height: number, out: number, outPitch: number): void {
    const { lane, output, across } = this.#plan;
    const layout = this.#layout(width, height);
    this.#writeTaps(layout);
    const scratch = this.#fill(layout, left, top);
    const sampleBytes = SAMPLE_BYTES[lane];
    const outBytes = this.#target.BYTES_PER_ELEMENT;
    const count = across ? width : width * output.channels;
    for (let y = 0; y < height; y++) {
      const row = scratch + y * layout.pitch * sampleBytes;
      for (let x = 0; x < count; x += SEGMENT) {
        const some = Math.min(SEGMENT, count - x);
        this.#sum(row + x * sampleBytes, some);
        this.#sumsToValues(top + y, left * output.channels + x, some, out + y * outPitch + x * outBytes);
      }
    }
  }

  #layout(width: number, height: number): TileLayout {
    const key = `${width}x${height}`;
    const known = this.#layouts.get(key);
    if (known) return known;
    const { taps, stride, luma, picks, source, lane } = this.#plan;
    const distances = (axis: 'x' | 'y') => (taps.length === 0 ? [0] : taps.map((tap) => tap[axis]));
    const columns = layoutAxis(distances('x'), stride[0], width);
    const rows = layoutAxis(distances('y'), stride[1], height);
    let pitch = columns.coordinates.length * (luma ? 1 : picks.length);
    // As the image's rows modulo 8, so that every row is copied at the alignment of the first.
    if (SAMPLE_BYTES[lane] === 1) pitch += (((source.width * source.channels - pitch) % 8) + 8) % 8;
    const layout = { columns, rows, pitch };
    this.#layouts.set(key, layout);
    return layout;
  }

  #writeTaps(layout: TileLayout): void {
    if (this.#tapsFor === layout) return;
    this.#tapsFor = layout;
    const { taps, lane, across, picks, luma } = this.#plan;
    const sampleBytes = SAMPLE_BYTES[lane];
    const kept = luma ? 1 : picks.length;
    let at = this.#at.taps;
    for (const { x, y, plane, weight } of taps) {
      const column = layout.columns.slotOf.get(x)!;
      const inRow = across ? plane * layout.columns.coordinates.length + column : column * kept;
      this.#tapsView.setUint32(at, (layout.rows.slotOf.get(y)! * layout.pitch + inRow) * sampleBytes, true);
      if (lane === 'f64') this.#tapsView.setFloat64(at + 8, weight, true);
      else if (lane === 'f32') this.#tapsView.setFloat32(at + 4, weight, true);
      else this.#tapsView.setInt16(at + 4, weight, true);
      at += lane === 'f64' ? 16 : 8;
    }
  }

  /** Fills the scratch and returns the address of its first sample. */
  #fill(layout: TileLayout, left: number, top: number): number {
    const plan = this.#plan;
    const { source, origin, stride, border, lane } = plan;
    const slots = layout.columns.coordinates.length;
    const key = `${left}:${slots}`;
    let columns = this.#columnsOfTile.get(key);
    if (!columns) {
      columns = resolveColumns(plan, layout.columns, origin[0] + left * stride[0]);
      this.#columnsOfTile.clear();
      this.#columnsOfTile.set(key, columns);
    }
    const { map } = BORDERS[border.mode];
    const position = origin[1] + top * stride[1];
    const ys = layout.rows.coordinates.map((coordinate) => map(position + coordinate, source.height));
    const sampleBytes = SAMPLE_BYTES[lane];
    let start = this.#at.scratch;
    const run = columns.runs[0];
    if (sampleBytes === 1 && run) {
      const from =
        this.#source.byteOffset + ys[0]! * source.width * source.channels + run[1] * source.channels;
      start += (((from - run[0] * source.channels - start) % 8) + 8) % 8;
    }
    const scratch = { view: this.#view, bytes: this.#bytes, staging: this.#at.staging, slots };
    ys.forEach((y, row) => {
      fillRow(plan, this.#loops, this.#source, y, columns, scratch, start / sampleBytes + row * layout.pitch);
    });
    return start;
  }

  #sum(src: number, count: number): void {
    const { lane, taps } = this.#plan;
    const at = this.#at;
    const loops = this.#loops;
    if (lane === 'f64') loops.correlateF64(src, at.taps, taps.length, at.sums, count);
    else if (lane !== 'f32') loops.correlateI16(src, at.taps, taps.length, at.sums, count);
    else if (taps.length <= SHORT_SUM) loops.correlateF32(src, at.taps, taps.length, at.sums, count);
    else loops.correlateLongF32(src, at.taps, taps.length, at.sums, count, at.part, at.total);
  }

  #sumsToValues(row: number, firstSample: number, count: number, dst: number): void {
    const { lane, finish, divisor, bias } = this.#plan;
    const at = this.#at;
    const loops = this.#loops;
    if (finish === 'i16') {
      const map = MAPS[this.#plan.output.map ?? 'clamp'];
      loops.finishI16(at.sums, dst, count, map, at.stats);
      return;
    }
    let sums = at.sums;
    if (lane === 'i16' || lane === 'u16') {
      loops.widenI16(sums, at.part, count, lane === 'i16');
      sums = at.part;
    }
    if (finish === 'f64' && lane !== 'f64') {
      loops.widenF32(sums, at.wide, count);
      sums = at.wide;
    }
    if (this.#renormalizer) {
      const memory = this.#bytes.buffer;
      const view =
        finish === 'f64' ? new Float64Array(memory, sums, count) : new Float32Array(memory, sums, count);
      this.#renormalizer.scale(view, row, firstSample, count);
    }
    this.#finish(finish, sums, dst, count, divisor, bias);
  }

  #finish(
    finish: 'f32' | 'f64',
    sums: number,
    dst: number,
    count: number,
    divisor: number,
    bias: number,
  ): void {
    const { depth, map, gain } = this.#plan.output;
    const loop = finish === 'f64' ? this.#loops.finishF64 : this.#loops.finishF32;
    loop(sums, dst, count, OUTPUTS[depth], MAPS[map ?? 'clamp'], divisor, bias, gain, this.#at.stats);
  }
}
