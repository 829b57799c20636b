// Brings a kernel to a norm, over all its planes together: Σ w / divisor = 1 (`sum`), Σ |w| / |divisor| = 1 (`l1`),
// √Σ w² / |divisor| = 1 (`l2`), or Σ w = 0 (`zero-mean`, by taking the mean from every weight). The first three
// only change the divisor, so that whole weights stay whole; the last two keep its sign. The bias stays.

import { hasIntegerWeights, hasZeroSum, type Kernel, sumOfMagnitudes, sumOfWeights } from '../kernel.js';
import { type Changed, defineOperation } from './operation.js';
import { LARGEST_DIVISOR } from './scale.js';

export const normalize = defineOperation({
  name: 'normalize',
  description: 'Sets the divisor so that sum, l1 or l2 norm are 1, or takes the mean from all weights.',
  parameters: {
    by: { description: 'what is brought to 1, or to 0', choices: ['sum', 'l1', 'l2', 'zero-mean'] },
  },
  apply(kernel, { by }, refuse) {
    if (by === 'zero-mean') return withoutMean(kernel);
    if (by === 'sum') {
      if (!hasZeroSum(kernel)) return { ...kernel, divisor: sumOfWeights(kernel) };
      throw refuse({
        expected: 'weights with a sum other than 0',
        found: '0',
        advice: 'l1 and l2 need none',
      });
    }
    const norm = by === 'l1' ? sumOfMagnitudes(kernel) : lengthOf(kernel);
    if (norm === 0) throw refuse({ expected: 'a weight other than 0', found: 'none' });
    return { ...kernel, divisor: Math.sign(kernel.divisor) * norm };
  },
});

/** √Σ w², where squares alone might overflow or vanish. */
function lengthOf({ weights }: Kernel): number {
  const largest = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  if (largest === 0) return 0;
  return largest * Math.sqrt(weights.reduce((sum, w) => sum + (w / largest) ** 2, 0));
}

// Whole weights stay whole by counting in n-ths of them, n weights there are: w − Σ/n = (n·w − Σ) / n.
function withoutMean(kernel: Kernel): Changed {
  const { weights, divisor } = kernel;
  const sum = sumOfWeights(kernel);
  const mean = sum / weights.length;
  const finer = divisor * weights.length;
  if (hasIntegerWeights(kernel) && !Number.isInteger(mean) && Math.abs(finer) <= LARGEST_DIVISOR) {
    return { ...kernel, weights: weights.map((w) => w * weights.length - sum), divisor: finer };
  }
  return { ...kernel, weights: weights.map((w) => w - mean) };
}
