// Encodes linear-light responses by a tone curve. Evaluating a power takes 90 ns per value, so where the curve is
// smooth a cubic approximates it on each 128th of an octave, more accurately than float32 resolves: 7 ns. Where the
// cubic's error could change the rounding, or there is no cubic, the curve itself is evaluated, so the bits are always
// the curve's.

import type { ToneCurve } from '../../core/tone-curve.js';

/**
 * The low bits of a float32 that are the position within a cubic's piece; the exponent and 7 bits of the mantissa
 * select the piece.
 */
const SHIFT = 16;
const STEPS = 2 ** SHIFT;
/** Octaves from twice the full scale down: 16-bit samples have 16. */
const OCTAVES = 18;
const CUBICS = OCTAVES * 128;
/**
 * The largest relative error of a cubic; it is 2^-39 for roots like sRGB's. Two values in 2^11 are so close to a
 * rounding boundary of float32 that the curve must be evaluated.
 */
const TOLERANCE = 2 ** -36;
/** For fewer values, finding the cubics takes longer than they save. */
const MIN_VALUES = 2 ** 16;
/** The Chebyshev nodes of a cubic on 0…1, and the positions of its largest errors. */
const NODES = [0, 1, 2, 3].map((k) => (1 - Math.cos(((2 * k + 1) * Math.PI) / 8)) / 2);
const LARGEST_ERRORS = [0, 1, 2, 3, 4].map((k) => (1 - Math.cos((k * Math.PI) / 4)) / 2);

interface Cubics {
  /** The index of the first piece: the upper bits of its float32 values. */
  readonly first: number;
  /** Four coefficients per piece, in units of the last place; NaN where no cubic is accurate enough. */
  readonly coefficients: Float64Array;
}

const cache = new WeakMap<ToneCurve, Map<number, Cubics>>();

/**
 * Encodes every `step`th value from `from` on, in place: v becomes float32(encode(v / scale) · scale).
 * @param total values that will be encoded by this curve, in this call and others; default: those of this call.
 */
export function encodeLight(
  values: Float32Array,
  from: number,
  step: number,
  curve: ToneCurve,
  scale: number,
  total = values.length / step,
): void {
  if (total < MIN_VALUES || curve.smoothFrom === undefined) {
    for (let i = from; i < values.length; i += step) values[i] = curve.encode(values[i]! / scale) * scale;
    return;
  }
  const { first, coefficients } = cubicsOf(curve, scale);
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  // Negative light is the reflection of positive light where black is 0.
  const signless = curve.decode(0) === 0 ? 0x7fffffff : -1;
  for (let i = from; i < values.length; i += step) {
    const word = bits[i]! & signless;
    const cubic = (word >> SHIFT) - first;
    if (cubic >= 0 && cubic < CUBICS) {
      const at = 4 * cubic;
      const t = word & (STEPS - 1);
      const value =
        ((coefficients[at + 3]! * t + coefficients[at + 2]!) * t + coefficients[at + 1]!) * t +
        coefficients[at]!;
      const low = Math.fround(value * (1 - TOLERANCE));
      if (low === Math.fround(value * (1 + TOLERANCE))) {
        values[i] = values[i]! < 0 ? -low : low;
        continue;
      }
    }
    values[i] = curve.encode(values[i]! / scale) * scale;
  }
}

function cubicsOf(curve: ToneCurve, scale: number): Cubics {
  const scales = cache.get(curve) ?? new Map<number, Cubics>();
  cache.set(curve, scales);
  const cubics = scales.get(scale) ?? findCubics(curve, scale);
  scales.set(scale, cubics);
  return cubics;
}

function findCubics({ encode, smoothFrom = 0 }: ToneCurve, scale: number): Cubics {
  const number = new Float32Array(1);
  const bits = new Int32Array(number.buffer);
  number[0] = 2 * scale;
  const first = (bits[0]! >> SHIFT) - CUBICS;
  const coefficients = new Float64Array(4 * CUBICS).fill(Number.NaN);
  const ofBits = (word: number) => {
    bits[0] = word;
    return number[0]!;
  };
  for (let cubic = 0; cubic < CUBICS; cubic++) {
    const start = ofBits((first + cubic) << SHIFT);
    const width = ofBits((first + cubic + 1) << SHIFT) - start;
    if (start / scale <= smoothFrom) continue;
    const found = cubicThrough((u) => encode((start + u * width) / scale) * scale);
    if (found) coefficients.set(found, 4 * cubic);
  }
  return { first, coefficients };
}

/**
 * The coefficients of the cubic through four values of a function on 0…1, in units of the last place; null if its error
 * may exceed half the tolerance. The fourth derivative of a power has one sign and changes by less than half over a
 * piece on which the cubic is accurate, so the errors at these positions bound all others.
 */
function cubicThrough(of: (u: number) => number): number[] | null {
  const [a, b, c, d] = NODES as [number, number, number, number];
  const [fa, fb, fc, fd] = NODES.map(of) as [number, number, number, number];
  // Newton's divided differences, then powers of u.
  const [ab, bc, cd] = [(fb - fa) / (b - a), (fc - fb) / (c - b), (fd - fc) / (d - c)];
  const [abc, bcd] = [(bc - ab) / (c - a), (cd - bc) / (d - b)];
  const abcd = (bcd - abc) / (d - a);
  const third = abcd;
  const second = abc - abcd * (a + b + c);
  const linear = ab - abc * (a + b) + abcd * (a * b + a * c + b * c);
  const constant = fa - ab * a + abc * a * b - abcd * a * b * c;
  const isExact = LARGEST_ERRORS.every((u) => {
    const value = of(u);
    const error = Math.abs(((third * u + second) * u + linear) * u + constant - value);
    return error <= (TOLERANCE / 4) * value;
  });
  return isExact ? [constant, linear / STEPS, second / STEPS ** 2, third / STEPS ** 3] : null;
}
