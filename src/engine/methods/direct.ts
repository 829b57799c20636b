// The direct method: runs the tap loop over the filled scratch with one tap list per kernel. 16-bit sums can become
// bytes or responses in the same loop.

import { bytesPerSample } from '../../core/image.js';
import type { Plan } from '../../plan/plan.js';
import { SCRATCH_BYTES, scratchChannels } from '../../plan/tile.js';
import type { Arena } from '../../runtime/arena.js';
import type { TileInput, TileLayout } from '../input/tile-input.js';
import type { PackedPlan } from '../packed-taps.js';
import type { Loops } from '../wasm-module.js';
import { BLOCK, MAX_SHORT_TAPS, TapAccumulator } from './accumulate.js';
import type { ConvolutionMethod, PlacedTile, RowMethod, ValueMethod } from './method.js';
import { RowPairTaps } from './row-pair-taps.js';

/** The most samples per call of the 16-bit loop. */
const MAX_SAMPLES = 2 ** 18;

/** The tap lists of the group in memory, for one layout of the scratch. */
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
  /** Rows of the tile. */
  protected height = 0;

  constructor(group: readonly PackedPlan[], input: TileInput, arena: Arena) {
    this.#group = group;
    this.#input = input;
    this.#sampleBytes = SCRATCH_BYTES[group[0]!.plan.scratch];
    this.#lists = group.map(({ taps }) => arena.take(taps.length * 4));
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = new DataView(memory);
  }

  beginRun(): void {
    // Tiles do not depend on each other.
  }

  beginTile({ layout, left, top, height }: PlacedTile): void {
    this.#pitch = layout.pitch;
    this.height = height;
    if (this.#tapsFor !== layout) {
      for (const [i, member] of this.#group.entries()) {
        this.#write(member, this.#lists[i]!, layout);
        this.onWritten(i, this.#memory, this.#lists[i]!, layout.pitch * this.#sampleBytes);
      }
    }
    this.#tapsFor = layout;
    this.#scratch = this.#input.fill(layout, left, top);
  }

  /** Called when a kernel's tap list has been written for rows of samples `pitch` bytes apart. */
  protected onWritten(_member: number, _memory: DataView, _list: number, _pitch: number): void {
    // For methods that derive further lists.
  }

  selectKernel(member: number): void {
    this.#member = member;
  }

  /** The selected kernel: its index and plan, the address of its tap list, and the number of taps. */
  protected get selected() {
    const { plan, taps } = this.#group[this.#member]!;
    return { member: this.#member, plan, list: this.#lists[this.#member]!, count: taps.length / 4 };
  }

  protected addressOf(y: number, x: number): number {
    return this.#scratch + (y * this.#pitch + x) * this.#sampleBytes;
  }

  /** Writes a tap list for a layout: byte offsets from the tile's first sample, and weights. */
  #write({ plan, taps }: PackedPlan, list: number, layout: TileLayout): void {
    const { accumulator, sumChannels } = plan;
    const channels = scratchChannels(plan);
    const view = this.#memory;
    let at = list;
    for (let i = 0; i < taps.length; i += 4) {
      const column = layout.columns.slotOf.get(taps[i]!)!;
      const row = layout.rows.slotOf.get(taps[i + 1]!)! * layout.pitch;
      const inRow = sumChannels
        ? taps[i + 2]! * layout.columns.coordinates.length + column
        : column * channels;
      const weight = taps[i + 3]!;
      view.setUint32(at, (row + inRow) * this.#sampleBytes, true);
      if (accumulator === 'f64') view.setFloat64(at + 8, weight, true);
      else if (accumulator === 'f32') view.setFloat32(at + 4, weight, true);
      else view.setInt16(at + 4, weight, true);
      at += accumulator === 'f64' ? 16 : 8;
    }
  }
}

/** Produces sums of the accumulator type; in float32 of two rows together, if the kernel's rows allow it. */
export class DirectSums extends DirectTaps implements RowMethod {
  readonly #loops: Loops;
  readonly #sums: TapAccumulator;
  /** Per kernel: its taps for two rows, if it may have them. */
  readonly #pairs: readonly (RowPairTaps | null)[];
  /** Sums of the row below the one that was computed. */
  readonly #below: number;

  constructor(group: readonly PackedPlan[], input: TileInput, loops: Loops, arena: Arena) {
    super(group, input, arena);
    this.#loops = loops;
    this.#sums = new TapAccumulator(loops, arena);
    this.#pairs = group.map(({ plan, taps }) => {
      const count = taps.length / 4;
      return plan.accumulator === 'f32' && count <= MAX_SHORT_TAPS ? new RowPairTaps(count, arena) : null;
    });
    const { tile, output } = group[0]!.plan;
    this.#below = arena.take((tile.width * output.channels + BLOCK) * 4);
  }

  protected override onWritten(member: number, memory: DataView, list: number, pitch: number): void {
    this.#pairs[member]?.write(memory, list, pitch);
  }

  computeRow(y: number, x: number, count: number, dst: number): number {
    const { member, plan, list, count: taps } = this.selected;
    const pairs = this.#pairs[member];
    const below = this.#below + x * 4;
    if (pairs?.areShared && y % 2 === 1) return below;
    if (pairs?.areShared && y + 1 < this.height)
      pairs.run(this.#loops, this.addressOf(y, x), dst, below, count);
    else this.#sums.accumulate(plan.accumulator, this.addressOf(y, x), list, taps, dst, count);
    return dst;
  }
}

/** Produces bytes or responses from 16-bit sums that need no further arithmetic, a whole row per call. */
export class DirectValues extends DirectTaps implements ValueMethod {
  readonly #loops: Loops;
  readonly #valueBytes: number;

  constructor(group: readonly PackedPlan[], input: TileInput, loops: Loops, arena: Arena) {
    super(group, input, arena);
    this.#loops = loops;
    this.#valueBytes = bytesPerSample(group[0]!.plan.output.depth);
  }

  computeValues(y: number, count: number, dst: number, map: number, stats: number): void {
    const { list, count: taps } = this.selected;
    for (let x = 0; x < count; x += MAX_SAMPLES) {
      const length = Math.min(MAX_SAMPLES, count - x);
      this.#loops.correlateI16(
        this.addressOf(y, x),
        list,
        taps,
        dst + x * this.#valueBytes,
        length,
        map,
        stats,
      );
    }
  }
}

/** Whether a plan's sums have 16 bits and become the map's values without further arithmetic. */
export function needsNoArithmetic({ accumulator, finish, divisor, bias, border, output }: Plan): boolean {
  const isIdentity = divisor === 1 && bias === 0 && border.mode !== 'renormalize' && output.depth === 'float';
  return finish === 'i16' || (isIdentity && (accumulator === 'i16' || accumulator === 'u16'));
}
