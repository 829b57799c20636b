// Chooses the method that computes the sums: the one requested, or the one with the lowest estimated cost of those that
// are accurate enough. `auto` never replaces exact sums by rounded ones.

import { ImageError } from '../core/errors.js';
import { type AccumulatorChoice, chooseAccumulator } from './accumulator.js';
import { boxOf } from './box.js';
import type { Method } from './convolution-options.js';
import { directCost, finishCost, referenceCost, runningSumsCost, separableCost } from './cost.js';
import type { BlockChoice } from './fft-blocks.js';
import type { Alternative, Plan, PlannedMethod, Term } from './plan.js';
import type { Range } from './range.js';
import { areExact } from './separable/separable.js';
import { Factorizations } from './separable/split.js';
import { countTaps, distancesOf, summarizeWeights } from './taps.js';

/** The parts of a plan that the choice of the method determines. */
export interface Decision
  extends Pick<Plan, 'method' | 'terms' | 'box' | 'faithful' | 'caveat' | 'alternatives'> {
  readonly choice: AccumulatorChoice;
  readonly fft?: BlockChoice;
  /** Estimated nanoseconds per output sample, without copying samples in and out. */
  readonly cost: number;
}

type Candidate = Omit<Decision, 'alternatives'>;

/** Kernels with fewer taps are not factored or transformed. */
const MIN_TAPS = 10;

/** Longer rows and columns are summed in float64, because rounding errors grow with the number of taps. */
const MAX_FLOAT32_TAPS = 256;

/**
 * Over float samples, transforms must take at most this share of the time of others: their rounding errors are larger.
 */
const MAX_FFT_SHARE = 0.5;

const ATTEMPTS = { separable: trySeparable, 'running-sums': tryRunningSums, fft: tryFft } as const;

/**
 * Chooses the method for a kernel.
 * @param kernel its name, for errors.
 * @throws ImageError if the requested method cannot compute the kernel.
 */
export function chooseMethod(
  options: { readonly method: Method; readonly label: string },
  kernel: string,
  range: Range,
): Decision {
  const { taps, scaling } = range;
  const choice = chooseAccumulator(taps, range.largest, range.constant, scaling);
  if (options.method === 'reference') {
    const cost = referenceCost(countTaps(taps));
    return { method: 'reference', choice, cost, faithful: true, alternatives: [] };
  }
  const direct: Candidate = {
    method: 'direct',
    choice,
    cost: directCost(countTaps(taps), choice.accumulator) + finishCost(choice.finish, scaling),
    faithful: true,
  };
  if (options.method === 'direct') return { ...direct, alternatives: [asAlternative(direct)] };
  const split = new Factorizations(range, direct.cost);
  if (options.method === 'auto') return cheapest(direct, range, split);
  const found = ATTEMPTS[options.method](range, choice, split, true);
  if (typeof found === 'string')
    throw new ImageError({
      subject: options.label,
      place: `kernel ${kernel}, --method ${options.method}`,
      problem: found,
      advice: 'use --method auto or direct',
    });
  const caveat = found.faithful ? null : range.refusalReason();
  const alternatives = [asAlternative(direct), asAlternative(found)];
  return { ...found, ...(caveat ? { caveat } : {}), alternatives };
}

/**
 * The cheapest candidate; where direct sums are exact, only among exact ones. All that were considered are
 * alternatives.
 */
function cheapest(direct: Candidate, range: Range, split: Factorizations): Decision {
  let best = direct;
  const alternatives = [asAlternative(direct)];
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    const method = name as PlannedMethod;
    if (countTaps(range.taps) < MIN_TAPS) {
      alternatives.push({ method, cost: null, refused: 'with so few taps direct sums cost less' });
      continue;
    }
    const found = attempt(range, direct.choice, split, false);
    if (typeof found === 'string') {
      alternatives.push({ method, cost: null, refused: found });
      continue;
    }
    if (direct.choice.exact && !found.choice.exact) {
      alternatives.push({ ...asAlternative(found), refused: 'it rounds, and direct sums are exact' });
      continue;
    }
    // The reason may scan all samples, so it is computed only if it decides.
    const isCheaper = found.cost < best.cost;
    const isWorthIt = found.cost < best.cost * (method === 'fft' && !range.isBounded ? MAX_FFT_SHARE : 1);
    const reason = isWorthIt && !found.faithful ? range.refusalReason() : null;
    const refused =
      reason ?? (isCheaper && !isWorthIt ? 'over float samples it must take at most half the time' : null);
    alternatives.push({ ...asAlternative(found), ...(refused ? { refused } : {}) });
    if (isWorthIt && !reason) best = found;
  }
  return { ...best, alternatives };
}

function asAlternative({ method, cost, terms, fft }: Candidate): Alternative {
  const rank = terms ? { rank: terms.length } : {};
  return { method, cost, ...rank, ...(fft ? { block: fft.blocks.size } : {}) };
}

