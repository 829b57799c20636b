// The direct method: the tap loop over the filled scratch, one list of taps a kernel. Knows nothing of borders,
// channels; of outputs it knows none but the bytes that sums of 16 bits can become at once.

import { SCRATCH_BYTES } from '../../plan/tile.js';
import type { Arena } from '../arena.js';
import type { TileInput, TileLayout } from '../input/tile-input.js';
import type { PackedPlan } from '../packed-taps.js';
import type { Loops } from '../wasm-module.js';
import type { Sums } from './accumulate.js';
import type { ByteMethod, ConvolutionMethod, RowMethod, TileAt } from './method.js';

/** Samples that the loop of bytes takes at most. */
const MOST_BYTES = 2 ** 18;

/** The taps of the group in memory, and the scratch that they are for. */
abstract class DirectTaps implements ConvolutionMethod {
  readonly #group: readonly PackedPlan[];
  readonly #input: TileInput;
  readonly #lists: readonly number[];
  readonly #sampleBytes: number;
  #memory = new DataView(new ArrayBuffer(0));
  #tapsFor: TileLayout | undefined;
  #scratch = 0;
  #pitch = 0;
  #member = 0;

  constructor(group: readonly PackedPlan[], input: TileInput, arena: Arena) {
    this.#group = group;
    this.#input = input;
    this.#sampleBytes = SCRATCH_BYTES[group[0]!.plan.scratch];
    this.#lists = group.map(({ taps }) => arena.take(taps.length * 4));
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = new DataView(memory);
  }

  start(): void {
    // No tile follows on another.
  }

  begin({ layout, left, top }: TileAt): void {
    if (this.#tapsFor !== layout) {
      for (const [i, member] of this.#group.entries()) this.#write(member, this.#lists[i]!, layout);
    }
    this.#tapsFor = layout;
    this.#scratch = this.#input.fill(layout, left, top);
    this.#pitch = layout.pitch;
  }

  select(member: number): void {
    this.#member = member;
  }

  /** The kernel whose rows are asked for: its plan, where its taps lie and how many they are. */
  protected get selected() {
    const { plan, taps } = this.#group[this.#member]!;
    return { plan, list: this.#lists[this.#member]!, count: taps.length / 4 };
  }

  protected addressOf(y: number, x: number): number {
    return this.#scratch + (y * this.#pitch + x) * this.#sampleBytes;
  }

  /** Writes a tap list for a layout: byte offset from the tile's first sample, and weight. */
  #write({ plan, taps }: PackedPlan, list: number, layout: TileLayout): void {
    const { accumulator, sumChannels, channelIndices, luma } = plan;
    const kept = luma ? 1 : channelIndices.length;
    const view = this.#memory;
    let at = list;
    for (let i = 0; i < taps.length; i += 4) {
      const column = layout.columns.slotOf.get(taps[i]!)!;
      const row = layout.rows.slotOf.get(taps[i + 1]!)! * layout.pitch;
      const inRow = sumChannels ? taps[i + 2]! * layout.columns.coordinates.length + column : column * kept;
      const weight = taps[i + 3]!;
      view.setUint32(at, (row + inRow) * this.#sampleBytes, true);
      if (accumulator === 'f64') view.setFloat64(at + 8, weight, true);
      else if (accumulator === 'f32') view.setFloat32(at + 4, weight, true);
      else view.setInt16(at + 4, weight, true);
      at += accumulator === 'f64' ? 16 : 8;
    }
  }
}

/** Sums in the lane's numbers. */
export class DirectSums extends DirectTaps implements RowMethod {
  readonly #sums: Sums;

  constructor(group: readonly PackedPlan[], input: TileInput, sums: Sums, arena: Arena) {
    super(group, input, arena);
    this.#sums = sums;
  }

  row(y: number, x: number, count: number, dst: number): number {
    const { plan, list, count: taps } = this.selected;
    this.#sums.lane(plan.accumulator, this.addressOf(y, x), list, taps, dst, count);
    return dst;
  }
}

/** Sums of 16 bits that are the responses, as bytes: a whole row at a time, since nothing lies between. */
export class DirectBytes extends DirectTaps implements ByteMethod {
  readonly #loops: Loops;

  constructor(group: readonly PackedPlan[], input: TileInput, loops: Loops, arena: Arena) {
    super(group, input, arena);
    this.#loops = loops;
  }

  bytes(y: number, count: number, dst: number, map: number, stats: number): void {
    const { list, count: taps } = this.selected;
    for (let x = 0; x < count; x += MOST_BYTES) {
      const some = Math.min(MOST_BYTES, count - x);
      this.#loops.correlateI16(this.addressOf(y, x), list, taps, dst + x, some, map, stats);
    }
  }
}
