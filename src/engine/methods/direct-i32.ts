// The direct method with 32-bit integer sums: each sample is paired with the one below it, so that one instruction
// multiplies two taps and adds the products.

import { summarizeWeights, TAP_NUMBERS } from '../../plan/taps.js';
import { PAIR_BYTES } from '../../plan/tile.js';
import type { TileLayout } from '../input/tile-input.js';
import { DirectTaps, sampleOffset } from './direct-taps.js';
import type { MethodContext, PlacedTile, RowMethod } from './method.js';
import { BLOCK, SEGMENT } from './segment.js';

/** Bytes per pair of taps: an offset and two 16-bit weights. */
const TAP_BYTES = 8;
/** Subtracted from 16-bit samples so that they fit in signed 16 bits. */
const MIDDLE = 32768;

export class DirectI32 extends DirectTaps implements RowMethod {
  /** Per kernel: the constant to add to its sums. */
  readonly #corrections: readonly number[];
  readonly #pairs: number;
  readonly #sums: number;

  constructor(context: MethodContext) {
    super(context, TAP_BYTES);
    const { group, input, arena } = context;
    this.#corrections = group.map(({ taps }) => {
      const { positive, negative } = summarizeWeights(taps);
      return this.sampleBytes === 1 ? 0 : MIDDLE * (positive - negative);
    });
    const { tile } = group[0]!.plan;
    const { rows, pitch } = input.layout(tile.width, tile.height);
    this.#pairs = arena.take((rows.coordinates.length * pitch + BLOCK) * PAIR_BYTES);
    this.#sums = arena.take((SEGMENT + BLOCK) * 4);
  }

  override beginTile(tile: PlacedTile): void {
    super.beginTile(tile);
    const { pitch } = this;
    const rows = tile.layout.rows.coordinates.length;
    for (let row = 0; row < rows; row++) {
      // The last row has none below it; its second weights are 0.
      const below = this.addressOf(Math.min(row + 1, rows - 1), 0);
      const to = this.#pairs + row * pitch * PAIR_BYTES;
      this.loops.pairRows(this.addressOf(row, 0), below, to, pitch, this.sampleBytes === 1);
    }
  }

  computeRow(y: number, x: number, count: number, dst: number): number {
    const { at, count: taps } = this.list;
    const src = this.#pairs + (y * this.pitch + x) * PAIR_BYTES;
    this.loops.correlatePairsI32(src, at, taps, this.#sums, count);
    const isWide = this.plan.finish === 'f64';
    this.loops.scaleI32(this.#sums, dst, count, 1, this.#corrections[this.member]!, isWide);
    return dst;
  }

  /** Pairs taps that are one above the other in the scratch. */
  protected override write(memory: DataView, list: number, member: number, layout: TileLayout): number {
    const packed = this.group[member]!;
    const { taps } = packed;
    const weights = new Map<number, number>();
    for (let i = 0; i < taps.length; i += TAP_NUMBERS)
      weights.set(sampleOffset(packed, i, layout), taps[i + 3]!);
    let at = list;
    for (const offset of [...weights.keys()].sort((a, b) => a - b)) {
      const weight = weights.get(offset);
      // Already paired with the one above it.
      if (weight === undefined) continue;
      const below = weights.get(offset + layout.pitch);
      weights.delete(offset + layout.pitch);
      memory.setUint32(at, offset * PAIR_BYTES, true);
      memory.setInt16(at + 4, weight, true);
      memory.setInt16(at + 6, below ?? 0, true);
      at += TAP_BYTES;
    }
    return (at - list) / TAP_BYTES;
  }
}
