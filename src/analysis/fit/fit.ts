// A pair of images → the kernel that turns the one into the other, how well it is known, and what it leaves over. Numbers
// in memory only, no files and no words for people but where a pair determines no kernel.

import { ImageError } from '../../core/errors.js';
import type { Samples } from '../../core/image.js';
import { defaultAnchor, type Kernel } from '../../kernels/kernel.js';
import { descend } from './descent.js';
import { type Equations, equationsOf } from './equations.js';
import { reasonOf } from './freedom.js';
import { checkFitSettings, type FitSettings, type Loss } from './settings.js';
import { type Freedom, type Solution, solve, squaresLeft } from './solve.js';
import { type Sums, sumEquations } from './sums.js';

/** What a pair of images says, whichever way the kernel was found. */
interface Seen {
  /** Weights, and the bias where one is looked for. */
  readonly unknowns: number;
  /** Samples of the image after that gave an equation. */
  readonly equations: number;
  /** Samples that were left out because their value may have been cut off. */
  readonly clipped: number;
  /** Every how manieth row was looked at; 1: all. */
  readonly everyRow: number;
}

/** A kernel that was found. */
export interface FoundKernel extends Seen {
  readonly isDetermined: true;
  /** Weights as written (for the flip that was asked for), divisor 1. */
  readonly kernel: Kernel;
  /** 95 % confidence: each weight is known to ± so much; as many as weights, x fastest. */
  readonly weightErrors: Float64Array;
  /** The same of the bias; 0 where none is looked for. */
  readonly biasError: number;
  /** What rounding of the image after alone would leave of the least certain weight, 95 %; 0 for floats. */
  readonly roundingError: number;
  /** Largest over smallest singular value of the equations. */
  readonly condition: number;
  readonly residual: Residual;
  /** How a descent went; null where the kernel was found in closed form. */
  readonly descent: DescentFacts | null;
}

/** A descent, beside what least squares finds. */
export interface DescentFacts {
  readonly losses: readonly Loss[];
  /** Samples of the image after that it looked at. */
  readonly samples: number;
  /** The largest difference between a weight and that of least squares. */
  readonly maxAbsDifference: number;
  /** The largest difference to expect of one that has come to rest. */
  readonly tolerance: number;
}

/** What the kernel leaves over, in the unit of the responses. */
export interface Residual {
  readonly rms: number;
  /** RMS that rounding responses to the values stored leaves by itself; 0 for floats. */
  readonly rounding: number;
  /** 1 less the share of the responses' variance that is left over; null where all responses are the same. */
  readonly r2: number | null;
}

/** A pair that determines no kernel. */
export interface NoKernel extends Seen {
  readonly isDetermined: false;
  /** Combinations of weights that the pair determines. */
  readonly rank: number;
  /** Why, as a sentence without its end. */
  readonly reason: string;
  /** Unit vectors of weights (and bias): any multiple can be added to a kernel without a change in the image after. */
  readonly free: readonly Float64Array[];
}

export type Fit = FoundKernel | NoKernel;

/** 95 % of a normal distribution lie within so many standard errors. */
export const CONFIDENCE = 1.959964;

/**
 * Finds the kernel, by the method that is asked for. Least squares is worked out either way: it says whether there is a
 * kernel to find, how well it is known, and how near a descent has come.
 * @throws UsageError for settings that no kernel can be found by; ImageError where the images do not fit each other, or a
 *   descent ends in no numbers.
 */
export async function fitPair(before: Samples, after: Samples, settings: FitSettings): Promise<Fit> {
  checkFitSettings(settings);
  const equations = equationsOf(before, after, settings);
  const sums = await sumEquations(equations, settings.threads, settings.onProgress);
  return fitOf(equations, sums, settings);
}

