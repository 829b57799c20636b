// The direct method: runs the tap loop over the filled scratch with one tap list per kernel. 16-bit sums can become
// bytes or responses in the same loop; long float32 lists are summed via partial sums.

import { bytesPerSample } from '../../core/image.js';
import type { Plan } from '../../plan/plan.js';
import { countTaps, TAP_NUMBERS } from '../../plan/taps.js';
import type { TileLayout } from '../input/tile-input.js';
import { DirectTaps, sampleOffset } from './direct-taps.js';
import type { MethodContext, RowMethod, ValueMethod } from './method.js';
import { RowPairTaps } from './row-pair-taps.js';
import { BLOCK, SEGMENT } from './segment.js';

/** The most samples per call of the 16-bit loop. */
const MAX_SAMPLES = 2 ** 18;
/** Passed to the 16-bit loop instead of a map to make it store plain sums. */
const NO_MAP = -1;
/** Longer float32 tap lists are summed in parts; see wasm/taps.ts. */
const MAX_SHORT_TAPS = 64;

/** Lists of byte offsets from the tile's first sample, and weights of the accumulator's type. */
abstract class WeightedOffsets extends DirectTaps {
  /** Per kernel: the order of its taps, if it has 16-bit sums. */
  readonly #orders = this.group.map(({ plan, taps }) => (is16Bit(plan) ? unitsFirst(taps) : null));

  constructor(context: MethodContext) {
    super(context, entryBytes(context.group[0]!.plan));
  }

  protected override write(memory: DataView, list: number, member: number, layout: TileLayout): number {
    const packed = this.group[member]!;
    const { plan, taps } = packed;
    const bytes = entryBytes(plan);
    const order = this.#orders[member]?.order;
    let at = list;
    for (let tap = 0; tap < countTaps(taps); tap++) {
      const i = (order?.[tap] ?? tap) * TAP_NUMBERS;
      const weight = taps[i + 3]!;
      memory.setUint32(at, sampleOffset(packed, i, layout) * this.sampleBytes, true);
      if (plan.accumulator === 'f64') memory.setFloat64(at + 8, weight, true);
      else if (plan.accumulator === 'f32') memory.setFloat32(at + 4, weight, true);
      else memory.setInt16(at + 4, weight, true);
      at += bytes;
    }
    return countTaps(taps);
  }

  /** Computes 16-bit sums of the selected kernel: plain ones, or values of a map with their statistics. */
  protected sum16(src: number, dst: number, count: number, map: number, stats: number): void {
    const { at, count: taps } = this.list;
    const { plus, minus } = this.#orders[this.member]!;
    this.loops.correlateI16(src, at, plus, minus, taps, dst, count, map, stats);
  }
}

function is16Bit({ accumulator }: Plan): boolean {
  return accumulator === 'i16' || accumulator === 'u16';
}

/** Taps in the order of a list, of which the first `plus` have weight 1, and the next `minus` have weight −1. */
interface TapOrder {
  /** Indices of taps. */
  readonly order: readonly number[];
  readonly plus: number;
  readonly minus: number;
}

/** The order for 16-bit sums, which are exact in any order: weights of 1 and −1 need no multiplication. */
function unitsFirst(taps: Float64Array): TapOrder {
  const all = Array.from({ length: countTaps(taps) }, (_, tap) => tap);
  const weightOf = (tap: number) => taps[tap * TAP_NUMBERS + 3]!;
  const plus = all.filter((tap) => weightOf(tap) === 1);
  const minus = all.filter((tap) => weightOf(tap) === -1);
  const others = all.filter((tap) => Math.abs(weightOf(tap)) !== 1);
  return { order: [...plus, ...minus, ...others], plus: plus.length, minus: minus.length };
}

/** Bytes of an offset and a weight. */
function entryBytes({ accumulator }: Plan): number {
  return accumulator === 'f64' ? 16 : 8;
}

/** Produces sums of the accumulator type; in float32 of two rows together, if the kernel's rows allow it. */
export class DirectSums extends WeightedOffsets implements RowMethod {
  /** Per kernel: its taps for two rows, if it may have them. */
  readonly #pairs: readonly (RowPairTaps | null)[];
  /** Sums of the row below the one that was computed. */
  readonly #below: number;
  /** Totals of long lists. */
  readonly #total: number;

  constructor(context: MethodContext) {
    super(context);
    const { group, arena } = context;
    this.#total = arena.take((SEGMENT + BLOCK) * 8);
    this.#pairs = group.map(({ plan, taps }) => {
      const count = countTaps(taps);
      return plan.accumulator === 'f32' && count <= MAX_SHORT_TAPS ? new RowPairTaps(count, arena) : null;
    });
    const { tile, output } = group[0]!.plan;
    this.#below = arena.take((tile.width * output.channels + BLOCK) * 4);
  }

  protected override write(memory: DataView, list: number, member: number, layout: TileLayout): number {
    const count = super.write(memory, list, member, layout);
    this.#pairs[member]?.write(memory, list, layout.pitch * this.sampleBytes);
    return count;
  }

  computeRow(y: number, x: number, count: number, dst: number): number {
    const pairs = this.#pairs[this.member];
    const below = this.#below + x * 4;
    if (pairs?.areShared && y % 2 === 1) return below;
    const src = this.addressOf(y, x);
    if (pairs?.areShared && y + 1 < this.height) pairs.run(this.loops, src, dst, below, count);
    else this.#sum(src, dst, count);
    return dst;
  }

  /** Computes at most SEGMENT sums of the selected kernel. */
  #sum(src: number, dst: number, count: number): void {
    const { loops } = this;
    const { accumulator } = this.plan;
    const { at, count: taps } = this.list;
    if (accumulator === 'f64') loops.correlateF64(src, at, taps, dst, count);
    else if (accumulator !== 'f32') this.sum16(src, dst, count, NO_MAP, 0);
    else if (taps <= MAX_SHORT_TAPS) loops.correlateF32(src, at, taps, dst, count);
    else loops.correlateLongF32(src, at, taps, dst, count, this.#total);
  }
}

/** Produces bytes or responses from 16-bit sums that need no further arithmetic, a whole row per call. */
export class DirectValues extends WeightedOffsets implements ValueMethod {
  computeValues(y: number, count: number, dst: number, map: number, stats: number): void {
    const valueBytes = bytesPerSample(this.plan.output.depth);
    for (let x = 0; x < count; x += MAX_SAMPLES) {
      const length = Math.min(MAX_SAMPLES, count - x);
      this.sum16(this.addressOf(y, x), dst + x * valueBytes, length, map, stats);
    }
  }
}

/** Whether a plan's sums have 16 bits and become the map's values without further arithmetic. */
export function needsNoArithmetic(plan: Plan): boolean {
  const { finish, divisor, bias, border, output } = plan;
  const isIdentity = divisor === 1 && bias === 0 && border.mode !== 'renormalize' && output.depth === 'float';
  return finish === 'i16' || (isIdentity && is16Bit(plan));
}
