// Finds the known kernel that a fitted kernel equals, or is a multiple of, within the fit's uncertainty.

import { weightAt } from '../../kernels/analysis/symmetry.js';
import type { Kernel } from '../../kernels/kernel.js';
import { supportOf } from '../../kernels/operations/add.js';

export interface KnownMatch {
  readonly name: string;
  /** The factor from the known kernel to this one. */
  readonly factor: number;
  /** The largest difference between corresponding weights; weights outside a kernel are 0. */
  readonly maxAbsDifference: number;
}

/** Minimum tolerance as a share of the largest weight, however certain the weights are. */
const MIN_TOLERANCE = 1e-3;
/** If differences are this close to each other, the shorter name is preferred. */
const TIE = 1e-9;

/**
 * The nearest of the candidates, aligned at their anchors, if it is within tolerance; else null.
 * @param known half-width of the confidence interval of each weight of `kernel`.
 */
export function matchKnownKernel(
  kernel: Kernel,
  known: Float64Array,
  candidates: readonly Kernel[],
): KnownMatch | null {
  const largest = kernel.weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const uncertainty = known.reduce((most, error) => Math.max(most, error), 0);
  const tolerance = Math.max(MIN_TOLERANCE * largest, 1.5 * uncertainty);
  const same: KnownMatch[] = [];
  const multiples: KnownMatch[] = [];
  for (const candidate of candidates) {
    if (candidate.inChannels !== null) continue;
    const pairs = pairsOf(kernel, candidate);
    const take = (list: KnownMatch[], factor: number) => {
      const maxAbsDifference = pairs.reduce((most, [a, b]) => Math.max(most, Math.abs(a - factor * b)), 0);
      if (maxAbsDifference <= tolerance) list.push({ name: candidate.name, factor, maxAbsDifference });
    };
    take(same, 1);
    const products = pairs.reduce((sum, [a, b]) => sum + a * b, 0);
    const squares = pairs.reduce((sum, [, b]) => sum + b * b, 0);
    // A multiple within the errors of 0 is not a match.
    const factor = squares > 0 ? products / squares : 0;
    if (Math.abs(factor) * Math.sqrt(squares) > 8 * tolerance) take(multiples, factor);
  }
  return nearestMatch(same, largest) ?? nearestMatch(multiples, largest);
}

function nearestMatch(all: readonly KnownMatch[], largest: number): KnownMatch | null {
  if (all.length === 0) return null;
  const least = Math.min(...all.map((one) => one.maxAbsDifference));
  const first = all.filter((one) => one.maxAbsDifference <= least + TIE * largest);
  return first.reduce((a, b) => (b.name.length < a.name.length ? b : a));
}

type Pair = readonly [found: number, known: number];

/** Pairs of weights over divisors, over the same sample; outside a kernel, weights are 0. */
function pairsOf(kernel: Kernel, candidate: Kernel): Pair[] {
  const pairs: Pair[] = [];
  const { width, height, anchor } = supportOf(kernel, candidate);
  for (let y = -anchor[1]; y < height - anchor[1]; y++) {
    for (let x = -anchor[0]; x < width - anchor[0]; x++) {
      const shareOf = (one: Kernel) => (weightAt(one, x, y) ?? 0) / one.divisor;
      pairs.push([shareOf(kernel), shareOf(candidate)]);
    }
  }
  return pairs;
}
