// The range of samples as far as methods depend on it: whether all are finite, how large they are, and how much smaller
// whole neighbourhoods are. Decides whether a method's rounding may be relative to the largest sample.

/** The result of scanning the samples. */
export interface SampleRange {
  readonly finite: boolean;
  /** The largest |sample|. */
  readonly largest: number;
  /**
   * The smallest relevant |sample|: of the maxima of small neighbourhoods, the smallest that is not 0; `largest` if all
   * are 0.
   */
  readonly smallest: number;
  /** The largest ratio of `largest` to `smallest` within one channel; at least 1. */
  readonly spread: number;
}

/** Why the samples rule out a method whose rounding is relative to the largest sample, or null. */
export type RefusalReason = () => string | null;

/**
 * Transforms, and sums of several products of rows and columns, have a rounding error of up to 4e-6 · the largest
 * sample wherever the kernel reaches, and about 1e-7 in practice. That stays below the smallest neighbourhoods as long
 * as they differ by no more than the steps of a 16-bit picture; areas of zeros are ignored.
 */
const MAX_SPREAD = 2 ** 16;
/**
 * Beyond these limits, keeping zeros at 0 matters more than speed, and sums between the passes approach the limits of
 * float32.
 */
const LARGEST = 2 ** 40;
const SMALLEST = 2 ** -90;

/**
 * Why a method whose rounding is relative to the largest sample would be less accurate than direct sums, or null.
 * @param constant the border's value if it is read, else 0.
 * @param gain Σ|weight| / |divisor|.
 * @param together whether channels are summed into one.
 */
export function refusalReason(
  { finite, largest, smallest, spread }: SampleRange,
  constant: number,
  gain: number,
  together: boolean,
): string | null {
  if (!finite) return 'NaN and infinite samples would spread';
  const constantMagnitude = Math.abs(constant);
  const maximum = Math.max(largest, constantMagnitude);
  if (maximum === 0) return null;
  const minimum = smallest || maximum;
  if (maximum * Math.max(1, gain) > LARGEST || minimum < SMALLEST)
    return 'samples are so large or small that residues would show';
  const ratio = together ? maximum / minimum : Math.max(spread, constantMagnitude / minimum);
  return ratio > MAX_SPREAD ? 'rounding residues of the largest samples would swamp the smallest' : null;
}

/** The range of samples from 0 to full scale that are, or were converted from, integers. */
export function nominalRange(scale: number): SampleRange {
  return { finite: true, largest: scale, smallest: 1, spread: scale };
}
