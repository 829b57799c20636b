// Lindeberg's discrete Gaussian T(n, t) = e^(−t) Iₙ(t), where I is the modified Bessel function: the limit of
// repeated small binomial blurs, with variance exactly t.

/**
 * T(n, t) / T(0, t) for n = 0 … last and t > 0, to about 14 digits.
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
