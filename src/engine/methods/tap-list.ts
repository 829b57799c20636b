// A list of taps in a thread's memory for one pass of the separable method: symmetric pairs folded for float32, single
// taps for float64.

import type { AxisTap } from '../../plan/plan.js';
import { fold } from '../../plan/separable/symmetric-taps.js';
import type { Arena } from '../../runtime/arena.js';
import type { Loops } from '../wasm-module.js';

const TAP_BYTES = 16;

/** Taps of one axis, and a function from distances to sample offsets. */
export interface TapRun {
  readonly taps: readonly AxisTap[];
  readonly samplesAt: (distance: number) => number;
}

export class TapList {
  readonly #at: number;
  readonly #isFloat64: boolean;
  #counts = [0, 0, 0] as [sums: number, differences: number, singles: number];
  /** The samples between consecutive taps if these are symmetric, else 0. */
  #step = 0;

  /** Reserves memory for this many taps. */
  constructor(taps: number, isFloat64: boolean, arena: Arena) {
    this.#isFloat64 = isFloat64;
    this.#at = arena.take(taps * TAP_BYTES);
  }

  /** Writes the taps of several runs, which are summed together. */
  write(memory: DataView, runs: readonly TapRun[]): void {
    let at = this.#at;
    if (this.#isFloat64) {
      for (const { taps, samplesAt } of runs) {
        for (const { distance, weight } of taps) {
          memory.setUint32(at, samplesAt(distance) * 8, true);
          memory.setFloat64(at + 8, weight, true);
          at += TAP_BYTES;
        }
      }
      this.#counts = [0, 0, (at - this.#at) / TAP_BYTES];
      return;
    }
    this.#step = symmetricStep(runs);
    const folded = runs.map(({ taps, samplesAt }) => ({ ...fold(taps), samplesAt }));
    const write = (first: number, second: number, weight: number) => {
      memory.setUint32(at, first * 4, true);
      memory.setUint32(at + 4, second * 4, true);
      memory.setFloat32(at + 8, weight, true);
      at += TAP_BYTES;
    };
    for (const kind of ['sums', 'differences'] as const) {
      for (const { [kind]: pairs, samplesAt } of folded)
        for (const { distances, weight } of pairs)
          write(samplesAt(distances[0]), samplesAt(distances[1]), weight);
    }
    for (const { singles, samplesAt } of folded)
      for (const { distance, weight } of singles) write(samplesAt(distance), 0, weight);
    const count = (of: (one: (typeof folded)[number]) => number) =>
      folded.reduce((sum, one) => sum + of(one), 0);
    this.#counts = [
      count(({ sums }) => sums.length),
      count(({ differences }) => differences.length),
      count(({ singles }) => singles.length),
    ];
  }

  /**
   * Computes `count` sums for each of `rows` rows, `from` bytes apart at `src` and `to` bytes apart at `dst`. Symmetric
   * taps on consecutive rows are summed for an even number of rows.
   */
  run(loops: Loops, src: number, from: number, dst: number, to: number, rows: number, count: number): void {
    const [sums, differences, singles] = this.#counts;
    if (this.#isFloat64) loops.rowsF64(src, from, this.#at, singles, dst, to, rows, count);
    else if (this.#step * 4 === from)
      loops.symmetricColumnsF32(src, from, this.#at, sums, singles > 0, dst, to, rows, count);
    else loops.rowsFoldedF32(src, from, this.#at, sums, differences, singles, dst, to, rows, count);
  }
}

/**
 * The samples from each tap to the next, if there is a single run and its weights are symmetric about its middle; else
 * 0.
 */
function symmetricStep([run, ...others]: readonly TapRun[]): number {
  if (!run || others.length > 0) return 0;
  const { sums, differences, singles } = fold(run.taps);
  if (sums.length === 0 || differences.length > 0 || singles.length > 1) return 0;
  const distances = run.taps.map(({ distance }) => distance).sort((a, b) => a - b);
  const [first, second] = distances.map(run.samplesAt);
  const step = second! - first!;
  return distances.every((distance, i) => run.samplesAt(distance) === first! + i * step) ? step : 0;
}
