// Fits the kernel that converts one image to another. Returns the kernel with its confidence and residual, or
// why the pair does not determine one.

import { availableParallelism } from 'node:os';
import { ImageError, UsageError } from '../../core/errors.js';
import type { Samples } from '../../core/image.js';
import { type Kernel, plainKernel } from '../../kernels/kernel.js';
import { parseBorder } from '../../plan/border.js';
import { type Descent, descend } from './descent.js';
import { createEquations, type Equations } from './equations.js';
import { checkFitSettings, DEFAULT_STEPS, type FitSettings } from './settings.js';
import { solve, squaresLeft, type Undetermined } from './solve.js';
import { type Sums, sumEquations } from './sums.js';
import { undeterminedReason } from './undetermined-reason.js';

/** Facts about a pair, independent of the method. */
interface PairFacts {
  /** Number of weights, plus one for a bias. */
  readonly unknowns: number;
  /** Number of samples of the image after that gave an equation. */
  readonly equations: number;
  /** Number of samples ignored because they may have been clipped. */
  readonly clipped: number;
  /** Interval between used rows; 1: all. */
  readonly everyRow: number;
}

export interface FoundKernel extends PairFacts {
  readonly isDetermined: true;
  /** Weights as written (for the requested flip), divisor 1. */
  readonly kernel: Kernel;
  /**
   * Half-width of the 95 % confidence interval of each weight, after a descent plus the distance from least squares; as
   * many as weights, x fastest.
   */
  readonly weightErrors: Float64Array;
  /** The same for the bias; 0 if none is fitted. */
  readonly biasError: number;
  /** Uncertainty of the least certain weight from rounding of the image after alone, 95 %; 0 for floats. */
  readonly roundingError: number;
  /** Largest over smallest singular value of the equations. */
  readonly condition: number;
  readonly residual: Residual;
  /** Facts about the descent; null for the closed form. */
  readonly descent: DescentFacts | null;
}

/** Facts about a descent, in addition to those of least squares. */
export interface DescentFacts extends Omit<Descent, 'values'> {
  /** The largest difference between a weight and its least-squares value. */
  readonly maxAbsDifference: number;
  /** The largest difference expected after convergence. */
  readonly tolerance: number;
}

/** The residual of the fit, in the unit of the responses. */
export interface Residual {
  readonly rms: number;
  /** RMS caused by rounding responses to stored values; 0 for floats. */
  readonly rounding: number;
  /** 1 minus the unexplained share of the responses' variance; null if all responses are equal. */
  readonly r2: number | null;
}

/** A pair that does not determine a kernel. */
export interface NoKernel extends PairFacts, Undetermined {
  /** The reason, as a sentence without full stop. */
  readonly reason: string;
}

export type Fit = FoundKernel | NoKernel;

/** 95 % of a normal distribution are within this many standard errors. */
const CONFIDENCE = 1.959964;

/**
 * Fits the kernel by the requested method. Least squares is always computed: it shows whether the kernel is
 * determined, its confidence, and how close a descent has come.
 * @throws UsageError for settings that no kernel can fulfil; ImageError if the images do not fit together, or a
 * descent diverges.
 */
export async function fitPair(before: Samples, after: Samples, settings: FitSettings): Promise<Fit> {
  checkFitSettings(settings);
  const equations = createEquations(before, after, settings);
  const sums = await sumEquations(equations, settings.threads, settings.onProgress);
  const { width, height, bias } = settings;
  const facts = {
    unknowns: width * height + (bias ? 1 : 0),
    equations: sums.count,
    clipped: sums.leftOut,
    everyRow: equations.step,
  };
  const solution = solve(sums, bias);
  if (!solution.isDetermined)
    return { ...facts, ...solution, reason: undeterminedReason(sums, width, height) };
  const { values, errors, sensitivities, condition, residualSquares } = solution;
  const area = width * height;
  const exact = residualSquares === 0 ? values.map(rounderFor(values)) : values;
  const known = errors.map((error) => CONFIDENCE * error);
  const found: FoundKernel = {
    ...facts,
    ...resultOf(exact, residualSquares, sums, equations),
    isDetermined: true,
    weightErrors: known.slice(0, area),
    biasError: bias ? known[area]! : 0,
    roundingError: CONFIDENCE * equations.conversion.rounding * largestOf(sensitivities.subarray(0, area)),
    condition,
    descent: null,
  };
  return settings.method === 'sgd' ? fitByDescent(found, values, sums, equations, settings) : found;
}

