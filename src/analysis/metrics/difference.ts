// Measures the difference between two maps of equal shape: largest and mean difference, RMSE, PSNR, the share
// of differing samples, and correlation.

import type { FeatureMap } from '../../core/image.js';

type Numbers = FeatureMap['data'];

export interface Difference {
  /** Largest |a − b|. */
  readonly maxAbsDifference: number;
  /** Mean |a − b|. */
  readonly meanAbsDifference: number;
  /** Root of the mean (a − b)². */
  readonly rmse: number;
  /** 20 log₁₀(dataRange / rmse) in decibels; null if the maps are equal. */
  readonly psnr: number | null;
  /** Share (0…1) of samples with a ≠ b. */
  readonly differingShare: number;
  /** Largest |a + b| without the bias: 0 if only the sign changes. */
  readonly maxAbsSum: number;
  /** Share (0…1) of samples with a ≠ −b, without the bias. */
  readonly unnegatedShare: number;
  /** Pearson's correlation of the maps, −1…1; null if one of them is constant. */
  readonly correlation: number | null;
}

/** Where a sample is not finite, no measure has a meaning. */
const UNDEFINED: Difference = {
  maxAbsDifference: Number.NaN,
  meanAbsDifference: Number.NaN,
  rmse: Number.NaN,
  psnr: Number.NaN,
  differingShare: Number.NaN,
  maxAbsSum: Number.NaN,
  unnegatedShare: Number.NaN,
  correlation: Number.NaN,
};

/**
 * Compares maps sample by sample, in float64. All measures are NaN if a sample is not finite.
 * @param dataRange the range to which PSNR relates the error, in the unit of the samples.
 * @param bias the constant in both maps, which does not change sign.
 */
export function difference(a: Numbers, b: Numbers, dataRange: number, bias = 0): Difference {
  const count = a.length;
  const [meanOfA, meanOfB] = [mean(a), mean(b)];
  let [largest, largestSum, sum, squares, differing, unnegated] = [0, 0, 0, 0, 0, 0];
  let [varianceOfA, varianceOfB, covariance] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [x, y] = [a[i]!, b[i]!];
    const distance = Math.abs(x - y);
    largest = Math.max(largest, distance);
    sum += distance;
    squares += distance * distance;
    if (x !== y) differing++;
    const together = x - bias + (y - bias);
    largestSum = Math.max(largestSum, Math.abs(together));
    if (together !== 0) unnegated++;
    varianceOfA += (x - meanOfA) ** 2;
    varianceOfB += (y - meanOfB) ** 2;
    covariance += (x - meanOfA) * (y - meanOfB);
  }
  const rmse = Math.sqrt(squares / count);
  // One root of the product, so that equal maps give a correlation of exactly 1.
  const spread = Math.sqrt(varianceOfA * varianceOfB);
  if (!Number.isFinite(sum + spread)) return UNDEFINED;
  return {
    maxAbsDifference: largest,
    meanAbsDifference: sum / count,
    rmse,
    psnr: rmse === 0 ? null : 20 * Math.log10(dataRange / rmse),
    differingShare: differing / count,
    maxAbsSum: largestSum,
    unnegatedShare: unnegated / count,
    // Rounding may exceed the range.
    correlation: spread === 0 ? null : Math.min(1, Math.max(-1, covariance / spread)),
  };
}

/** The range of both maps: largest minus smallest sample. */
export function rangeOf(a: Pick<FeatureMap, 'min' | 'max'>, b: Pick<FeatureMap, 'min' | 'max'>): number {
  return Math.max(a.max, b.max) - Math.min(a.min, b.min);
}

/** Sums differences from the first number, so that the mean of a constant map is exact. */
function mean(numbers: Numbers): number {
  const first = numbers[0]!;
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]! - first;
  return first + sum / numbers.length;
}
