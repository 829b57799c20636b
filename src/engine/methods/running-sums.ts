// The method of running sums inside a tile: totals of columns that go down row by row, and from tile to tile; each
// row of them summed from left to right, a segment at a time. Knows nothing of borders or outputs.

import type { Box, Plan } from '../../plan/plan.js';
import { SCRATCH_BYTES } from '../../plan/tile.js';
import type { Arena } from '../arena.js';
import type { TileInput } from '../input/tile-input.js';
import type { Loops } from '../wasm-module.js';
import { BLOCK, SEGMENT } from './accumulate.js';
import type { ConvolutionMethod, RowMethod, TileAt } from './method.js';

/** Columns whose totals are taken together: whole vectors of bytes. */
const VECTOR = 8;

/** Totals of columns: how a tile begins, whether or not it follows on the one before. */
export abstract class RunningTotals implements ConvolutionMethod {
  protected readonly plan: Plan;
  protected readonly box: Box;
  protected readonly loops: Loops;
  protected readonly input: TileInput;
  /** A total for each sample of a scratch row; before the first as many zeros as there are channels. */
  protected readonly totals: number;
  readonly #totalBytes: number;
  readonly #bytesOfTotals: number;
  #memory = new ArrayBuffer(0);
  #tile: TileAt | undefined;

  constructor(plan: Plan, box: Box, input: TileInput, loops: Loops, arena: Arena, totalBytes: 2 | 4) {
    this.plan = plan;
    this.box = box;
    this.loops = loops;
    this.input = input;
    const { channels } = plan.output;
    const { pitch } = input.layout(plan.tile.width, plan.tile.height);
    this.#totalBytes = totalBytes;
    this.#bytesOfTotals = (channels + pitch + BLOCK) * totalBytes;
    this.totals = arena.take(this.#bytesOfTotals) + channels * totalBytes;
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = memory;
  }

  start(): void {
    this.#tile = undefined;
  }

  /** The totals hold all rows of the box but the last before the first row is asked for. */
  begin(tile: TileAt): void {
    const { left, top, count, layout } = tile;
    const last = this.#tile;
    const follows = last?.left === left && last.top + last.height === top && last.count === count;
    const before = this.box.height - 1;
    if (follows) this.change(null, last.height - 1, 0, layout.pitch);
    // Of a tile that follows, all rows but those that enter are in the scratch already.
    if (follows) this.input.follow(layout, left, top, last.height, before);
    else this.input.fill(layout, left, top);
    this.#tile = tile;
    if (follows) return;
    const first = this.totals - this.plan.output.channels * this.#totalBytes;
    new Uint8Array(this.#memory, first, this.#bytesOfTotals).fill(0);
    for (let row = 0; row < before; row++) this.change(row, null, 0, layout.pitch);
  }

  select(): void {
    // A group of running sums has one kernel.
  }

  /** Takes samples `from` … `to` of one row of the scratch in and those of another out, where there are such. */
  protected abstract change(enters: number | null, leaves: number | null, from: number, to: number): void;
}

/** Sums of any size, over bytes or numbers, in 32 bits. */
export class RunningSums extends RunningTotals implements RowMethod {
  readonly #sums: number;
  /** The last sums of a segment, one a channel, on which the next one follows. */
  readonly #last: number;
  /** The row that is summed now, and up to where the totals are its own. */
  #row = -1;
  #taken = 0;

  constructor(plan: Plan, box: Box, input: TileInput, loops: Loops, arena: Arena) {
    super(plan, box, input, loops, arena, 4);
    this.#sums = arena.take((SEGMENT + BLOCK) * 4);
    this.#last = arena.take(plan.output.channels * 4 + BLOCK);
  }

  override begin(tile: TileAt): void {
    super.begin(tile);
    this.#row = -1;
  }

  row(y: number, x: number, count: number, dst: number): number {
    const { width, height, weight } = this.box;
    const { channels } = this.plan.output;
    if (y !== this.#row) this.#startRow(y);
    const to = Math.ceil((x + count + (width - 1) * channels) / VECTOR) * VECTOR;
    this.change(y + height - 1, y > 0 ? y - 1 : null, this.#taken, to);
    this.#taken = to;
    const isWide = this.plan.finish === 'f64';
    const reach = width * channels * 4;
    const totals = this.totals + x * 4;
    this.loops.runRow(totals, this.#sums, count, reach, channels, this.#last, isWide ? 0 : weight);
    if (!isWide) return this.#sums;
    this.loops.scaleI32(this.#sums, dst, count, weight, 0, true);
    return dst;
  }

  /** The sums that would stand before the first of a row, if zeros did: those of a box that has just not entered. */
  #startRow(y: number): void {
    const { width, height } = this.box;
    const { channels } = this.plan.output;
    this.#row = y;
    this.#taken = Math.ceil(((width - 1) * channels) / VECTOR) * VECTOR;
    this.change(y + height - 1, y > 0 ? y - 1 : null, 0, this.#taken);
    this.loops.sumFirst(this.totals, width - 1, channels, this.#last);
  }

  /** Takes samples `from` … `to` of one row of the scratch in and those of another out, where there are such. */
  protected override change(enters: number | null, leaves: number | null, from: number, to: number): void {
    const bytes = SCRATCH_BYTES[this.plan.scratch];
    const at = (row: number | null) => (row === null ? 0 : this.input.addressOf(row) + from * bytes);
    this.loops.runColumns(this.totals + from * 4, at(enters), at(leaves), to - from, bytes === 1);
  }
}
