// Estimated costs of methods, from constants that `bench/constants.ts` measured. They steer the choice of method and
// threads; nothing is ever timed during a run, so that the choice is the same everywhere.

import { bytesPerSample, type Depth, type Size } from '../core/image.js';
import type { OutputScaling } from './accumulator.js';
import type { AccumulatorType, Plan, Term } from './plan.js';
import { fold } from './separable/symmetric-taps.js';

/** Nanoseconds per multiply-add and sample, on one thread of a 2.6 GHz Xeon with Node 20. */
const MULTIPLY_ADD: Readonly<Record<AccumulatorType, number>> = {
  i16: 0.032,
  u16: 0.032,
  i32: 0.032,
  f32: 0.068,
  f64: 0.14,
};

/** Nanoseconds to convert one sum to a value and store it. */
const FINISH: Readonly<Record<Plan['finish'], number>> = { i16: 0.11, f32: 0.35, f64: 2 };
const RESPOND = 0.15;

/** Nanoseconds to move one byte between shared memory and a thread's memory. */
const MOVE_BYTE = 0.125;

/** Nanoseconds per sample for filling rows one by one and keeping those that the next tile needs too. */
const ROW_BY_ROW = 0.4;

/** The average number of rows of a run of tiles, each of which reuses rows of the one above it. */
const CONTINUED_ROWS = 200;

/**
 * Nanoseconds per real number for a forward transform, a product and an inverse transform along one axis, by the length
 * of the transform. `block` is for two-dimensional blocks, along either axis; `row` and `column` are for separable
 * kernels.
 */
const TRANSFORMS: Readonly<Record<number, Readonly<Record<'block' | 'row' | 'column', number>>>> = {
  32: { block: 0.88, row: 0.93, column: 0.75 },
  64: { block: 0.98, row: 1.1, column: 0.85 },
  128: { block: 1.2, row: 1.25, column: 1.15 },
  256: { block: 1.3, row: 1.4, column: 1.35 },
  512: { block: 1.65, row: 1.55, column: 1.55 },
  1024: { block: 2.1, row: 1.7, column: 1.95 },
};

/** The lengths of transforms. */
export const TRANSFORM_LENGTHS: readonly number[] = Object.keys(TRANSFORMS).map(Number);

/**
 * The largest block, in numbers, that fits a second-level cache with its spectrum, and the slow-down of larger ones.
 */
const CACHED_NUMBERS = 2 ** 17;
const UNCACHED_FACTOR = 1.2;

/** Nanoseconds to load and store a sample of a transform, and to start a row of a tile. */
const GATHER = 0.8;
const TILE_ROW = 600;

/** Nanoseconds per sample to convert a sum to a response or a picture value. */
export function finishCost(finish: Plan['finish'], { depth, divisor, bias }: OutputScaling): number {
  return depth === 'float' && finish !== 'f64' && divisor === 1 && bias === 0 ? RESPOND : FINISH[finish];
}

/** Nanoseconds to copy a sample to a thread's memory, and its value to the map. */
export function moveCost(source: Depth, output: Depth): number {
  return (bytesPerSample(source) + bytesPerSample(output)) * MOVE_BYTE;
}

/** Nanoseconds per tap of a folded pair in the separable method, and per sample to arrange samples in pairs. */
const FOLDED = 0.05;
const PAIRS = 0.13;

/** Nanoseconds per output sample of the direct method. With 32-bit sums some pairs of taps have only one. */
export function directCost(taps: number, accumulator: AccumulatorType): number {
  return (
    taps * MULTIPLY_ADD[accumulator] +
    (accumulator === 'i32' ? PAIRS + 0.1 * taps * MULTIPLY_ADD[accumulator] : 0)
  );
}

/**
 * Nanoseconds per output sample of the separable method: every row is correlated with each term's row, then columns are
 * summed. The first tile of each run of tiles computes `halo` more rows.
 */
export function separableCost(terms: readonly Term[], halo: number, accumulator: AccumulatorType): number {
  const rows = terms.reduce((sum, term) => sum + tapsCost(term.row, accumulator), 0);
  const columns = terms.reduce((sum, term) => sum + tapsCost(term.column, accumulator), 0);
  const rowsPerRow = 1 + halo / CONTINUED_ROWS;
  return rows * rowsPerRow + columns + 0.2 * terms.length * rowsPerRow + ROW_BY_ROW;
}

/** The lowest possible cost of a term with this many taps: all of them in pairs. */
export function minTermCost(taps: number): number {
  return taps * FOLDED + 0.2;
}

function tapsCost(taps: Term['row'], accumulator: AccumulatorType): number {
  if (accumulator !== 'f32') return taps.length * MULTIPLY_ADD[accumulator];
  const { singles } = fold(taps);
  return (taps.length - singles.length) * FOLDED + singles.length * MULTIPLY_ADD.f32;
}

/** Nanoseconds to add a sample to totals, subtract it later, and update the running sum. */
const RUNNING = 0.7;

/** Nanoseconds per output sample of running sums, almost independent of the box's size. */
export function runningSumsCost(height: number): number {
  return RUNNING * (1 + height / CONTINUED_ROWS / 4);
}

/**
 * Nanoseconds per output sample of block transforms, if `tiles` tiles make `samples` output samples of `planes` planes.
 * A tile is two blocks of width × height; transforming the kernel costs as much as one more tile of one plane.
 */
export function fftCost(
  [width, height]: readonly [number, number],
  tiles: number,
  planes: number,
  samples: number,
): number {
  const fits = width * height <= CACHED_NUMBERS ? 1 : UNCACHED_FACTOR;
  const transform = 2 * width * height * (TRANSFORMS[width]!.block + TRANSFORMS[height]!.block) * fits;
  return ((tiles * planes + 1) * transform + tiles * 2 * height * TILE_ROW) / samples + GATHER;
}

/** Columns are transformed in whole vectors of both halves. */
const MIN_WIDTH = 8;

/** The average number of tiles in a run of tiles, each of which reuses transformed rows of the one above it. */
const CONTINUED_TILES = 4;

/** The work of transforms of rows, then columns, for a map: `across` × `down` tiles with transforms of `size`. */
export interface LinesWork extends Size {
  readonly size: readonly [number, number];
  readonly across: number;
  readonly down: number;
  readonly planes: number;
  /** Rows of a tile that the next one needs too. */
  readonly halo: number;
  readonly terms: number;
}

/** Nanoseconds per output sample of transforms of rows, then columns. */
export function linesCost(work: LinesWork): number {
  const { size, across, down, width, height, planes, halo, terms } = work;
  const [x, y] = size;
  const rows = height + halo * Math.max(1, down / CONTINUED_TILES);
  const transforms =
    across * rows * x * TRANSFORMS[x]!.row * terms +
    down * y * Math.max(width, MIN_WIDTH) * TRANSFORMS[y]!.column * ((1 + terms) / 2);
  return (transforms * planes + across * rows * TILE_ROW) / (width * height * planes) + GATHER;
}

/** Nanoseconds per output sample of the definition. */
export function referenceCost(weights: number): number {
  return weights * 10;
}
