// Normalizes a kernel over all its planes: Σ w / divisor = 1 (`sum`), Σ |w| / |divisor| = 1 (`l1`), √Σ w² /
// |divisor| = 1 (`l2`), or Σ w = 0 (`zero-mean`, by subtracting the mean). The first three change only the
// divisor, so that whole weights stay whole; `l1` and `l2` keep its sign. The bias is kept.

import { choice } from '../generators/generator.js';
import { hasIntegerWeights, hasZeroSum, type Kernel, sumOfMagnitudes, sumOfWeights } from '../kernel.js';
import { defineOperation, type StepResult } from './operation.js';
import { LARGEST_DIVISOR } from './scale.js';

export const normalize = defineOperation({
  name: 'normalize',
  description:
    'Sets the divisor so that the sum, l1 or l2 norm is 1, or subtracts the mean from all weights.',
  parameters: {
    by: choice(['sum', 'l1', 'l2', 'zero-mean'], 'what becomes 1; zero-mean: the sum becomes 0'),
  },
  apply(kernel, { by }, refuse) {
    if (by === 'zero-mean') return subtractMean(kernel);
    if (by === 'sum') {
      if (!hasZeroSum(kernel)) return { ...kernel, divisor: sumOfWeights(kernel) };
      throw refuse({
        expected: 'weights with a sum other than 0',
        found: '0',
        advice: 'use by=l1 or by=l2',
      });
    }
    const norm = by === 'l1' ? sumOfMagnitudes(kernel) : l2Norm(kernel);
    if (norm === 0) throw refuse({ expected: 'a weight other than 0', found: 'none' });
    return { ...kernel, divisor: Math.sign(kernel.divisor) * norm };
  },
});

/** √Σ w², scaled so that the squares neither overflow nor underflow. */
function l2Norm({ weights }: Kernel): number {
  const largest = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  if (largest === 0) return 0;
  return largest * Math.sqrt(weights.reduce((sum, w) => sum + (w / largest) ** 2, 0));
}

// Whole weights stay whole if they are multiplied by their number n: w − Σ/n = (n·w − Σ) / n.
function subtractMean(kernel: Kernel): StepResult {
  const { weights, divisor } = kernel;
  const sum = sumOfWeights(kernel);
  const mean = sum / weights.length;
  const finer = divisor * weights.length;
  if (hasIntegerWeights(kernel) && !Number.isInteger(mean) && Math.abs(finer) <= LARGEST_DIVISOR) {
    return { ...kernel, weights: weights.map((w) => w * weights.length - sum), divisor: finer };
  }
  return { ...kernel, weights: weights.map((w) => w - mean) };
}
