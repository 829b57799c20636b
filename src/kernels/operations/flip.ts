// Mirrors a kernel: `x` reverses every row, `y` the order of the rows, `both` is the rotation by 180° that
// turns correlation into convolution. Divisor and bias are kept, the anchor moves with its weight.

import { choice } from '../generators/generator.js';
import { defineOperation } from './operation.js';
import { rearrange } from './rearrange.js';

export const flip = defineOperation({
  name: 'flip',
  description: 'Mirrors the kernel along x (left for right), along y (top for bottom) or both (180 degrees).',
  parameters: {
    axis: choice(['both', 'x', 'y'], 'the axis along which positions are reversed'),
  },
  apply(kernel, { axis }) {
    const { width, height } = kernel;
    return rearrange(kernel, [width, height], (x, y) => [
      axis === 'y' ? x : width - 1 - x,
      axis === 'x' ? y : height - 1 - y,
    ]);
  },
});
