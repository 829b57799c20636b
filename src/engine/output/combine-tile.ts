// Combines the responses of a bank's kernels within a tile: adds each kernel's responses to float64 totals, and
// converts these to values once all kernels are in. Also used to scale one kernel's responses to full scale, which
// needs float32 responses first.

import type { Depth } from '../../core/image.js';
import type { Combine } from '../../kernels/combine.js';
import type { FixedMap } from '../../plan/plan.js';
import type { Arena } from '../../runtime/arena.js';
import { BLOCK, SEGMENT } from '../methods/segment.js';
import type { Loops } from '../wasm-module.js';
import { MAPS, OUTPUTS } from './requantize.js';

/** The rules' numbers in the loops. */
const RULES = { max: 0, min: 1, sum: 2, mean: 3, rss: 4, maxabs: 5 } as const satisfies Record<
  Combine,
  number
>;

/** How responses become one map: value = map(response · gain + shift), rounded and clamped unless it is float. */
export interface CombineSpec {
  readonly rule: Combine;
  readonly depth: Depth;
  readonly map: FixedMap;
  readonly gain: number;
  readonly shift: number;
}

export class CombinedRows {
  /** The address of a segment of responses before it is added. */
  readonly responses: number;
  readonly #spec: CombineSpec;
  readonly #kernels: number;
  readonly #loops: Loops;
  readonly #totals: number;
  readonly #pitch: number;

  constructor(spec: CombineSpec, kernels: number, samples: number, rows: number, loops: Loops, arena: Arena) {
    this.#spec = spec;
    this.#kernels = kernels;
    this.#loops = loops;
    this.#pitch = (samples + BLOCK) * 8;
    this.responses = arena.take((SEGMENT + BLOCK) * 4);
    this.#totals = arena.take(this.#pitch * rows);
  }

  /** Adds the responses of one kernel; the first kernel initializes the totals. */
  add(member: number, y: number, x: number, count: number): void {
    const at = this.#totals + y * this.#pitch + x * 8;
    this.#loops.combineRow(at, this.responses, count, RULES[this.#spec.rule], member === 0);
  }

  /** Writes a row of values once all kernels are added, and adds to the statistics at `stats`. */
  store(y: number, count: number, dst: number, stats: number): void {
    const { rule, depth, map, gain, shift } = this.#spec;
    const at = this.#totals + y * this.#pitch;
    this.#loops.combinedRow(at, count, RULES[rule], this.#kernels);
    this.#loops.finishF64(at, dst, count, OUTPUTS[depth], MAPS[map], 1, 0, gain, shift, stats);
  }
}
