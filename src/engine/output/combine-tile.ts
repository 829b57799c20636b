// One map out of the maps of a bank, sample by sample, inside a tile: responses of each kernel are taken into
// totals, which become values once all are in. Sums run in float64. Also stretches one kernel's responses to the
// full scale, since both need responses as float32 first.

import type { Depth } from '../../core/image.js';
import type { Combine } from '../../kernels/combine.js';
import type { FixedMap } from '../../plan/plan.js';
import type { Arena } from '../arena.js';
import { BLOCK, SEGMENT } from '../methods/accumulate.js';
import type { Loops } from '../wasm-module.js';
import { MAPS, OUTPUTS, type Stats } from './requantize.js';

/** How the loop calls the ways to combine. */
const RULES = { max: 0, min: 1, sum: 2, mean: 3, rss: 4, maxabs: 5 } as const satisfies Record<
  Combine,
  number
>;

/** How responses become one map: value = map(response · gain + shift), rounded and clamped unless it is float. */
export interface Join {
  readonly rule: Combine;
  readonly depth: Depth;
  readonly map: FixedMap;
  readonly gain: number;
  readonly shift: number;
}

export class JoinedRows {
  /** Where a segment of responses is put before it is added. */
  readonly responses: number;
  readonly #join: Join;
  readonly #kernels: number;
  readonly #loops: Loops;
  readonly #totals: number;
  readonly #pitch: number;
  readonly #stats: number;
  #memory = new ArrayBuffer(0);

  constructor(join: Join, kernels: number, samples: number, rows: number, loops: Loops, arena: Arena) {
    this.#join = join;
    this.#kernels = kernels;
    this.#loops = loops;
    this.#pitch = (samples + BLOCK) * 8;
    this.responses = arena.take((SEGMENT + BLOCK) * 4);
    this.#totals = arena.take(this.#pitch * rows);
    this.#stats = arena.take(24);
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = memory;
  }

  /** Notes begin anew. */
  clear(): void {
    const empty = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    new Float64Array(this.#memory, this.#stats, 3).set(empty);
  }

  get stats(): Stats {
    const [min, max, clipped] = new Float64Array(this.#memory, this.#stats, 3);
    return { min: min!, max: max!, clipped: clipped! };
  }

  /** Takes in the responses of one kernel, the first of which begins the totals. */
  add(member: number, y: number, x: number, count: number): void {
    const at = this.#totals + y * this.#pitch + x * 8;
    this.#loops.combineRow(at, this.responses, count, RULES[this.#join.rule], member === 0);
  }

  /** Writes a row of values once all kernels are in. */
  store(y: number, count: number, dst: number): void {
    const { rule, depth, map, gain, shift } = this.#join;
    const at = this.#totals + y * this.#pitch;
    this.#loops.combinedRow(at, count, RULES[rule], this.#kernels);
    this.#loops.finishF64(at, dst, count, OUTPUTS[depth], MAPS[map], 1, 0, gain, shift, this.#stats);
  }
}
