// Tone curves: the relation between stored values and linear light. Curves map 0…1 to 0…1 in both directions and
// extend beyond by the same formula.
// Sources: IEC 61966-2-1 (sRGB), ICC.1:2022 section 10 (curves).

export interface ToneCurve {
  /** The linear light of a stored value. */
  decode(value: number): number;
  /** The stored value of linear light. */
  encode(light: number): number;
  /** Light from which on `encode` is a power function with factors and offsets; absent if it never is. */
  readonly smoothFrom?: number;
}

/** The curve light = value ^ exponent. */
export function powerCurve(exponent: number): ToneCurve {
  return withNegativeValues({
    decode: (v) => v ** exponent,
    encode: (light) => light ** (1 / exponent),
    smoothFrom: 0,
  });
}

type CurveParameters = readonly [g: number, a: number, b: number, c: number, d: number, e: number, f: number];

/**
 * The parametric curve of ICC profiles, and sRGB: light = (a · value + b) ^ g + e for value ≥ d, else c · value + f.
 * @returns null if the curve is not invertible.
 */
export function parametricCurve([g, a, b, c, d, e, f]: CurveParameters): ToneCurve | null {
  const power = (v: number) => Math.max(0, a * v + b) ** g + e;
  const bend = power(d);
  const rises = g > 0 && a > 0 && c >= 0 && (d <= 0 || c * d + f <= bend + 1e-3);
  if (!rises || ![g, a, b, c, d, e, f].every(Number.isFinite)) return null;
  return withNegativeValues({
    smoothFrom: Math.max(bend, power(0), e),
    decode: (v) => (v < d ? c * v + f : power(v)),
    encode: (light) => {
      // A constant part below the bend holds only black. Light in a gap at the bend, which no value maps to, maps to
      // the bend.
      if (d > 0 && light < bend) return c > 0 ? Math.min(d, (light - f) / c) : 0;
      return light <= power(0) ? 0 : (Math.max(0, light - e) ** (1 / g) - b) / a;
    },
  });
}

/**
 * Linear interpolation between samples at equal steps of the stored value.
 * @returns null if the samples decrease anywhere, or are all equal.
 */
export function sampledCurve(samples: Float64Array): ToneCurve | null {
  const last = samples.length - 1;
  if (last < 1 || samples[last]! <= samples[0]!) return null;
  for (let i = 0; i < last; i++) if (samples[i + 1]! < samples[i]!) return null;
  const decode = (v: number) => {
    const at = Math.min(Math.floor(v * last), last - 1);
    return samples[at]! + (v * last - at) * (samples[at + 1]! - samples[at]!);
  };
  return withNegativeValues({ decode, encode: (light) => inverseOf(samples, light) / last });
}

/**
 * The position, in steps, at which non-decreasing samples reach a value. In a constant part it is the middle; at the
 * end of the scale, the end of the part.
 */
function inverseOf(samples: Float64Array, value: number): number {
  const last = samples.length - 1;
  const first = firstIndexWhere(samples, (sample) => sample >= value);
  if (first === 0) return 0;
  const end = firstIndexWhere(samples, (sample) => sample > value);
  if (end > last) {
    const rise = samples[last]! - samples[last - 1]!;
    return rise > 0 ? last + (value - samples[last]!) / rise : last;
  }
  if (end > first) return (first + end - 1) / 2;
  return first - (samples[first]! - value) / (samples[first]! - samples[first - 1]!);
}

/** The first index at which a monotone condition holds; the length if it holds nowhere. */
function firstIndexWhere(samples: Float64Array, condition: (sample: number) => boolean): number {
  let [from, to] = [0, samples.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (condition(samples[middle]!)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Extends a curve to negative values by point reflection. */
function withNegativeValues({ decode, encode, ...rest }: ToneCurve): ToneCurve {
  const black = decode(0);
  return {
    ...rest,
    decode: (v) => (v < 0 ? 2 * black - decode(-v) : decode(v)),
    encode: (light) => (light < black ? -encode(2 * black - light) : encode(light)),
  };
}

export const SRGB = parametricCurve([2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0, 0]) as ToneCurve;
