// Multiplies the response: weights and bias. Whole weights stay whole if possible: to scale by 0.25, the
// divisor is multiplied by 4, unless all weights are multiples of 4.

import { real } from '../generators/generator.js';
import { hasIntegerWeights, type Kernel } from '../kernel.js';
import { defineOperation, type StepResult } from './operation.js';

/** Up to this limit, divisors computed by steps stay whole numbers, and products of weights with them exact. */
export const LARGEST_DIVISOR = 2 ** 24;

export const scale = defineOperation({
  name: 'scale',
  description: 'Multiplies the response: weights and bias; whole weights stay whole if possible.',
  parameters: {
    by: real([-1e30, 1e30], 'the factor'),
  },
  apply: (kernel, { by }) => scaleResponse(kernel, by),
});

/** The kernel with responses `by` times as large. */
export function scaleResponse(kernel: Kernel, by: number): StepResult {
  // Adding 0 turns −0, which prints and compares differently, into 0.
  const bias = kernel.bias * by + 0;
  const inverse = 1 / by;
  const divisor = kernel.divisor * inverse;
  const isFraction = Number.isInteger(inverse) && Math.abs(divisor) <= LARGEST_DIVISOR;
  if (isFraction && hasIntegerWeights(kernel) && !kernel.weights.every((w) => Number.isInteger(w * by))) {
    return { ...kernel, divisor, bias };
  }
  return { ...kernel, weights: kernel.weights.map((w) => w * by + 0), bias };
}
