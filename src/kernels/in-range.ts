// Kernels whose weights lie far outside the range of float32 while their responses do not, such as weights of 1e-46
// over a divisor of 25e-46: brought into range by a power of 2, which changes no response.

import type { Kernel } from './kernel.js';

/** Weights whose largest lies between these need no scaling: products with samples stay well inside float32. */
const LEAST = 2 ** -100;
const MOST = 2 ** 100;
/** No single factor may leave the range of float64. */
const LARGEST_STEP = 1000;

/** The kernel itself, or one of the same responses whose largest |weight| is from 1 to below 2. */
export function inRange(kernel: Kernel): Kernel {
  let largest = 0;
  const { weights } = kernel;
  for (let i = 0; i < weights.length; i++) largest = Math.max(largest, Math.abs(weights[i]!));
  if (largest === 0 || (largest >= LEAST && largest <= MOST)) return kernel;
  const exponent = -Math.floor(Math.log2(largest));
  const scaled = (value: number) => {
    const step = Math.sign(exponent) * Math.min(Math.abs(exponent), LARGEST_STEP);
    return value * 2 ** step * 2 ** (exponent - step);
  };
  // A divisor that is so large beside its weights leaves nothing of any sample.
  const divisor = scaled(kernel.divisor);
  const limited = Number.isFinite(divisor) ? divisor : Math.sign(divisor) * Number.MAX_VALUE;
  return { ...kernel, weights: kernel.weights.map(scaled), divisor: limited };
}
