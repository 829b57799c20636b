// Which numbers the sums are made of, chosen by proof: a lane is taken only where the largest possible sum
// fits it. Knows weights and the range of samples; knows no image.

import type { Depth } from '../core/image.js';
import type { AccumulatorType, FixedMap, Plan } from './plan.js';
import { countTaps, TAP_NUMBERS } from './taps.js';

/** What a response goes through after its sum. */
export interface Finish {
  readonly divisor: number;
  readonly bias: number;
  readonly gain: number;
  readonly map: FixedMap | null;
  readonly depth: Depth;
  readonly renormalize: boolean;
}

export interface AccumulatorChoice {
  readonly lane: AccumulatorType;
  readonly finish: Plan['finish'];
  /** Whether every sum is a whole number held exactly. */
  readonly exact: boolean;
}

const F32_EXACT = 2 ** 24;
/** Pairing samples costs as much as some taps save. */
const WORTH_PAIRS = 8;
const F64_EXACT = 2 ** 53;

/**
 * The narrowest lane that holds every sum of these taps over whole-number samples 0…`largest`, or over
 * float samples where `largest` is null. `constant` is the border's value where it is read, else 0.
 */
export function chooseAccumulator(
  taps: Float64Array,
  largest: number | null,
  constant: number,
  finish: Finish,
): AccumulatorChoice {
  const weights = summarize(taps);
  if (largest === null || !Number.isInteger(constant) || !weights.areWhole) {
    // Scaling up what the rim left over would scale up rounding too, where weights cancel.
    return finish.renormalize && weights.positive > 0 && weights.negative > 0
      ? { lane: 'f64', finish: 'f64', exact: false }
      : { lane: 'f32', finish: 'f32', exact: false };
  }
  const top = Math.max(largest, Math.abs(constant));
  const stored = isStored(constant, largest);
  const inByte = largest === 255 && stored;
  const positive = weights.positive * top;
  const negative = weights.negative * top;
  const plain = finish.divisor === 1 && finish.bias === 0 && finish.gain === 1 && !finish.renormalize;
  const plainFinish = plain || roundsAlike(finish) ? 'f32' : 'f64';
  if (inByte && positive <= 32767 && negative <= 32767) {
    const fused = plain && finish.depth === 8 && finish.map !== null;
    return { lane: 'i16', finish: fused ? 'i16' : plainFinish, exact: true };
  }
  if (inByte && negative === 0 && positive <= 65535) return { lane: 'u16', finish: plainFinish, exact: true };
  const inF32 = Math.max(positive, negative) <= F32_EXACT;
  if (stored && fitsPairs(weights, largest) && (!inF32 || countTaps(taps) >= WORTH_PAIRS))
    return { lane: 'i32', finish: inF32 ? plainFinish : 'f64', exact: true };
  if (inF32) return { lane: 'f32', finish: plainFinish, exact: true };
  return { lane: 'f64', finish: 'f64', exact: Math.max(positive, negative) <= F64_EXACT };
}

/** Whether a whole number could be a sample itself. */
export function isStored(value: number, largest: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= largest;
}

/**
 * Whether 16-bit weights times 16-bit samples fit 32-bit sums, whatever part of them has been summed. Samples of 16
 * bits go in less 32768, so that none is larger than that.
 */
function fitsPairs({ positive, negative, largest: weight }: Weights, largest: number): boolean {
  const sample = largest === 255 ? 255 : 32768;
  return (positive + negative) * sample < 2 ** 31 && weight <= 32767;
}

interface Weights {
  readonly areWhole: boolean;
  /** The sum of the weights above 0, and the magnitude of that of those below. */
  readonly positive: number;
  readonly negative: number;
  /** The largest magnitude. */
  readonly largest: number;
}

function summarize(taps: Float64Array): Weights {
  let areWhole = true;
  let [positive, negative, largest] = [0, 0, 0];
  for (let i = 3; i < taps.length; i += TAP_NUMBERS) {
    const weight = taps[i]!;
    areWhole &&= Number.isInteger(weight);
    if (weight > 0) positive += weight;
    else negative -= weight;
    largest = Math.max(largest, Math.abs(weight));
  }
  return { areWhole, positive, negative, largest };
}

/**
 * Whether float32 turns every sum below 2²⁴ into the same value as float64 would. The quotient of two float32
 * numbers is rounded once, so a float response is the same. A picture value is the same where the quotient
 * cannot be moved across a half: one that is no half itself is at least 1 / (2 · divisor) away from any.
 */
function roundsAlike({ divisor, bias, gain, map, depth, renormalize }: Finish): boolean {
  if (bias !== 0 || gain !== 1 || renormalize || Math.fround(divisor) !== divisor) return false;
  if (depth === 'float') return true;
  const largest = depth === 8 ? 256 : 65536;
  // The divisor's reciprocal is rounded, then the product; `signed` adds the middle and rounds again.
  const roundings = map === 'signed' ? 4 : 3;
  return Number.isInteger(divisor) && roundings * largest * 2 ** -24 < 1 / (2 * Math.abs(divisor));
}

/**
 * Whether a whole number divided by this divisor is never a half, or is one exactly when multiplied by the
 * reciprocal, so that where `roundsAlike` a product can stand for the quotient: odd numbers and powers of 2.
 */
export function roundsWithoutTies(divisor: number): boolean {
  return divisor > 0 && (divisor % 2 === 1 || Number.isInteger(Math.log2(divisor)));
}