/** The tolerance of a descent as a share of the largest weight, if weights are known more accurately. */
const TOLERANCE = 1e-3;

/** Replaces the kernel by that of a descent, keeping the facts of least squares. */
async function fitByDescent(
  found: FoundKernel,
  best: Float64Array,
  sums: Sums,
  equations: Equations,
  settings: FitSettings,
): Promise<FoundKernel> {
  const { values, losses, samples } = await descend(equations, sums, settings);
  if (!values.every(Number.isFinite)) {
    const problem = 'the descent diverged: the tiles of this pair differ too much';
    const subject = settings.labels.join(' → ');
    throw new ImageError({ subject, problem, advice: 'use --method least-squares' });
  }
  const { length } = found.weightErrors;
  const differences = values.map((value, i) => Math.abs(value - best[i]!));
  // With fewer samples, weights are less certain.
  const uncertainty = largestOf(found.weightErrors) * Math.sqrt(Math.max(1, sums.count / samples));
  const tolerance = Math.max(TOLERANCE * largestOf(best.subarray(0, length)), 2 * uncertainty);
  return {
    ...found,
    ...resultOf(values, squaresLeft(sums.products, values), sums, equations),
    weightErrors: found.weightErrors.map((error, i) => error + differences[i]!),
    biasError: found.biasError + (differences[length] ?? 0),
    descent: { losses, samples, maxAbsDifference: largestOf(differences.subarray(0, length)), tolerance },
  };
}

/** The kernel of fitted weights, followed by an optional bias, and its residual. @param squares Σ residual². */
function resultOf(
  values: Float64Array,
  squares: number,
  { products, count }: Sums,
  { width, height, conversion: { rounding } }: Equations,
): Pick<FoundKernel, 'kernel' | 'residual'> {
  const area = width * height;
  const kernel = plainKernel('fitted', { width, height, weights: values.slice(0, area) });
  // The last two of these are Σ response and Σ response².
  const responses = products.at(-1)!;
  const variation = responses.at(-1)! - responses.at(-2)! ** 2 / count;
  const r2 = variation > 0 ? 1 - squares / variation : null;
  return {
    kernel: { ...kernel, bias: values[area] ?? 0 },
    residual: { rms: Math.sqrt(squares / count), rounding, r2 },
  };
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Without residual, values that differ from a short decimal only by rounding of sums are that decimal. */
function rounderFor(values: Float64Array): (value: number) => number {
  const digits = Math.min(100, Math.max(0, Math.ceil(9 - Math.log10(largestOf(values) || 1))));
  return (value) => Number(value.toFixed(digits)) + 0;
}

/** Options of `fitKernel`, with the meanings and defaults of FitSettings. Only `size` is required. */
export interface FitOptions
  extends Partial<Omit<FitSettings, 'width' | 'height' | 'border' | 'labels' | 'onProgress'>> {
  /** Width and height of the kernel, whole numbers ≥ 1. */
  readonly size: number | readonly [number, number];
  /** As on the command line; if left out, positions whose weights reach outside the image are ignored. */
  readonly border?: string;
}

/**
 * Finds the kernel that converts `before` to `after` in the least-squares sense over all samples: weights in
 * the unit response / sample, the 95 % confidence interval of each, and the residual; or, with `isDetermined`
 * false, why the pair does not determine a kernel. Values at either end of the 8- and 16-bit range are
 * ignored, since responses may have been clipped.
 * @throws UsageError for options that no kernel can fulfil; ImageError if the images do not fit together.
 */
export async function fitKernel(before: Samples, after: Samples, options: FitOptions): Promise<Fit> {
  const { size, border, threads = availableParallelism(), onLoss } = options;
  const { flip = false, extent = 'same', channels = 'each', map = 'clamp', gain = 1, bias = false } = options;
  const { method = 'least-squares', steps = DEFAULT_STEPS, seed = 1 } = options;
  const [width, height] = typeof size === 'number' ? [size, size] : size;
  for (const [label, image] of [['before', before] as const, ['after', after] as const]) {
    const { width, height, channels, data } = image;
    if (data.length === width * height * channels && data.length > 0) continue;
    const expected = `width · height · channels = ${width} · ${height} · ${channels} samples`;
    throw new UsageError({ subject: label, expected, found: String(data.length) });
  }
  return fitPair(before, after, {
    ...{ width, height, flip, extent, channels, map, gain, bias, method, steps, seed, threads, onLoss },
    border: border === undefined ? null : parseBorder(border),
    labels: ['before', 'after'],
  });
}
