// What methods cost, from constants that `bench/constants.ts` measured. Estimates steer the choice of method
// and threads; they never come from timing a run, so that the choice is the same everywhere.

import { bytesPerSample, type Depth } from '../core/image.js';
import type { Finish } from './accumulator.js';
import type { AccumulatorType, Plan, Term } from './plan.js';
import { fold } from './separable/symmetric-taps.js';

/** Nanoseconds of one multiply-add on one sample, one thread of a 2.6 GHz Xeon on Node 20. */
const MULTIPLY_ADD: Readonly<Record<AccumulatorType, number>> = {
  i16: 0.032,
  u16: 0.032,
  i32: 0.032,
  f32: 0.068,
  f64: 0.14,
};

/** Nanoseconds of turning one sum into a value and storing it. */
const FINISH: Readonly<Record<Plan['finish'], number>> = { i16: 0.11, f32: 0.35, f64: 2 };
const RESPOND = 0.15;

/** Nanoseconds of moving one byte between shared memory and that of a thread. */
const MOVE = 0.125;

/** Nanoseconds a sample of taking rows one by one, and of keeping those that the next tile needs too. */
const ROW_BY_ROW = 0.4;

/** Rows of the tiles that follow one another, on average. */
const ROWS_TOGETHER = 200;

/**
 * Nanoseconds a real number of a transform there and back with the product between, along one axis, by the
 * length of the transform.
 */
const TRANSFORM: Readonly<Record<number, number>> = {
  32: 0.88,
  64: 0.98,
  128: 1.2,
  256: 1.3,
  512: 1.65,
  1024: 2.1,
};

/** The lengths of transforms. */
export const TRANSFORM_LENGTHS: readonly number[] = Object.keys(TRANSFORM).map(Number);

/** Numbers of a block that a second-level cache holds with its spectrum, and how much longer larger ones take. */
const CACHED = 2 ** 17;
const BEYOND_CACHE = 1.2;

/** Nanoseconds of taking one sample into a transform and out of it, and of starting a row of a tile. */
const GATHER = 0.8;
const TILE_ROW = 600;

/** Nanoseconds of the last step: sum to response or picture value. */
export function finishCost(finish: Plan['finish'], { depth, divisor, bias }: Finish): number {
  return depth === 'float' && finish !== 'f64' && divisor === 1 && bias === 0 ? RESPOND : FINISH[finish];
}

/** Nanoseconds of moving a sample in and its value out. */
export function moveCost(source: Depth, output: Depth): number {
  return (bytesPerSample(source) + bytesPerSample(output)) * MOVE;
}

/** Nanoseconds of a tap of the separable method, one of a pair or alone; and of laying out a sample for pairs. */
const FOLDED = 0.05;
const PAIRS = 0.13;

/** Nanoseconds of an output sample by the direct method. Pairs are not always full. */
export function directCost(taps: number, lane: AccumulatorType): number {
  return taps * MULTIPLY_ADD[lane] + (lane === 'i32' ? PAIRS + 0.1 * taps * MULTIPLY_ADD[lane] : 0);
}

/**
 * Nanoseconds of an output sample by the separable method: every row is convolved with each term's row, then
 * columns are summed. Tiles that do not follow one another convolve the halo's rows again.
 */
export function separableCost(terms: readonly Term[], halo: number, lane: AccumulatorType): number {
  const rows = terms.reduce((sum, term) => sum + tapsCost(term.row, lane), 0);
  const columns = terms.reduce((sum, term) => sum + tapsCost(term.column, lane), 0);
  const rowsPerRow = 1 + halo / ROWS_TOGETHER;
  return rows * rowsPerRow + columns + 0.2 * terms.length * rowsPerRow + ROW_BY_ROW;
}

/** The least that a term of so many taps can cost: all of them in pairs. */
export function leastTermCost(taps: number): number {
  return taps * FOLDED + 0.2;
}

function tapsCost(taps: Term['row'], lane: AccumulatorType): number {
  if (lane !== 'f32') return taps.length * MULTIPLY_ADD[lane];
  const { singles } = fold(taps);
  return (taps.length - singles.length) * FOLDED + singles.length * MULTIPLY_ADD.f32;
}

/** Nanoseconds of taking a sample into totals and out of them, and of a sum that runs on. */
const RUNNING = 0.7;

/** Nanoseconds of an output sample by running sums, whatever the size of the box. */
export function runningSumsCost(height: number): number {
  return RUNNING * (1 + height / ROWS_TOGETHER / 4);
}

/**
 * Nanoseconds of an output sample by transforms, where so many tiles make `samples` output samples of some planes;
 * a tile is two blocks, and the kernel's own transform is one more.
 */
export function fftCost(
  [width, height]: readonly [number, number],
  tiles: number,
  planes: number,
  samples: number,
): number {
  const fits = width * height <= CACHED ? 1 : BEYOND_CACHE;
  const transform = 2 * width * height * (TRANSFORM[width]! + TRANSFORM[height]!) * fits;
  return ((tiles * planes + 1) * transform + tiles * 2 * height * TILE_ROW) / samples + GATHER;
}

/**
 * Nanoseconds a real number of a transform there and back with the product between, of rows by themselves and of
 * columns by themselves, by the length of the transform.
 */
const ROW: Readonly<Record<number, number>> = {
  32: 0.93,
  64: 1.1,
  128: 1.25,
  256: 1.4,
  512: 1.55,
  1024: 1.7,
};
const COLUMN: Readonly<Record<number, number>> = {
  32: 0.75,
  64: 0.85,
  128: 1.15,
  256: 1.35,
  512: 1.55,
  1024: 1.95,
};

/** Columns go through transforms in whole vectors of both halves. */
const LEAST_WIDTH = 8;

/** Tiles of lines that follow one another, on average. */
const LINES_TOGETHER = 4;

/** What transforms of rows, then of columns, work on: tiles of so many samples, some across and some down. */
export interface LinesWork {
  readonly size: readonly [number, number];
  readonly across: number;
  readonly down: number;
  /** Samples of the map, of one plane. */
  readonly width: number;
  readonly height: number;
  readonly planes: number;
  /** Rows of a tile that the next one needs too. */
  readonly halo: number;
  readonly terms: number;
}

/** Nanoseconds of an output sample by transforms of rows, then of columns. */
export function linesCost(work: LinesWork): number {
  const { size, across, down, width, height, planes, halo, terms } = work;
  const [x, y] = size;
  const rows = height + halo * Math.max(1, down / LINES_TOGETHER);
  const transforms =
    across * rows * x * ROW[x]! * terms +
    down * y * Math.max(width, LEAST_WIDTH) * COLUMN[y]! * ((1 + terms) / 2);
  return (transforms * planes + across * rows * TILE_ROW) / (width * height * planes) + GATHER;
}

/** Nanoseconds of an output sample by the definition. */
export function referenceCost(weights: number): number {
  return weights * 10;
}
