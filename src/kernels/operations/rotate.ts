// Rotation, positive angles clockwise as seen: from +x (right) to +y (down), so that a gradient along x becomes
// one along y, and a compass kernel of N that of NE. Multiples of 90° turn any kernel; 45° shifts the rings of
// an odd square one, each by an eighth of its length. Divisor and bias stay, the anchor moves along.

import { ANY_ANGLE } from '../generators/generator.js';
import { defineOperation } from './operation.js';
import { turned } from './turn.js';

export const rotate = defineOperation({
  name: 'rotate',
  description: 'Turns the kernel clockwise: any one by multiples of 90 degrees, odd square ones by 45.',
  parameters: {
    angle: {
      description: 'degrees clockwise, a multiple of 45; negative ones turn the other way',
      ...ANY_ANGLE,
      integer: true,
      multipleOf: 45,
    },
  },
  apply(kernel, { angle }, refuse) {
    const { width, height } = kernel;
    const eighths = (((angle / 45) % 8) + 8) % 8;
    if (eighths % 2 === 0 || (width === height && width % 2 === 1)) return turned(kernel, eighths);
    throw refuse({
      path: ['angle'],
      expected: 'a multiple of 90, since only odd square kernels have rings to shift by 45',
      found: `${angle} for a kernel of ${width}×${height}`,
    });
  },
});
