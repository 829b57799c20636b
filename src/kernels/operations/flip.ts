// Mirroring: `x` reverses every row (left for right), `y` the order of the rows (top for bottom), `both` is the
// rotation by 180° that tells convolution from correlation. Divisor and bias stay, the anchor moves along.

import { defineOperation } from './operation.js';
import { rearranged } from './rearrange.js';

export const flip = defineOperation({
  name: 'flip',
  description: 'Mirrors the kernel along x (left for right), along y (top for bottom) or both (180 degrees).',
  parameters: {
    axis: { description: 'the axis along which places are reversed', choices: ['both', 'x', 'y'] },
  },
  apply(kernel, { axis }) {
    const { width, height } = kernel;
    return rearranged(kernel, [width, height], (x, y) => [
      axis === 'y' ? x : width - 1 - x,
      axis === 'x' ? y : height - 1 - y,
    ]);
  },
});
