// Functions that JavaScript lacks: the error function and its complement for x >= 0, to about 15 digits, and
// the discrete Gaussian.

const TERMS = 80;

/** erf(x) = 2/√π ∫₀ˣ e^(−t²) dt for x ≥ 0. */
export function erf(x: number): number {
  return x < 2 ? series(x) : 1 - continuedFraction(x);
}

/** 1 − erf(x) for x ≥ 0, accurate also where it is tiny. */
export function erfc(x: number): number {
  return x < 2 ? 1 - series(x) : continuedFraction(x);
}

// 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·5…(2n+1)). All terms have the same sign, so nothing cancels.
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < TERMS; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

// e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3/2/(x + …)))), evaluated from the innermost term.
function continuedFraction(x: number): number {
  let below = x;
  for (let n = TERMS; n > 0; n--) below = x + n / 2 / below;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / below;
}

/**
 * Lindeberg's discrete Gaussian T(n, t) = e^(−t) Iₙ(t), where I is the modified Bessel function: the limit of
 * repeated small binomial blurs, with variance exactly t. Returns T(n, t) / T(0, t) for n = 0 … last and t > 0, to
 * about 14 digits.
 * Source: Lindeberg, IEEE TPAMI 12(3), 1990.
 */
export function discreteGaussian(t: number, last: number): Float64Array {
  const values = new Float64Array(last + 1);
  // Iterated downwards, Iₙ/Iₙ₋₁ = 1 / (2n/t + Iₙ₊₁/Iₙ) converges from any start and never overflows.
  const beyond = last + Math.ceil(10 * Math.sqrt(t)) + 30;
  let ratio = 0;
  for (let n = beyond; n > 0; n--) {
    ratio = 1 / ((2 * n) / t + ratio);
    if (n <= last) values[n] = ratio;
  }
  values[0] = 1;
  for (let n = 1; n <= last; n++) values[n]! *= values[n - 1]!;
  return values;
}
