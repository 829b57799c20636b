// Divides the weights by the divisor, which becomes 1. The bias is kept.

import { defineOperation } from './operation.js';

export const fold = defineOperation({
  name: 'fold',
  description: 'Divides the weights by the divisor, which becomes 1.',
  parameters: {},
  apply: (kernel) => ({ ...kernel, weights: kernel.weights.map((w) => w / kernel.divisor + 0), divisor: 1 }),
});
