// The divisor folded into the weights: weights / divisor over 1. The bias stays.

import { defineOperation } from './operation.js';

export const fold = defineOperation({
  name: 'fold',
  description: 'Divides the weights by the divisor, which becomes 1.',
  parameters: {},
  apply: (kernel) => ({ ...kernel, weights: kernel.weights.map((w) => w / kernel.divisor + 0), divisor: 1 }),
});
