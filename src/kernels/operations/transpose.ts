// Exchanges rows and columns: weights[y][x] → weights[x][y]. Divisor and bias are kept, the anchor moves with
// its weight.

import { defineOperation } from './operation.js';
import { rearrange } from './rearrange.js';

export const transpose = defineOperation({
  name: 'transpose',
  description: 'Exchanges rows and columns, mirroring the kernel at its main diagonal.',
  parameters: {},
  apply: (kernel) => rearrange(kernel, [kernel.height, kernel.width], (x, y) => [y, x]),
});
