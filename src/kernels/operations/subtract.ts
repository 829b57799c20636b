// The difference of two kernels' responses: `add` with a weight of −1, and its rules.

import { sizeOfSum, sum } from './add.js';
import { defineBinaryOperation } from './operation.js';

export const subtract = defineBinaryOperation({
  name: 'subtract',
  description: 'Subtracts the responses of a second kernel, anchor on anchor; the support grows as needed.',
  operand: 'the kernel to subtract',
  parameters: {},
  size: sizeOfSum,
  apply: (kernel, operand, _values, refuse) => sum(kernel, operand, -1, refuse),
});