/** The separable method, or the reason why it is refused. If it `isRequested`, its cost does not matter. */
function trySeparable(
  range: Range,
  direct: AccumulatorChoice,
  split: Factorizations,
  isRequested: boolean,
): Candidate | string {
  const { taps, scaling } = range;
  if (range.sumChannels) return 'its weights sum over channels';
  if (taps.length === 0 && !isRequested) return 'it has no weight other than 0';
  const needsF64 = direct.accumulator === 'f64' && !direct.exact;
  if (needsF64 && !isRequested) return 'its sums need float64';
  // A sum of several products leaves residues, relative to all weights, which renormalization would scale up.
  const terms = isRequested ? split.any(scaling.renormalize || needsF64) : split.worthwhile();
  if (terms === null)
    // Integer weights are only split into integers, also for float images: these may hold integers, whose sums are
    // exact.
    return summarizeWeights(taps).areWhole
      ? 'it is not the product of an integer row and column'
      : 'its products would cost more than its taps';
  if (scaling.renormalize && terms.length > 1 && !isRequested)
    return 'its residue would be scaled up near the edges by renormalize';
  const choice = direct.exact
    ? accumulatorForProducts(range, terms, direct)
    : accumulatorForLines(terms, direct);
  if (choice === null) return 'its partial sums exceed float64';
  const halo = distancesOf(taps, 1).size - 1;
  const cost = separableCost(terms, halo, choice.accumulator) + finishCost(choice.finish, scaling);
  return { method: 'separable', choice, terms, cost, faithful: choice.exact || areExact(terms, taps) };
}

/** The accumulator type of inexact sums of rows and columns: float64 if one of them is long. */
function accumulatorForLines(terms: readonly Term[], direct: AccumulatorChoice): AccumulatorChoice {
  const isLong = terms.some(({ row, column }) => Math.max(row.length, column.length) > MAX_FLOAT32_TAPS);
  return isLong ? { accumulator: 'f64', finish: 'f64', exact: false } : direct;
}

/** The accumulator type that holds every partial sum of integer products exactly; null if none does. */
function accumulatorForProducts(
  range: Range,
  terms: readonly Term[],
  direct: AccumulatorChoice,
): AccumulatorChoice | null {
  const magnitude = terms.reduce(
    (sum, { row, column }) => sum + sumOfMagnitudes(row) * sumOfMagnitudes(column),
    0,
  );
  const largest = magnitude * Math.max(range.largest ?? 0, Math.abs(range.constant));
  if (largest > 2 ** 53) return null;
  if (largest > 2 ** 24) return { accumulator: 'f64', finish: 'f64', exact: true };
  return { accumulator: 'f32', finish: direct.finish === 'i16' ? 'f32' : direct.finish, exact: true };
}

/** Running sums, or the reason why they are refused. They need integer samples, or rounding errors would accumulate. */
function tryRunningSums(range: Range, direct: AccumulatorChoice): Candidate | string {
  const { taps, largest, constant, stride, scaling } = range;
  const box = range.sumChannels ? null : boxOf(taps);
  if (box === null) return 'it is not a rectangle of equal weights';
  if (stride[0] !== 1 || stride[1] !== 1) return 'running sums need a stride of 1';
  if (largest === null || !Number.isInteger(constant)) return 'samples are not integers';
  if (Math.abs(constant) > 2 ** 24) return 'the border constant is beyond ±2^24';
  const top = Math.max(largest, Math.abs(constant)) * countTaps(taps);
  if (top >= 2 ** 31) return 'its sums exceed 32 bits';
  // 32-bit sums of samples are exact; up to 2²⁴, float32 also holds their products with an integer weight exactly.
  const narrow = top * (direct.exact ? Math.abs(box.weight) : 1) <= 2 ** 24;
  const finishing = narrow && direct.finish !== 'f64' ? 'f32' : 'f64';
  const choice: AccumulatorChoice = { accumulator: 'i32', finish: finishing, exact: direct.exact };
  const cost = runningSumsCost(box.height) + finishCost(choice.finish, scaling);
  return { method: 'running-sums', choice, box, cost, faithful: true };
}

/**
 * Fourier transforms of blocks, or of rows and then columns, if these cost less; or the reason why they are refused.
 * Every sample of a block or line affects the rounding of all its outputs, so they are never `faithful`.
 */
function tryFft(range: Range, direct: AccumulatorChoice, split: Factorizations): Candidate | string {
  const { taps, scaling } = range;
  if (taps.length === 0) return 'it has no weight other than 0';
  if (direct.accumulator === 'f64' && !direct.exact) return 'its sums need float64';
  // A transform's rounding errors are relative to the largest sum, and renormalization would scale them up.
  if (scaling.renormalize) return 'its rounding would be scaled up near the edges by renormalize';
  const blocks = split.blocks();
  if (blocks === null) return 'it spans more samples than the longest transform';
  const choice = { accumulator: 'f32', finish: 'f32', exact: false } as const;
  const found = {
    method: 'fft',
    choice,
    fft: blocks,
    cost: blocks.cost + finishCost('f32', scaling),
    faithful: false,
  } as const;
  // Most kernels need not be factored: even a single product would not make lines cheaper than blocks.
  if (split.linesThatPay(1) === 0) return found;
  const terms = split.worthwhile();
  const lines = terms && split.lines(terms.length);
  if (!terms || !lines || lines.cost >= blocks.cost) return found;
  return { ...found, terms, fft: lines, cost: lines.cost + finishCost('f32', scaling) };
}

function sumOfMagnitudes(taps: Term['row']): number {
  return taps.reduce((sum, tap) => sum + Math.abs(tap.weight), 0);
}

/** Multiply-adds per output sample, not counting rows of the halo that are computed twice. */
export function tapsOfTerms(terms: readonly Term[]): number {
  return terms.reduce((sum, { row, column }) => sum + row.length + column.length, 0);
}
