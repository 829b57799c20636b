// How far two maps of one shape lie apart, in numbers: largest and mean difference, RMSE, PSNR, the share of samples
// that differ, and their correlation. Knows numbers only; ssim.ts knows structure.

import type { FeatureMap } from '../../core/image.js';

/** What is compared: the numbers of two maps, in the same order. */
type Numbers = FeatureMap['data'];

export interface Difference {
  /** Largest |a − b|. */
  readonly maxAbsDifference: number;
  /** Mean |a − b|. */
  readonly meanAbsDifference: number;
  /** Root of the mean (a − b)². */
  readonly rmse: number;
  /** 20 log₁₀(dataRange / rmse) in decibels; null where the maps are the same. */
  readonly psnr: number | null;
  /** Share (0…1) of samples with a ≠ b. */
  readonly differingShare: number;
  /** Largest |a + b|, both less the bias: 0 where only the sign changes. */
  readonly maxAbsSum: number;
  /** Share (0…1) of samples with a ≠ −b, both less the bias. */
  readonly unnegatedShare: number;
  /** Pearson's correlation of both maps, −1…1; null where one of them is constant. */
  readonly correlation: number | null;
}

/**
 * Compares maps sample by sample, in float64.
 * @param dataRange what PSNR measures the error against, in the unit of the samples.
 * @param bias what both maps hold beside their sums, which changes no sign.
 */
export function difference(a: Numbers, b: Numbers, dataRange: number, bias = 0): Difference {
  const count = a.length;
  const [meanOfA, meanOfB] = [mean(a), mean(b)];
  let [largest, largestSum, sum, squares, differing, unnegated] = [0, 0, 0, 0, 0, 0];
  let [varianceOfA, varianceOfB, covariance] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [x, y] = [a[i]!, b[i]!];
    const apart = Math.abs(x - y);
    largest = Math.max(largest, apart);
    sum += apart;
    squares += apart * apart;
    if (x !== y) differing++;
    const together = x - bias + (y - bias);
    largestSum = Math.max(largestSum, Math.abs(together));
    if (together !== 0) unnegated++;
    varianceOfA += (x - meanOfA) ** 2;
    varianceOfB += (y - meanOfB) ** 2;
    covariance += (x - meanOfA) * (y - meanOfB);
  }
  const rmse = Math.sqrt(squares / count);
  // One root of the product: where both are alike it is exactly that.
  const spread = Math.sqrt(varianceOfA * varianceOfB);
  return {
    maxAbsDifference: largest,
    meanAbsDifference: sum / count,
    rmse,
    psnr: rmse === 0 ? null : 20 * Math.log10(dataRange / rmse),
    differingShare: differing / count,
    maxAbsSum: largestSum,
    unnegatedShare: unnegated / count,
    // Rounding may leave it just beyond its ends.
    correlation: spread === 0 ? null : Math.min(1, Math.max(-1, covariance / spread)),
  };
}

/** The largest less the smallest number of both maps. */
export function rangeOf(a: Pick<FeatureMap, 'min' | 'max'>, b: Pick<FeatureMap, 'min' | 'max'>): number {
  return Math.max(a.max, b.max) - Math.min(a.min, b.min);
}

/** Summed from the first number on, so that the mean of a constant map is that constant. */
function mean(numbers: Numbers): number {
  const first = numbers[0]!;
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]! - first;
  return first + sum / numbers.length;
}
