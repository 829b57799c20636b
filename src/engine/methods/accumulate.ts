// Calls the tap loop of a lane, long tap lists by way of partial sums. Knows addresses only.

import type { AccumulatorType } from '../../plan/plan.js';
import type { Arena } from '../arena.js';
import type { Loops } from '../wasm-module.js';

/** Samples that a call of the long loop computes at most, so that its sums stay in the first-level cache. */
export const SEGMENT = 4096;
/** The tap loops write whole blocks, at most this many samples beyond what was asked. */
export const BLOCK = 64;
/** What the loop of 16 bits takes in place of a map where it is to leave sums. */
const NO_MAP = -1;
/** More taps than this are summed in parts; see simd/taps.ts. */
const SHORT_SUM = 64;

export class Sums {
  readonly #loops: Loops;
  readonly #part: number;
  readonly #total: number;

  constructor(loops: Loops, arena: Arena) {
    this.#loops = loops;
    this.#part = arena.take((SEGMENT + BLOCK) * 4);
    this.#total = arena.take((SEGMENT + BLOCK) * 8);
  }

  /** Sums of at most SEGMENT samples in the lane's own numbers. */
  lane(lane: AccumulatorType, src: number, taps: number, tapCount: number, dst: number, count: number): void {
    if (lane === 'f64') this.#loops.correlateF64(src, taps, tapCount, dst, count);
    else if (lane !== 'f32') this.#loops.correlateI16(src, taps, tapCount, dst, count, NO_MAP, 0);
    else if (tapCount <= SHORT_SUM) this.#loops.correlateF32(src, taps, tapCount, dst, count);
    else this.#loops.correlateLongF32(src, taps, tapCount, dst, count, this.#part, this.#total);
  }
}
