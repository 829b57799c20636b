// Sums long and short tap lists by the tap loop of the accumulator type; long float32 lists via partial sums.

import type { AccumulatorType } from '../../plan/plan.js';
import type { Arena } from '../../runtime/arena.js';
import type { Loops } from '../wasm-module.js';

/** The most samples per call of the long loop, so that its sums stay in the first-level cache. */
export const SEGMENT = 4096;
/** The tap loops write whole blocks: up to this many samples past the requested count. */
export const BLOCK = 64;
/** Passed to the 16-bit loop instead of a map to make it store plain sums. */
const NO_MAP = -1;
/** Longer float32 tap lists are summed in parts; see wasm/taps.ts. */
export const MAX_SHORT_TAPS = 64;

export class TapAccumulator {
  readonly #loops: Loops;
  readonly #total: number;

  constructor(loops: Loops, arena: Arena) {
    this.#loops = loops;
    this.#total = arena.take((SEGMENT + BLOCK) * 8);
  }

  /** Computes at most SEGMENT sums of the given type at `dst`. */
  accumulate(
    type: AccumulatorType,
    src: number,
    taps: number,
    tapCount: number,
    dst: number,
    count: number,
  ): void {
    if (type === 'f64') this.#loops.correlateF64(src, taps, tapCount, dst, count);
    else if (type !== 'f32') this.#loops.correlateI16(src, taps, tapCount, dst, count, NO_MAP, 0);
    else if (tapCount <= MAX_SHORT_TAPS) this.#loops.correlateF32(src, taps, tapCount, dst, count);
    else this.#loops.correlateLongF32(src, taps, tapCount, dst, count, this.#total);
  }
}
