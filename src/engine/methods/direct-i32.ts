// The direct method in 32-bit whole numbers: samples lie in pairs, a row's beside the next one's, so that one
// instruction multiplies two taps and adds them. Knows nothing of borders, channels or outputs.

import { PAIR_BYTES, SCRATCH_BYTES } from '../../plan/tile.js';
import type { Arena } from '../arena.js';
import type { TileInput, TileLayout } from '../input/tile-input.js';
import type { PackedPlan } from '../packed-taps.js';
import type { Loops } from '../wasm-module.js';
import { BLOCK, SEGMENT } from './accumulate.js';
import type { ConvolutionMethod, TileAt } from './method.js';

/** Bytes of two taps: an offset and two weights of 16 bits. */
const TAP_BYTES = 8;
/** What samples of 16 bits go in less by, so that they fit with their sign. */
const MIDDLE = 32768;

export class PairSums implements ConvolutionMethod {
  readonly #group: readonly PackedPlan[];
  readonly #input: TileInput;
  readonly #loops: Loops;
  readonly #sampleBytes: number;
  /** Of each kernel: its taps in pairs, how many there are, and what its sums lack. */
  readonly #lists: { readonly at: number; count: number; readonly more: number }[];
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
      more: this.#sampleBytes === 1 ? 0 : MIDDLE * sumOfWeights(taps),
    }));
    const { rows, pitch } = input.layout(plan.tile.width, plan.tile.height);
    this.#pairs = arena.take((rows.coordinates.length * pitch + BLOCK) * PAIR_BYTES);
    this.#sums = arena.take((SEGMENT + BLOCK) * 4);
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = new DataView(memory);
  }

  start(): void {
    // No tile follows on another.
  }

  begin({ layout, left, top }: TileAt): void {
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

  select(member: number): void {
    this.#member = member;
  }

  row(y: number, x: number, count: number, dst: number): number {
    const { at, count: taps, more } = this.#lists[this.#member]!;
    const src = this.#pairs + (y * this.#pitch + x) * PAIR_BYTES;
    this.#loops.correlatePairsI32(src, at, taps, this.#sums, count);
    const isWide = this.#group[this.#member]!.plan.finish === 'f64';
    this.#loops.scaleI32(this.#sums, dst, count, 1, more, isWide);
    return dst;
  }

  /** Writes a kernel's taps for a layout: those one above the other in the scratch go together. */
  #write({ plan, taps }: PackedPlan, member: number, layout: TileLayout): void {
    const { sumChannels, channelIndices, luma } = plan;
    const kept = luma ? 1 : channelIndices.length;
    const columns = layout.columns.coordinates.length;
    const weights = new Map<number, number>();
    for (let i = 0; i < taps.length; i += 4) {
      const column = layout.columns.slotOf.get(taps[i]!)!;
      const inRow = sumChannels ? taps[i + 2]! * columns + column : column * kept;
      weights.set(layout.rows.slotOf.get(taps[i + 1]!)! * layout.pitch + inRow, taps[i + 3]!);
    }
    const list = this.#lists[member]!;
    let at = list.at;
    for (const offset of [...weights.keys()].sort((a, b) => a - b)) {
      const weight = weights.get(offset);
      // Gone with the one above it.
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
