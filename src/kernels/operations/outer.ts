// The outer product of two vectors: weights[y][x] = column[y] · row[x]. A kernel of one row or one column
// keeps its direction; the operand is transposed if necessary. Same as `convolve` of the two, with its rules
// for anchors, divisors and biases.

import type { Kernel } from '../kernel.js';
import { compose } from './convolve.js';
import { type CreateError, defineOperation } from './operation.js';
import { rearrange } from './rearrange.js';

export const outer = defineOperation({
  name: 'outer',
  description: 'Multiplies a row and a column: weights[y][x] = column[y] * row[x].',
  operand: 'the other vector, transposed if it has the direction of the first',
  parameters: {},
  size: (kernel, _values, operand) => kernel.weights.length * operand.weights.length,
  apply(kernel, _values, refuse, operand) {
    requireVector(kernel, [], refuse);
    requireVector(operand, ['kernel'], refuse);
    // A single weight is both a row and a column.
    const isAcross =
      (kernel.width === 1 && operand.height === 1) || (kernel.height === 1 && operand.width === 1);
    if (isAcross) return compose(kernel, operand);
    const transposed = rearrange(operand, [operand.height, operand.width], (x, y) => [y, x]);
    return compose(kernel, { ...operand, ...transposed });
  },
});

function requireVector({ width, height, inChannels }: Kernel, path: string[], refuse: CreateError): void {
  if (inChannels === null && (width === 1 || height === 1)) return;
  const found = `${width}×${height}${inChannels === null ? '' : ` on each of ${inChannels} channels`}`;
  throw refuse({ path, expected: 'a kernel of one row or one column, of a single plane', found });
}
