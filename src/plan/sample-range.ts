// What methods must know of samples: whether all are finite, how large they get, and how much smaller than that whole
// neighbourhoods of them are. The rule by which a method may leave a rounding that is a share of the largest sample.

/** What a scan of the samples found. */
export interface SampleRange {
  readonly finite: boolean;
  /** The largest |sample|. */
  readonly largest: number;
  /**
   * The smallest |sample| that counts: the largest of each small neighbourhood, the least of those that are not 0.
   * `largest` where all are 0.
   */
  readonly smallest: number;
  /** The largest over the smallest within one channel, at its worst; at least 1. */
  readonly spread: number;
}

/** Why a method whose rounding is a share of the largest sample cannot be trusted with the samples, or null. */
export type RefusalReason = () => string | null;

/**
 * Transforms, and several products of rows and columns, leave a rounding of up to 4e-6 · the largest sample wherever
 * the kernel reaches, and some 1e-7 in practice. That stays below the smallest neighbourhoods as long as they differ
 * by no more than the steps of a 16-bit picture; areas of zeros do not count.
 */
const MOST_SPREAD = 2 ** 16;
/** Beyond these, zeros that stay 0 matter more than speed, and sums between the passes come near the ends of float32. */
const LARGEST = 2 ** 40;
const SMALLEST = 2 ** -90;

/**
 * Why a method whose rounding is a share of the largest sample cannot promise what direct sums give, or null.
 * @param constant the border's value where it is read, else 0.
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
  const outside = Math.abs(constant);
  const most = Math.max(largest, outside);
  if (most === 0) return null;
  const least = smallest || most;
  if (most * Math.max(1, gain) > LARGEST || least < SMALLEST)
    return 'samples are so large or small that residues would show';
  const ratio = together ? most / least : Math.max(spread, outside / least);
  return ratio > MOST_SPREAD ? 'residues of the largest samples would drown the smallest' : null;
}

/** The range of samples from 0 to a full scale that are whole numbers, or were made of such. */
export function nominalRange(scale: number): SampleRange {
  return { finite: true, largest: scale, smallest: 1, spread: scale };
}
