// Rows become columns: weights[y][x] → weights[x][y]. Divisor and bias stay, the anchor moves along.

import { defineOperation } from './operation.js';
import { rearranged } from './rearrange.js';

export const transpose = defineOperation({
  name: 'transpose',
  description: 'Makes rows of columns, mirroring the kernel at its main diagonal.',
  parameters: {},
  apply: (kernel) => rearranged(kernel, [kernel.height, kernel.width], (x, y) => [y, x]),
});
