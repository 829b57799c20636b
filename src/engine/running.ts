// The method of running sums inside a tile: totals of columns that go down row by row, and from tile to tile; each
// row of them summed from left to right. Knows nothing of borders or outputs.

import type { Box, Plan } from '../plan/plan.js';
import { SCRATCH_BYTES } from '../plan/tile.js';
import type { TileInput } from './input.js';
import type { Summer, TileAt } from './summer.js';
import { BLOCK } from './sums.js';
import type { Arena, Loops } from './wasm.js';

export class RunningSums implements Summer {
  readonly #plan: Plan;
  readonly #box: Box;
  readonly #loops: Loops;
  readonly #input: TileInput;
  readonly #totals: number;
  readonly #row: number;
  #memory = new ArrayBuffer(0);
  #tile: TileAt | undefined;
  #scratch = 0;
  /** The row whose sums are there; rows are asked for from the first on. */
  #done = -1;

  constructor(plan: Plan, box: Box, input: TileInput, loops: Loops, arena: Arena) {
    this.#plan = plan;
    this.#box = box;
    this.#loops = loops;
    this.#input = input;
    const { pitch } = input.layout(plan.tile.width, plan.tile.height);
    this.#totals = arena.take((pitch + BLOCK) * 4);
    this.#row = arena.take((pitch + BLOCK) * 4);
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = memory;
  }

  start(): void {
    this.#tile = undefined;
  }

  /** The totals hold all rows of the box but the last before the first row is asked for. */
  begin(tile: TileAt): void {
    const { left, top, height, count, layout } = tile;
    const last = this.#tile;
    const follows = last?.left === left && last.top + last.height === top && last.count === count;
    const before = this.#box.height - 1;
    if (follows) this.#change(null, last.height - 1);
    // Of a tile that follows, rows between those that leave and those that enter are in the totals already.
    const wanted = (row: number) => !follows || row < height || row >= before;
    this.#scratch = this.#input.fill(layout, left, top, wanted);
    this.#tile = tile;
    this.#done = -1;
    if (follows) return;
    new Uint8Array(this.#memory, this.#totals, (layout.pitch + BLOCK) * 4).fill(0);
    for (let row = 0; row < before; row++) this.#change(row, null);
  }

  select(): void {
    // A group of running sums has one kernel.
  }

  row(y: number, x: number, count: number, dst: number): number {
    const { count: all } = this.#tile!;
    const isWide = this.#plan.finish === 'f64';
    const { width, height, weight } = this.#box;
    if (y !== this.#done) {
      this.#change(y + height - 1, y > 0 ? y - 1 : null);
      const { channels } = this.#plan.output;
      this.#loops.runRow(this.#totals, this.#row, all, width, channels, isWide ? 0 : weight);
      this.#done = y;
    }
    if (!isWide) return this.#row + x * 4;
    this.#loops.scaleI32(this.#row + x * 4, dst, count, weight, 0, true);
    return dst;
  }

  /** Takes in one row of the scratch and takes out another, where there are such. */
  #change(enters: number | null, leaves: number | null): void {
    const { pitch } = this.#tile!.layout;
    const bytes = SCRATCH_BYTES[this.#plan.scratch];
    const at = (row: number | null) => (row === null ? 0 : this.#scratch + row * pitch * bytes);
    this.#loops.runColumns(this.#totals, at(enters), at(leaves), pitch, bytes === 1);
  }
}
