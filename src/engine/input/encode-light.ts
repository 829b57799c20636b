// Stored values of responses in linear light: a power for each takes 90 ns. Where the curve is smooth, a cubic stands for
// it in each 128th of an octave, known to less than float32 can tell: 7 ns. Where the cubic's error could change the
// rounding, and wherever there is no cubic, the curve itself is asked, so that the bits are always the curve's.

import type { ToneCurve } from '../../core/tone-curve.js';

/** Bits of a float32 below those that name its cubic: 7 bits of the mantissa do, and its exponent. */
const SHIFT = 16;
const STEPS = 2 ** SHIFT;
/** Octaves from twice the full scale down: 16-bit samples have 16. */
const OCTAVES = 18;
const CUBICS = OCTAVES * 128;
/**
 * What a cubic may be off by, as a share of the value: 2^-39 for roots such as sRGB's. Two numbers in 2^11 lie so close to
 * where float32 rounds the other way.
 */
const TOLERANCE = 2 ** -36;
/** With fewer values the cubics take longer to find than they save. */
const WORTH = 2 ** 16;
/** Chebyshev's nodes of a cubic in 0…1, and where its error is largest between them. */
const NODES = [0, 1, 2, 3].map((k) => (1 - Math.cos(((2 * k + 1) * Math.PI) / 8)) / 2);
const LARGEST_ERRORS = [0, 1, 2, 3, 4].map((k) => (1 - Math.cos((k * Math.PI) / 4)) / 2);

interface Cubics {
  /** The number of the first one, as the upper bits of its float32 numbers. */
  readonly first: number;
  /** Four coefficients each, for steps of the last place; NaN where none is exact enough. */
  readonly coefficients: Float64Array;
}

const known = new WeakMap<ToneCurve, Map<number, Cubics>>();

/** Encodes every `step`th value from `from` on, in place: v becomes float32(encode(v / scale) · scale). */
export function encodeLight(
  values: Float32Array,
  from: number,
  step: number,
  curve: ToneCurve,
  scale: number,
): void {
  if (values.length < WORTH * step || curve.smoothFrom === undefined) {
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
  const scales = known.get(curve) ?? new Map<number, Cubics>();
  known.set(curve, scales);
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
 * The coefficients of the cubic through four values of a function over 0…1, for steps of the last place; null where it
 * may be off by half the tolerance. The fourth derivative of a power has one sign and changes by less than half over a
 * piece where the cubic is any good, so that the errors at their largest places bound all others.
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
