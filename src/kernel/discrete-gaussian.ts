// Lindeberg's discrete Gaussian T(n, t) = e^(−t) Iₙ(t), I the modified Bessel function: what repeated small
// binomial blurs tend to, with variance t exactly.

/** T(n, t) for n = 0 … last, t > 0, to about 14 digits. Source: Lindeberg, IEEE TPAMI 12(3), 1990. */
export function discreteGaussian(t: number, last: number): Float64Array {
  const tail = Math.ceil(10 * Math.sqrt(t)) + 30;
  const end = Math.max(last, tail);
  // Downwards Iₙ/Iₙ₋₁ = 1 / (2n/t + Iₙ₊₁/Iₙ) forgets how it began, and never overflows.
  const ratios = new Float64Array(end + 1);
  let ratio = 0;
  for (let n = end + tail; n > 0; n--) {
    ratio = 1 / ((2 * n) / t + ratio);
    if (n <= end) ratios[n] = ratio;
  }
  const values = new Float64Array(end + 1).fill(1);
  for (let n = 1; n <= end; n++) values[n] = values[n - 1]! * ratios[n]!;
  // Over all whole n, negative ones too, T adds up to 1. Smallest first.
  const total = 2 * values.reduceRight((sum, value) => sum + value, 0) - 1;
  return values.subarray(0, last + 1).map((value) => value / total);
}
