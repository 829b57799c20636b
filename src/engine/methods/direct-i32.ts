// The direct method with 32-bit integer sums: each sample is paired with the one below it, so that one instruction
// multiplies two taps and adds the products.

import { PAIR_BYTES, SCRATCH_BYTES, scratchChannels } from '../../plan/tile.js';
import type { Arena } from '../../runtime/arena.js';
import type { TileInput, TileLayout } from '../input/tile-input.js';
import type { PackedPlan } from '../packed-taps.js';
import type { Loops } from '../wasm-module.js';
import { BLOCK, SEGMENT } from './accumulate.js';
import type { ConvolutionMethod, PlacedTile } from './method.js';

/** Bytes per pair of taps: an offset and two 16-bit weights. */
const TAP_BYTES = 8;
/** Subtracted from 16-bit samples so that they fit in signed 16 bits. */
const MIDDLE = 32768;

export class DirectI32 implements ConvolutionMethod {
  readonly #group: readonly PackedPlan[];
  readonly #input: TileInput;
  readonly #loops: Loops;
  readonly #sampleBytes: number;
  /** Per kernel: the address and number of its tap pairs, and the constant to add to its sums. */
  readonly #lists: { readonly at: number; count: number; readonly correction: number }[];
  readonly #pairs: number;
  readonly #sums: number;
  #memory = new DataView(new ArrayBuffer(0));
  #tapsFor: TileLayout | undefined;
  #pitch = 0;
  #member = 0;

  constructor(group: readonly PackedPlan[], input: TileInput, loops: Loops, arena: Arena) {
    const { plan } = group[0]!;
    this.#group = group;
    this.#input = input;
    this.#loops = loops;
    this.#sampleBytes = SCRATCH_BYTES[plan.scratch];
    this.#lists = group.map(({ taps }) => ({
      at: arena.take((taps.length / 4) * TAP_BYTES),
      count: 0,
      correction: this.#sampleBytes === 1 ? 0 : MIDDLE * sumOfWeights(taps),
    }));
    const { rows, pitch } = input.layout(plan.tile.width, plan.tile.height);
    this.#pairs = arena.take((rows.coordinates.length * pitch + BLOCK) * PAIR_BYTES);
    this.#sums = arena.take((SEGMENT + BLOCK) * 4);
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = new DataView(memory);
  }

  beginRun(): void {
    // Tiles do not depend on each other.
  }

  beginTile({ layout, left, top }: PlacedTile): void {
    if (this.#tapsFor !== layout) {
      for (const [i, member] of this.#group.entries()) this.#write(member, i, layout);
    }
    this.#tapsFor = layout;
    const { pitch } = layout;
    this.#pitch = pitch;
    const scratch = this.#input.fill(layout, left, top);
    const rows = layout.rows.coordinates.length;
    const rowBytes = pitch * this.#sampleBytes;
    for (let row = 0; row < rows; row++) {
      // The last row has none below it; its second weights are 0.
      const below = Math.min(row + 1, rows - 1);
      const to = this.#pairs + row * pitch * PAIR_BYTES;
      const bytes = this.#sampleBytes === 1;
      this.#loops.pairRows(scratch + row * rowBytes, scratch + below * rowBytes, to, pitch, bytes);
    }
  }

  selectKernel(member: number): void {
    this.#member = member;
  }

  computeRow(y: number, x: number, count: number, dst: number): number {
    const { at, count: taps, correction } = this.#lists[this.#member]!;
    const src = this.#pairs + (y * this.#pitch + x) * PAIR_BYTES;
    this.#loops.correlatePairsI32(src, at, taps, this.#sums, count);
    const isWide = this.#group[this.#member]!.plan.finish === 'f64';
    this.#loops.scaleI32(this.#sums, dst, count, 1, correction, isWide);
    return dst;
  }

  /** Writes a kernel's taps for a layout, pairing those that are one above the other in the scratch. */
  #write({ plan, taps }: PackedPlan, member: number, layout: TileLayout): void {
    const { sumChannels } = plan;
    const channels = scratchChannels(plan);
    const columns = layout.columns.coordinates.length;
    const weights = new Map<number, number>();
    for (let i = 0; i < taps.length; i += 4) {
      const column = layout.columns.slotOf.get(taps[i]!)!;
      const inRow = sumChannels ? taps[i + 2]! * columns + column : column * channels;
      weights.set(layout.rows.slotOf.get(taps[i + 1]!)! * layout.pitch + inRow, taps[i + 3]!);
    }
    const list = this.#lists[member]!;
    let at = list.at;
    for (const offset of [...weights.keys()].sort((a, b) => a - b)) {
      const weight = weights.get(offset);
      // Already paired with the one above it.
      if (weight === undefined) continue;
      const below = weights.get(offset + layout.pitch);
      weights.delete(offset + layout.pitch);
      this.#memory.setUint32(at, offset * PAIR_BYTES, true);
      this.#memory.setInt16(at + 4, weight, true);
      this.#memory.setInt16(at + 6, below ?? 0, true);
      at += TAP_BYTES;
    }
    list.count = (at - list.at) / TAP_BYTES;
  }
}

function sumOfWeights(taps: Float64Array): number {
  let sum = 0;
  for (let i = 3; i < taps.length; i += 4) sum += taps[i]!;
  return sum;
}
