// Lindeberg's discrete Gaussian T(n, t) = e^(−t) Iₙ(t), I the modified Bessel function: what repeated small
// binomial blurs tend to, with variance t exactly.

/** T(n, t) / T(0, t) for n = 0 … last, t > 0, to about 14 digits. Source: Lindeberg, IEEE TPAMI 12(3), 1990. */
export function discreteGaussian(t: number, last: number): Float64Array {
  const values = new Float64Array(last + 1);
  // Downwards Iₙ/Iₙ₋₁ = 1 / (2n/t + Iₙ₊₁/Iₙ) forgets how it began, and never overflows.
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
