// Chooses the type of the sums by proof: an accumulator type is taken only if the largest possible sum fits it. Depends
// on the weights and on the range of samples.

import type { Plan } from './plan.js';
import { countTaps, summarizeWeights, type Weights } from './taps.js';

/** How a sum becomes an output value: map((sum / divisor + bias) · gain), stored in the output depth. */
export interface OutputScaling
  extends Pick<Plan, 'divisor' | 'bias'>,
    Pick<Plan['output'], 'gain' | 'map' | 'depth'> {
  /** Whether sums near the edges are multiplied by all weights / the weights inside the image. */
  readonly renormalize: boolean;
}

/** The type of the sums, and the type in which they are scaled. */
export interface AccumulatorChoice extends Pick<Plan, 'accumulator' | 'finish'> {
  /** Whether every sum is an integer that is represented exactly. */
  readonly exact: boolean;
}

const F32_EXACT = 2 ** 24;
/** Number of taps from which pairing samples costs less than it saves. */
const MIN_TAPS_FOR_PAIRS = 8;
const F64_EXACT = 2 ** 53;

/**
 * The narrowest accumulator type that holds every sum of these taps over integer samples 0…`largest`, or over float
 * samples if `largest` is null. `constant` is the border's value if it is read, else 0.
 */
export function chooseAccumulator(
  taps: Float64Array,
  largest: number | null,
  constant: number,
  scaling: OutputScaling,
): AccumulatorChoice {
  const weights = summarizeWeights(taps);
  if (largest === null || !Number.isInteger(constant) || !weights.areWhole) {
    // Where weights cancel, renormalization near the edges also scales up the rounding error of the sums.
    return scaling.renormalize && weights.positive > 0 && weights.negative > 0
      ? { accumulator: 'f64', finish: 'f64', exact: false }
      : { accumulator: 'f32', finish: 'f32', exact: false };
  }
  const top = Math.max(largest, Math.abs(constant));
  const isStoredConstant = isStored(constant, largest);
  const hasByteSamples = largest === 255 && isStoredConstant;
  const positive = weights.positive * top;
  const negative = weights.negative * top;
  const isIdentity =
    scaling.divisor === 1 && scaling.bias === 0 && scaling.gain === 1 && !scaling.renormalize;
  const plainFinish = isIdentity || roundsSameInFloat32(scaling) ? 'f32' : 'f64';
  if (hasByteSamples && positive <= 32767 && negative <= 32767) {
    const canFuse = isIdentity && scaling.depth === 8 && scaling.map !== null;
    return { accumulator: 'i16', finish: canFuse ? 'i16' : plainFinish, exact: true };
  }
  if (hasByteSamples && negative === 0 && positive <= 65535)
    return { accumulator: 'u16', finish: plainFinish, exact: true };
  const fitsF32 = Math.max(positive, negative) <= F32_EXACT;
  if (isStoredConstant && fitsPairs(weights, largest) && (!fitsF32 || countTaps(taps) >= MIN_TAPS_FOR_PAIRS))
    return { accumulator: 'i32', finish: fitsF32 ? plainFinish : 'f64', exact: true };
  if (fitsF32) return { accumulator: 'f32', finish: plainFinish, exact: true };
  return { accumulator: 'f64', finish: 'f64', exact: Math.max(positive, negative) <= F64_EXACT };
}

/** Whether a value could itself be a stored sample. */
export function isStored(value: number, largest: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= largest;
}

/**
 * Whether 16-bit weights times 16-bit samples fit 32-bit sums, including every partial sum. 16-bit samples are stored
 * minus 32768, so none exceeds that in magnitude.
 */
function fitsPairs({ positive, negative, largest: weight }: Weights, largest: number): boolean {
  const sample = largest === 255 ? 255 : 32768;
  return (positive + negative) * sample < 2 ** 31 && weight <= 32767;
}

/**
 * Whether float32 converts every sum below 2²⁴ to the same value as float64 would. The quotient of two float32 numbers
 * is rounded once, so a float response is the same. A picture value is the same if rounding cannot move the quotient
 * across a half: one that is not a half is at least 1 / (2 · divisor) away from any.
 */
function roundsSameInFloat32({ divisor, bias, gain, map, depth, renormalize }: OutputScaling): boolean {
  if (bias !== 0 || gain !== 1 || renormalize || Math.fround(divisor) !== divisor) return false;
  if (depth === 'float') return true;
  const largest = depth === 8 ? 256 : 65536;
  // The divisor's reciprocal is rounded, then the product; `signed` adds the middle and rounds again.
  const roundings = map === 'signed' ? 4 : 3;
  return Number.isInteger(divisor) && roundings * largest * 2 ** -24 < 1 / (2 * Math.abs(divisor));
}

/**
 * Whether an integer over this divisor is never a half, or is exactly a half also when multiplied by the reciprocal, so
 * that, given `roundsSameInFloat32`, a product can replace the quotient: true for odd numbers and powers of 2.
 */
export function roundsWithoutTies(divisor: number): boolean {
  return divisor > 0 && (divisor % 2 === 1 || Number.isInteger(Math.log2(divisor)));
}
