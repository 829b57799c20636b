// Scales kernels whose weights are far outside the range of float32 while their responses are not, such as
// weights of 1e-46 with a divisor of 25e-46. The scale is a power of 2, which changes no response.

import type { Kernel } from './kernel.js';

/**
 * If the largest weight is within these limits, no scaling is needed: products with samples stay well inside
 * float32.
 */
const SMALLEST_UNSCALED = 2 ** -100;
const LARGEST_UNSCALED = 2 ** 100;
/** Exponents are applied in steps of at most this size, so that no factor overflows float64. */
const LARGEST_STEP = 1000;

/** The kernel itself, or an equivalent one whose largest |weight| is at least 1 and below 2. */
export function scaleIntoRange(kernel: Kernel): Kernel {
  let largest = 0;
  const { weights } = kernel;
  for (let i = 0; i < weights.length; i++) largest = Math.max(largest, Math.abs(weights[i]!));
  if (largest === 0 || (largest >= SMALLEST_UNSCALED && largest <= LARGEST_UNSCALED)) return kernel;
  const exponent = -Math.floor(Math.log2(largest));
  const scaled = (value: number) => {
    const step = Math.sign(exponent) * Math.min(Math.abs(exponent), LARGEST_STEP);
    return value * 2 ** step * 2 ** (exponent - step);
  };
  // With such a large divisor, the response to any sample is 0.
  const divisor = scaled(kernel.divisor);
  const limited = Number.isFinite(divisor) ? divisor : Math.sign(divisor) * Number.MAX_VALUE;
  return { ...kernel, weights: kernel.weights.map(scaled), divisor: limited };
}
