// What methods cost, from constants that `bench/constants.ts` measured. Estimates steer the choice of method
// and threads; they never come from timing a run, so that the choice is the same everywhere.

import type { LaneChoice } from './lane.js';
import type { Lane, Term } from './plan.js';

/** Nanoseconds of one multiply-add on one sample, one thread of a 2.6 GHz Xeon on Node 20. */
const MULTIPLY_ADD: Readonly<Record<Lane, number>> = { i16: 0.045, u16: 0.045, f32: 0.072, f64: 0.16 };

/** Nanoseconds of turning one sum into a value and storing it. */
const FINISH = { i16: 0.14, f32: 0.5, f64: 1.6 } as const;

/** Rows of the tiles that follow one another, on average. */
const ROWS_TOGETHER = 200;

/** Nanoseconds of an output sample by the direct method. */
export function directCost(taps: number, lane: Lane, finish: keyof typeof FINISH): number {
  return taps * MULTIPLY_ADD[lane] + FINISH[finish];
}

/**
 * Nanoseconds of an output sample by the separable method: every row is convolved with each term's row, then
 * columns are summed. Tiles that do not follow one another convolve the halo's rows again.
 */
export function separableCost(terms: readonly Term[], halo: number, { lane, finish }: LaneChoice): number {
  const rowTaps = terms.reduce((sum, term) => sum + term.row.length, 0);
  const columnTaps = terms.reduce((sum, term) => sum + term.column.length, 0);
  const rowsPerRow = 1 + halo / ROWS_TOGETHER;
  const stores = 0.1 * terms.length * rowsPerRow;
  return (rowTaps * rowsPerRow + columnTaps) * MULTIPLY_ADD[lane] + stores + FINISH[finish];
}

/** Nanoseconds of an output sample by the definition. */
export function referenceCost(weights: number): number {
  return weights * 10;
}
