// Formats the result of `fit` as text and as a JSON object, with notes on a large residual or an unfinished descent.

import type { DescentFacts, Fit, FoundKernel, NoKernel } from '../../analysis/fit/fit.js';
import type { KnownMatch } from '../../analysis/fit/match-known-kernel.js';
import { rowsOf } from '../../kernels/file/serialize.js';
import type { Kernel } from '../../kernels/kernel.js';
import { type Page, shownName } from '../console/terminal.js';
import { percent, withSeparators } from './columns.js';
import { decimalTexts, gridLines } from './kernel-grid.js';

/** The images, options and known kernel of a fit. */
export interface FitSubject {
  readonly before: string;
  readonly after: string;
  readonly method: string;
  readonly flip: boolean;
  readonly knownMatch: KnownMatch | null;
  /** Depth of the image after: bits, or float. */
  readonly depth: number | string;
}

/** The kernel, the known kernel it matches, and its accuracy. */
export function fitText(found: FoundKernel, subject: FitSubject, page: Page): string {
  const { kernel, residual, condition, equations, clipped, everyRow, descent } = found;
  const { before, after, method, flip, knownMatch } = subject;
  const known = largestOf(found.weightErrors);
  const rounding =
    residual.rounding === 0
      ? ''
      : `; rounding to ${subject.depth} bits alone leaves ${threeDigits(residual.rounding)}`;
  const lines: [string, string | null][] = [
    ['this is', knownMatch && knownMatchText(knownMatch)],
    ['weights', known === 0 ? EXACT : `known to ± ${threeDigits(known)} (95 %)${boundText(found, known)}`],
    [
      'bias',
      kernel.bias !== 0 || found.biasError !== 0
        ? `${threeDigits(kernel.bias)}, known to ± ${threeDigits(found.biasError)}`
        : null,
    ],
    [
      'residual',
      `${threeDigits(residual.rms)} RMS${rounding}${residual.r2 === null ? '' : `; R² ${shareText(residual.r2)}`}`,
    ],
    ['descent', descent && descentText(descent)],
    ['condition', threeDigits(condition)],
    ['samples', `${withSeparators(equations)}${everyRow > 1 ? `, of every ${everyRow}th row` : ''}`],
    [
      'left out',
      clipped > 0
        ? `${withSeparators(clipped)} (${percent(clipped / (clipped + equations))}) with the smallest or largest value, where responses may have been clipped`
        : null,
    ],
  ];
  const rounded = roundedTo(kernel, known);
  return [
    `${kernel.width}×${kernel.height} from ${shownName(before, page)} to ${shownName(after, page)}, ${flip ? 'by convolution' : 'by correlation'}, ${method}`,
    '',
    ...gridLines(rounded, page, { factor: '', cells: decimalTexts(rounded.weights) }),
    '',
    ...lines.flatMap(([name, text]) => (text === null ? [] : [`  ${name.padEnd(10)}${text}`])),
    '',
  ].join('\n');
}

/** The keys of the JSON object about the kernel, or about why it is not determined. */
export function fitFacts(fit: Fit) {
  const { unknowns, equations, clipped, everyRow } = fit;
  const counts = { unknowns, equations, clipped, everyRow };
  if (!fit.isDetermined)
    return { determined: false, rank: fit.rank, reason: fit.reason, ...counts, free: freeCombinations(fit) };
  const { kernel, weightErrors, biasError, roundingError, condition, residual, descent } = fit;
  return {
    determined: true,
    width: kernel.width,
    height: kernel.height,
    weights: rowsOf(kernel),
    bias: kernel.bias,
    anchor: kernel.anchor,
    errors: rowsOf({ ...kernel, weights: weightErrors }),
    biasError,
    roundingError,
    residual,
    descent,
    condition,
    rank: unknowns,
    ...counts,
  };
}

const EXACT = 'exact up to rounding of sums: the residual is 0';

/** A residual larger than this times the rounding error has another cause. */
const SUSPICIOUS_RATIO = 1.02;

function hasOtherCause({ rms, rounding }: FoundKernel['residual']): boolean {
  return rounding !== 0 && rms > SUSPICIOUS_RATIO * rounding;
}

/** Likely causes where the residual exceeds the rounding error; null where it does not. */
export function residualNote({ residual }: FoundKernel): string | null {
  if (!hasOtherCause(residual)) return null;
  const { rms, rounding } = residual;
  return `the residual (${threeDigits(rms)}) exceeds the rounding error (${threeDigits(rounding)}): the kernel may be larger than --size, or the image after contains something else: a constant (--bias), another --map or --gain, noise, or JPEG artefacts`;
}

/** Advice where gradient descent has not converged; null where it has, or was not used. */
export function convergenceNote({ descent }: FoundKernel): string | null {
  if (descent === null || descent.maxAbsDifference <= descent.tolerance) return null;
  const { maxAbsDifference, tolerance } = descent;
  return `the descent has not converged: it differs from least squares by up to ${threeDigits(maxAbsDifference)} (converged: at most ${threeDigits(tolerance)}); use more --steps`;
}

/** Maximum number of free combinations in the JSON object. */
const MAX_FREE = 16;

function freeCombinations({ free }: NoKernel): number[][] {
  return free.slice(0, MAX_FREE).map((vector) => Array.from(vector, (value) => Number(value.toPrecision(6))));
}

/** Weights rounded to their accuracy, so that the grid shows no meaningless digits. */
function roundedTo(kernel: Kernel, known: number): Kernel {
  const largest = largestOf(kernel.weights);
  const least = Math.max(known, 1e-9 * largest, 1e-12);
  const digits = Math.min(12, Math.max(0, Math.ceil(-Math.log10(least))));
  return { ...kernel, weights: kernel.weights.map((weight) => Number(weight.toFixed(digits)) + 0) };
}

function descentText({ losses, samples, maxAbsDifference, tolerance }: DescentFacts): string {
  return `${losses.length} steps over ${withSeparators(samples)} samples; differs from least squares by up to ${threeDigits(maxAbsDifference)} (converged: at most ${threeDigits(tolerance)})`;
}

function knownMatchText({ name, factor, maxAbsDifference }: KnownMatch): string {
  const times = factor === 1 ? '' : `${threeDigits(factor)} · `;
  return `${times}${name}, to within ${threeDigits(maxAbsDifference)}`;
}

/** Where the residual exceeds the rounding error: the accuracy that rounding alone would allow. */
function boundText({ roundingError, residual }: FoundKernel, known: number): string {
  if (!hasOtherCause(residual) || roundingError >= known) return '';
  return `; ± ${threeDigits(roundingError)} if rounding were the only error`;
}

function shareText(share: number): string {
  return share > 0.9999 && share < 1 ? `1 − ${threeDigits(1 - share)}` : share.toFixed(4);
}

export function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)))
    .replace('-', '−')
    .replace('e−', 'e-');
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
