// Rotates a kernel; positive angles turn clockwise, from +x (right) to +y (down), so that a gradient along x
// becomes one along y, and the compass kernel N becomes NE. Any kernel can be rotated by multiples of 90°;
// 45° shifts each ring of an odd square kernel by an eighth of its length. Divisor and bias are kept, the
// anchor moves with its weight.

import { ANY_ANGLE, whole } from '../generators/generator.js';
import { defineOperation } from './operation.js';
import { rotateByEighths } from './rearrange.js';

export const rotate = defineOperation({
  name: 'rotate',
  description: 'Rotates the kernel clockwise by a multiple of 90 degrees, odd square kernels also by 45.',
  parameters: {
    angle: {
      ...whole(ANY_ANGLE, 'degrees clockwise, a multiple of 45; negative angles rotate counterclockwise'),
      multipleOf: 45,
    },
  },
  apply(kernel, { angle }, refuse) {
    const { width, height } = kernel;
    const eighths = (((angle / 45) % 8) + 8) % 8;
    if (eighths % 2 === 0 || (width === height && width % 2 === 1)) return rotateByEighths(kernel, eighths);
    throw refuse({
      path: ['angle'],
      expected: 'a multiple of 90, since only odd square kernels have rings to shift by 45',
      found: `${angle} for a kernel of ${width}×${height}`,
    });
  },
});
