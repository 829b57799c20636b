// What `fit` says of a kernel that was found, in lines for people, and the same as one JSON object.

import type { DescentFacts, Fit, FoundKernel, NoKernel } from '../../analysis/fit/fit.js';
import type { KnownMatch } from '../../analysis/fit/match-known-kernel.js';
import { rowsOf } from '../../kernels/file/serialize.js';
import type { Kernel } from '../../kernels/kernel.js';
import { percent } from '../console/logger.js';
import { type Page, shownName } from '../console/terminal.js';
import { decimals, gridLines } from './kernel-grid.js';

/** What the lines are about. */
export interface FitSubject {
  readonly before: string;
  readonly after: string;
  readonly method: string;
  readonly flip: boolean;
  readonly alike: KnownMatch | null;
  /** Bits of the image after, or float. */
  readonly depth: number | string;
}

/** A kernel that was found, what it is called, and how well it is known. */
export function fitText(found: FoundKernel, subject: FitSubject, page: Page): string {
  const { kernel, residual, condition, equations, clipped, everyRow, descent } = found;
  const { before, after, method, flip, alike } = subject;
  const known = largestOf(found.weightErrors);
  const rounding =
    residual.rounding === 0
      ? ''
      : `; rounding to ${subject.depth} bits alone leaves ${figure(residual.rounding)}`;
  const lines: [string, string][] = [
    ...(alike ? [['this is', alikeText(alike)] as [string, string]] : []),
    ['weights', known === 0 ? EXACT : `known to ± ${figure(known)} (95 %)${boundText(found, known)}`],
    ...(found.kernel.bias !== 0 || found.biasError !== 0
      ? [['bias', `${figure(kernel.bias)}, known to ± ${figure(found.biasError)}`] as [string, string]]
      : []),
    [
      'residual',
      `${figure(residual.rms)} RMS${rounding}${residual.r2 === null ? '' : `; R² ${shareText(residual.r2)}`}`,
    ],
    ...(descent ? [['descent', descentText(descent)] as [string, string]] : []),
    ['condition', figure(condition)],
    ['samples', `${counted(equations)}${everyRow > 1 ? `, of every ${everyRow}th row` : ''}`],
    ...(clipped > 0
      ? [
          [
            'left out',
            `${counted(clipped)} (${percent(clipped / (clipped + equations))}) with the least or the largest value, where responses may have been cut off`,
          ] as [string, string],
        ]
      : []),
  ];
  const rounded = roundedTo(kernel, known);
  return [
    `${kernel.width}×${kernel.height} from ${shownName(before, page)} to ${shownName(after, page)}, ${flip ? 'by convolution' : 'by correlation'}, ${method}`,
    '',
    ...gridLines(rounded, page, { factor: '', cells: decimals(rounded.weights) }),
    '',
    ...lines.map(([name, text]) => `  ${name.padEnd(10)}${text}`),
    '',
  ].join('\n');
}

/** The keys of the JSON object that are about the kernel, or about why there is none. */
export function fitFacts(fit: Fit) {
  const { unknowns, equations, clipped, everyRow } = fit;
  const seen = { unknowns, equations, clipped, everyRow };
  if (!fit.isDetermined)
    return { determined: false, rank: fit.rank, reason: fit.reason, ...seen, free: freeOf(fit) };
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
    ...seen,
  };
}

const EXACT = 'exact but for the rounding of sums: nothing is left over';

/** More than this times what rounding leaves has another cause. */
const SUSPICIOUS = 1.02;

/** What is likely where more is left over than rounding leaves; null where it is not. */
export function residualNote({ residual: { rms, rounding } }: FoundKernel): string | null {
  if (rounding === 0 || rms <= SUSPICIOUS * rounding) return null;
  return `more is left over (${figure(rms)}) than rounding leaves (${figure(rounding)}): the kernel may be larger than --size, or the image after has something else in it, such as a constant (--bias), another --map or --gain, noise, or JPEG`;
}

/** What to do where a descent has not come to rest; null where it has, or where there was none. */
export function convergenceNote({ descent }: FoundKernel): string | null {
  if (descent === null || descent.maxAbsDifference <= descent.tolerance) return null;
  const { maxAbsDifference, tolerance } = descent;
  return `the descent has not come to rest: least squares differs by up to ${figure(maxAbsDifference)}, at rest by ${figure(tolerance)} at most; take more --steps`;
}

/** The most free combinations that are written out. */
const MOST_FREE = 16;

function freeOf({ free }: NoKernel): number[][] {
  return free
    .slice(0, MOST_FREE)
    .map((vector) => Array.from(vector, (value) => Number(value.toPrecision(6))));
}

/** Weights with as many decimals as are known, so that the grid shows no digit by chance. */
function roundedTo(kernel: Kernel, known: number): Kernel {
  const largest = largestOf(kernel.weights);
  const least = Math.max(known, 1e-9 * largest, 1e-12);
  const digits = Math.min(12, Math.max(0, Math.ceil(-Math.log10(least))));
  return { ...kernel, weights: kernel.weights.map((weight) => Number(weight.toFixed(digits)) + 0) };
}

function descentText({ losses, samples, maxAbsDifference, tolerance }: DescentFacts): string {
  return `${losses.length} steps over ${counted(samples)} samples; least squares differs by up to ${figure(maxAbsDifference)} (at rest ${figure(tolerance)} at most)`;
}

function alikeText({ name, factor, maxAbsDifference }: KnownMatch): string {
  const times = factor === 1 ? '' : `${figure(factor)} · `;
  return `${times}${name}, to within ${figure(maxAbsDifference)}`;
}

/** Where responses are left over that rounding does not explain, what rounding alone would allow. */
function boundText({ roundingError, residual }: FoundKernel, known: number): string {
  if (residual.rounding === 0 || residual.rms <= SUSPICIOUS * residual.rounding || roundingError >= known)
    return '';
  return `; if only rounding were left over, to ± ${figure(roundingError)}`;
}

function shareText(share: number): string {
  return share > 0.9999 && share < 1 ? `1 − ${figure(1 - share)}` : share.toFixed(4);
}

/** A number in three digits. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(3)))
    .replace('-', '−')
    .replace('e−', 'e-');
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
