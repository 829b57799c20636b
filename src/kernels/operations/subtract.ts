// Subtracts the response of a second kernel: `add` with a weight of −1.

import { addKernels, sizeOfSum } from './add.js';
import { defineOperation } from './operation.js';

export const subtract = defineOperation({
  name: 'subtract',
  description:
    'Subtracts the responses of a second kernel, aligned at the anchors; the support grows as needed.',
  operand: 'the kernel to subtract',
  parameters: {},
  size: sizeOfSum,
  apply: (kernel, _values, refuse, operand) => addKernels(kernel, operand, -1, refuse),
});
