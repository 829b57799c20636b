// Running sums: column totals that move down row by row, also across tiles; each row of totals is summed from left to
// right, one segment at a time.

import type { Box, Plan } from '../../plan/plan.js';
import { SCRATCH_BYTES } from '../../plan/tile.js';
import type { TileInput } from '../input/tile-input.js';
import type { Loops } from '../wasm-module.js';
import type { ConvolutionMethod, MethodContext, PlacedTile, RowMethod } from './method.js';
import { BLOCK, SEGMENT } from './segment.js';

/** Columns whose totals are updated together: a whole vector of bytes. */
const VECTOR = 8;

/** Column totals of a single kernel, and how a tile starts, whether or not it continues the previous one. */
export abstract class RunningTotals implements ConvolutionMethod {
  protected readonly plan: Plan;
  protected readonly box: Box;
  protected readonly loops: Loops;
  protected readonly input: TileInput;
  /** One total per sample of a scratch row, preceded by one zero per channel. */
  protected readonly totals: number;
  /** The last sum of each channel, from which the next segment continues. */
  protected readonly last: number;
  readonly #totalBytes: number;
  readonly #bytesOfTotals: number;
  #tile: PlacedTile | undefined;

  constructor({ group, input, loops, arena }: MethodContext, box: Box, totalBytes: 2 | 4) {
    const { plan } = group[0]!;
    this.plan = plan;
    this.box = box;
    this.loops = loops;
    this.input = input;
    const { channels } = plan.output;
    const { pitch } = input.layout(plan.tile.width, plan.tile.height);
    this.#totalBytes = totalBytes;
    this.#bytesOfTotals = (channels + pitch + BLOCK) * totalBytes;
    this.totals = arena.take(this.#bytesOfTotals) + channels * totalBytes;
    this.last = arena.take(channels * 4 + BLOCK);
  }

  beginRun(): void {
    this.#tile = undefined;
  }

  /** Before the first row is requested, the totals contain all rows of the box but its last. */
  beginTile(tile: PlacedTile): void {
    const { left, top, count, layout } = tile;
    const last = this.#tile;
    const follows = last?.left === left && last.top + last.height === top && last.count === count;
    const before = this.box.height - 1;
    if (follows) this.update(null, last.height - 1, 0, layout.pitch);
    // If the tile continues the previous one, the scratch already has all rows but those that enter.
    if (follows) this.input.fillBelow(layout, left, top, last.height, before);
    else this.input.fill(layout, left, top);
    this.#tile = tile;
    if (follows) return;
    const first = this.totals - this.plan.output.channels * this.#totalBytes;
    new Uint8Array(this.loops.memory.buffer, first, this.#bytesOfTotals).fill(0);
    for (let row = 0; row < before; row++) this.update(row, null, 0, layout.pitch);
  }

  /**
   * Adds samples `from` to `to` of scratch row `enters` to the totals and subtracts those of row `leaves`; null skips
   * either.
   */
  protected abstract update(enters: number | null, leaves: number | null, from: number, to: number): void;
}

/** Boxes of any size over bytes or integers, with 32-bit sums. */
export class RunningSums extends RunningTotals implements RowMethod {
  readonly #sums: number;
  /** The current row, and the column up to which the totals include it. */
  #row = -1;
  #updatedTo = 0;

  constructor(context: MethodContext, box: Box) {
    super(context, box, 4);
    this.#sums = context.arena.take((SEGMENT + BLOCK) * 4);
  }

  override beginTile(tile: PlacedTile): void {
    super.beginTile(tile);
    this.#row = -1;
  }

  computeRow(y: number, x: number, count: number, dst: number): number {
    const { width, height, weight } = this.box;
    const { channels } = this.plan.output;
    if (y !== this.#row) this.#startRow(y);
    const to = Math.ceil((x + count + (width - 1) * channels) / VECTOR) * VECTOR;
    this.update(y + height - 1, y > 0 ? y - 1 : null, this.#updatedTo, to);
    this.#updatedTo = to;
    const isWide = this.plan.finish === 'f64';
    const reach = width * channels * 4;
    const totals = this.totals + x * 4;
    this.loops.runRow(totals, this.#sums, count, reach, channels, this.last, isWide ? 0 : weight);
    if (!isWide) return this.#sums;
    this.loops.scaleI32(this.#sums, dst, count, weight, 0, true);
    return dst;
  }

  /**
   * Computes the sums just before the first of a row: those of the box one position further left, outside samples being
   * 0.
   */
  #startRow(y: number): void {
    const { width, height } = this.box;
    const { channels } = this.plan.output;
    this.#row = y;
    this.#updatedTo = Math.ceil(((width - 1) * channels) / VECTOR) * VECTOR;
    this.update(y + height - 1, y > 0 ? y - 1 : null, 0, this.#updatedTo);
    this.loops.sumFirst(this.totals, width - 1, channels, this.last);
  }

  protected override update(enters: number | null, leaves: number | null, from: number, to: number): void {
    const bytes = SCRATCH_BYTES[this.plan.scratch];
    const at = (row: number | null) => (row === null ? 0 : this.input.addressOf(row) + from * bytes);
    this.loops.runColumns(this.totals + from * 4, at(enters), at(leaves), to - from, bytes === 1);
  }
}