async function fitOf(equations: Equations, sums: Sums, settings: FitSettings): Promise<Fit> {
  const { width, height, bias } = settings;
  const seen = {
    unknowns: width * height + (bias ? 1 : 0),
    equations: sums.count,
    clipped: sums.leftOut,
    everyRow: equations.step,
  };
  const solution = solve(sums, bias);
  if (!solution.isDetermined) return { ...seen, ...freedomOf(solution, sums, settings) };
  const found = { ...seen, ...foundOf(solution, sums, equations, settings), descent: null };
  return settings.method === 'sgd' ? descended(found, solution, sums, equations, settings) : found;
}

/** The tolerance of a descent, as a share of the largest weight, where weights are known better. */
const TOLERANCE = 1e-3;

/** The kernel that a descent finds, with what least squares says of the pair. */
async function descended(
  found: FoundKernel,
  { values: best }: Solution,
  sums: Sums,
  equations: Equations,
  settings: FitSettings,
): Promise<FoundKernel> {
  const { width, height, labels } = settings;
  const { values, losses, samples } = await descend(equations, sums, settings);
  if (!values.every(Number.isFinite)) {
    const problem = 'the descent ran away: tiles of this pair differ too much from each other';
    throw new ImageError({ subject: labels.join(' → '), problem, advice: 'use --method least-squares' });
  }
  const area = width * height;
  const largestOf = (all: Float64Array) => all.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const apart = values.subarray(0, area).map((value, i) => value - best[i]!);
  // From fewer samples weights are less well known.
  const known = largestOf(found.weightErrors) * Math.sqrt(Math.max(1, sums.count / samples));
  const squares = squaresLeft(sums.products, values);
  return {
    ...found,
    kernel: kernelOf(values, width, height),
    residual: {
      ...found.residual,
      rms: Math.sqrt(squares / sums.count),
      r2: shareExplained(sums, squares),
    },
    descent: {
      losses,
      samples,
      maxAbsDifference: largestOf(apart),
      tolerance: Math.max(TOLERANCE * largestOf(best.subarray(0, area)), 2 * known),
    },
  };
}

function freedomOf({ rank, directions }: Freedom, sums: Sums, { width, height }: FitSettings) {
  return { isDetermined: false, rank, reason: reasonOf(sums, width, height), free: directions } as const;
}

function foundOf(
  { values, errors, sensitivities, condition, residualSquares }: Solution,
  sums: Sums,
  { reading }: Equations,
  { width, height, bias }: FitSettings,
) {
  const area = width * height;
  const exact = residualSquares === 0 ? values.map(rounderFor(values)) : values;
  const known = errors.map((error) => CONFIDENCE * error);
  const largest = sensitivities.subarray(0, area).reduce((most, value) => Math.max(most, value), 0);
  return {
    isDetermined: true,
    kernel: kernelOf(exact, width, height),
    weightErrors: known.slice(0, area),
    biasError: bias ? known[area]! : 0,
    roundingError: CONFIDENCE * reading.rounding * largest,
    condition,
    residual: {
      rms: Math.sqrt(residualSquares / sums.count),
      rounding: reading.rounding,
      r2: shareExplained(sums, residualSquares),
    },
  } as const;
}

/** Where nothing is left over, what differs from a short number by the rounding of sums is that number. */
function rounderFor(values: Float64Array): (value: number) => number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const digits = Math.min(100, Math.max(0, Math.ceil(9 - Math.log10(largest || 1))));
  return (value) => Number(value.toFixed(digits)) + 0;
}

/** Weights and perhaps a bias as a kernel. */
export function kernelOf(values: Float64Array, width: number, height: number): Kernel {
  const area = width * height;
  return {
    name: 'fitted',
    width,
    height,
    inChannels: null,
    weights: values.slice(0, area),
    divisor: 1,
    bias: values[area] ?? 0,
    anchor: defaultAnchor(width, height),
  };
}

function shareExplained({ products, count }: Sums, residualSquares: number): number | null {
  const last = products.length - 1;
  const variation = products[last]![last]! - products[last]![last - 1]! ** 2 / count;
  return variation > 0 ? 1 - residualSquares / variation : null;
}
