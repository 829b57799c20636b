// The outer product of two vectors: weights[y][x] = column[y] · row[x]. A kernel of one row stays the row and one
// of one column the column; the operand is laid across it, however it was written. It is `convolve` of the two,
// and anchors, divisors and biases follow its rules.

import type { Kernel } from '../kernel.js';
import { composed } from './convolve.js';
import { defineBinaryOperation, type Refuse } from './operation.js';
import { rearranged } from './rearrange.js';

export const outer = defineBinaryOperation({
  name: 'outer',
  description: 'Makes a kernel of a row and a column: weights[y][x] = column[y] * row[x].',
  operand: 'the other vector, laid across the first one',
  parameters: {},
  size: (kernel, operand) => kernel.weights.length * operand.weights.length,
  apply(kernel, operand, _values, refuse) {
    refuseAllButVector(kernel, [], refuse);
    refuseAllButVector(operand, ['kernel'], refuse);
    // A single weight goes both ways, so it lies across anything.
    const isAcross =
      (kernel.width === 1 && operand.height === 1) || (kernel.height === 1 && operand.width === 1);
    return composed(kernel, isAcross ? operand : { ...operand, ...laidAcross(operand) });
  },
});

function laidAcross(vector: Kernel) {
  return rearranged(vector, [vector.height, vector.width], (x, y) => [y, x]);
}

function refuseAllButVector({ width, height, inChannels }: Kernel, path: string[], refuse: Refuse): void {
  if (inChannels === null && (width === 1 || height === 1)) return;
  const found = `${width}×${height}${inChannels === null ? '' : ` on each of ${inChannels} channels`}`;
  throw refuse({ path, expected: 'a kernel of one row or one column, of a single plane', found });
}
