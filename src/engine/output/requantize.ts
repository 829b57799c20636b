// The last step for a row of a tile: converts sums to responses or picture values by the plan's arithmetic.

import type { SampleArray } from '../../core/image.js';
import { roundsWithoutTies } from '../../plan/accumulator.js';
import type { Plan } from '../../plan/plan.js';
import type { Arena } from '../../runtime/arena.js';
import { ExactSums, needsExactSums } from '../methods/exact-sums.js';
import type { ValueMethod } from '../methods/method.js';
import { BLOCK, SEGMENT } from '../methods/segment.js';
import type { PackedPlan } from '../packed-taps.js';
import type { Loops } from '../wasm-module.js';
import { Renormalizer } from './renormalize.js';
import type { Extremes } from './value-mapping.js';

/** The smallest and largest response, and the number of samples whose sign or range was lost. */
export interface Stats extends Extremes {
  readonly clipped: number;
}

/** The numbers of maps and depths in the loops. */
export const MAPS = { clamp: 0, abs: 1, signed: 2 } as const;
/** Instead of a map, where 16-bit sums are responses. */
const RESPONSES = { i16: 3, u16: 4 } as const;
export const OUTPUTS = { float: 0, 8: 1, 16: 2 } as const;

/** Buffers for a segment of a row, shared by all kernels of a group. */
export class StagingBuffers {
  readonly narrow: number;
  readonly wide: number;

  constructor(arena: Arena) {
    this.narrow = arena.take((SEGMENT + BLOCK) * 4);
    this.wide = arena.take((SEGMENT + BLOCK) * 8);
  }
}

export class Requantizer {
  readonly #plan: Plan;
  readonly #loops: Loops;
  readonly #staging: StagingBuffers;
  readonly #stats: number;
  readonly #renormalizer: Renormalizer | null;
  readonly #exact: ExactSums | null;
  readonly #isIdentity: boolean;
  /** For methods that store values: the map, or what they store instead. */
  readonly #map: number;
  readonly #multiplies: boolean;

  /** @param stats the address of the statistics, which are added to. */
  constructor({ plan, taps }: PackedPlan, loops: Loops, staging: StagingBuffers, stats: number) {
    this.#plan = plan;
    this.#loops = loops;
    this.#staging = staging;
    this.#stats = stats;
    const scales = plan.border.mode === 'renormalize' && plan.method !== 'reference';
    this.#renormalizer = scales ? new Renormalizer({ ...plan, taps }) : null;
    this.#exact = needsExactSums(plan) ? new ExactSums({ plan, taps }) : null;
    this.#multiplies =
      plan.divisor !== 1 && plan.bias === 0 && plan.output.gain === 1 && roundsWithoutTies(plan.divisor);
    const { accumulator, output } = plan;
    this.#map = output.map ? MAPS[output.map] : RESPONSES[accumulator === 'u16' ? 'u16' : 'i16'];
    this.#isIdentity = plan.divisor === 1 && plan.bias === 0 && !scales;
  }

  /** Begins a run over an image, or a ring of its rows. */
  begin(source: SampleArray): void {
    this.#exact?.setSource(source);
  }

  /** Lets a method write row `y` of its tile, `count` samples, as values to `dst`. */
  storeValues(method: ValueMethod, y: number, count: number, dst: number): void {
    method.computeValues(y, count, dst, this.#map, this.#stats);
  }

  /** Converts `count` sums, at most SEGMENT, of row `row` of the map to values at `dst`. */
  store(sums: number, dst: number, row: number, firstSample: number, count: number): void {
    const { accumulator, method, output } = this.#plan;
    const loops = this.#loops;
    const { narrow } = this.#staging;
    if (method === 'reference') this.#finishF64(sums, dst, count, 1, 0);
    else if (accumulator !== 'i16' && accumulator !== 'u16')
      this.#storeFloat(sums, dst, row, firstSample, count);
    else if (this.#isIdentity && output.depth === 'float') {
      loops.respondI16(sums, dst, count, accumulator === 'i16', this.#stats);
    } else {
      loops.widenI16(sums, narrow, count, accumulator === 'i16');
      this.#storeFloat(narrow, dst, row, firstSample, count);
    }
  }

  #storeFloat(from: number, dst: number, row: number, firstSample: number, count: number): void {
    const { accumulator, finish, divisor, bias, output } = this.#plan;
    const loops = this.#loops;
    let sums = from;
    if (this.#exact && loops.hasNonFinite(from, count)) {
      this.#exact.replace(new Float32Array(loops.memory.buffer, from, count), row, firstSample, count);
    }
    // f64 and i32 sums already are in the type that this step needs.
    if (finish === 'f64' && accumulator !== 'f64' && accumulator !== 'i32') {
      sums = this.#staging.wide;
      loops.widenF32(from, sums, count);
    }
    if (this.#renormalizer) {
      const Numbers = finish === 'f64' ? Float64Array : Float32Array;
      this.#renormalizer.scale(new Numbers(loops.memory.buffer, sums, count), row, firstSample, count);
    }
    if (finish === 'f64') this.#finishF64(sums, dst, count, divisor, bias);
    else if (output.depth === 'float') loops.respondF32(sums, dst, count, divisor, bias, this.#stats);
    else {
      const { depth, map, gain } = output;
      const middle = middleOf(output);
      const value = MAPS[map ?? 'clamp'];
      const mayBeNaN = this.#plan.source.depth === 'float';
      loops.finishF32(
        sums,
        dst,
        count,
        OUTPUTS[depth],
        value,
        divisor,
        bias,
        gain,
        middle,
        this.#multiplies,
        mayBeNaN,
        this.#stats,
      );
    }
  }

  #finishF64(sums: number, dst: number, count: number, divisor: number, bias: number): void {
    const { depth, map, gain } = this.#plan.output;
    const middle = middleOf(this.#plan.output);
    const value = MAPS[map ?? 'clamp'];
    const at = this.#stats;
    this.#loops.finishF64(sums, dst, count, OUTPUTS[depth], value, divisor, bias, gain, middle, at);
  }
}

/** Added before rounding: mid-grey for `signed`, else 0. */
function middleOf({ depth, map }: Plan['output']): number {
  return map === 'signed' ? (depth === 16 ? 32768 : 128) : 0;
}
