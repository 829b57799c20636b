// Multiplies the response: weights and bias alike. Whole weights stay whole where they can: by 0.25 they stay
// as they are and the divisor is multiplied by 4, unless all of them divide by 4.

import { hasIntegerWeights, type Kernel } from '../kernel.js';
import { type Changed, defineOperation } from './operation.js';

/** Up to here divisors that a step makes stay whole, and weights times them exact. */
export const LARGEST_DIVISOR = 2 ** 24;

export const scale = defineOperation({
  name: 'scale',
  description: 'Multiplies the response, weights and bias; whole weights stay whole where they can.',
  parameters: {
    by: { description: 'the factor', minimum: -1e30, maximum: 1e30, integer: false },
  },
  apply: (kernel, { by }) => scaled(kernel, by),
});

/** The kernel whose responses are `by` times as large. */
export function scaled(kernel: Kernel, by: number): Changed {
  const bias = withoutSign(kernel.bias * by);
  const inverse = 1 / by;
  const divisor = kernel.divisor * inverse;
  const isFraction = Number.isInteger(inverse) && Math.abs(divisor) <= LARGEST_DIVISOR;
  if (isFraction && hasIntegerWeights(kernel) && !kernel.weights.every((w) => Number.isInteger(w * by))) {
    return { ...kernel, divisor, bias };
  }
  return { ...kernel, weights: kernel.weights.map((w) => withoutSign(w * by)), bias };
}

// 0 · −1 is −0, which would print and compare as another number.
function withoutSign(value: number): number {
  return value + 0;
}
