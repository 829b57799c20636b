// The base class of the direct methods: keeps the tap lists of a group, which are rewritten when the layout of the
// scratch changes, and the scratch of the current tile.

import type { Plan } from '../../plan/plan.js';
import { countTaps } from '../../plan/taps.js';
import { SCRATCH_BYTES, scratchChannels } from '../../plan/tile.js';
import type { TileInput, TileLayout } from '../input/tile-input.js';
import type { PackedPlan } from '../packed-taps.js';
import type { Loops } from '../wasm-module.js';
import type { ConvolutionMethod, MethodContext, PlacedTile } from './method.js';

export abstract class DirectTaps implements ConvolutionMethod {
  protected readonly group: readonly PackedPlan[];
  protected readonly loops: Loops;
  protected readonly sampleBytes: number;
  /** Of the tile: the address of its first sample, samples between rows, and its height. */
  protected scratch = 0;
  protected pitch = 0;
  protected height = 0;
  /** The index of the selected kernel. */
  protected member = 0;
  readonly #input: TileInput;
  /** Per kernel: the address of its list, and the number of entries. */
  readonly #lists: { readonly at: number; count: number }[];
  #tapsFor: TileLayout | undefined;

  /** @param tapBytes reserved per tap. */
  constructor({ group, input, loops, arena }: MethodContext, tapBytes: number) {
    this.group = group;
    this.#input = input;
    this.loops = loops;
    this.sampleBytes = SCRATCH_BYTES[group[0]!.plan.scratch];
    this.#lists = group.map(({ taps }) => ({ at: arena.take(countTaps(taps) * tapBytes), count: 0 }));
  }

  beginTile({ layout, left, top, height }: PlacedTile): void {
    this.pitch = layout.pitch;
    this.height = height;
    if (this.#tapsFor !== layout) {
      const memory = new DataView(this.loops.memory.buffer);
      for (const [member, list] of this.#lists.entries())
        list.count = this.write(memory, list.at, member, layout);
    }
    this.#tapsFor = layout;
    this.scratch = this.#input.fill(layout, left, top);
  }

  selectKernel(member: number): void {
    this.member = member;
  }

  /** The list of the selected kernel. */
  protected get list() {
    return this.#lists[this.member]!;
  }

  protected get plan(): Plan {
    return this.group[this.member]!.plan;
  }

  protected addressOf(y: number, x: number): number {
    return this.scratch + (y * this.pitch + x) * this.sampleBytes;
  }

  /** Writes the list of a kernel at an address, for a layout; returns the number of its entries. */
  protected abstract write(memory: DataView, at: number, member: number, layout: TileLayout): number;
}

/** Samples from a tile's first one to that of the tap whose numbers begin at index `i`. */
export function sampleOffset({ plan, taps }: PackedPlan, i: number, layout: TileLayout): number {
  const column = layout.columns.slotOf.get(taps[i]!)!;
  const row = layout.rows.slotOf.get(taps[i + 1]!)! * layout.pitch;
  const inRow = plan.sumChannels
    ? taps[i + 2]! * layout.columns.coordinates.length + column
    : column * scratchChannels(plan);
  return row + inRow;
}
