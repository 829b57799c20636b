// The blur of a straight, uniform motion: weights decrease with the distance from a segment through the
// centre.

import { direction } from '../sampling/direction.js';
import { sampledPlane, sumOf } from '../sampling/plane.js';
import { ANY_ANGLE, defineGenerator, real } from './generator.js';

export const motion = defineGenerator({
  name: 'motion',
  group: 'motion',
  description: 'Linear motion blur, symmetric; the weights add up to 1.',
  source:
    'max(0, 1 - distance from a centred segment of length - 1), over the sum, as the documentation of MATLAB fspecial describes it, whose angles turn the other way',
  keywords: ['motion blur', 'camera shake', 'directional blur', 'blur'],
  example: 'length=15,angle=0',
  parameters: {
    length: real([1, 1000], 'length of the motion in samples'),
    angle: real(ANY_ANGLE, 'direction in degrees, from right towards down (clockwise on the screen)', 0),
  },
  size: (values) => radii(values).reduce((area, radius) => area * (2 * radius + 1), 1),
  make({ length, angle }) {
    const { cos, sin } = direction(angle);
    const half = (length - 1) / 2;
    const plane = sampledPlane(radii({ length, angle }), (x, y) => {
      const beyond = Math.max(0, Math.abs(x * cos + y * sin) - half);
      return Math.max(0, 1 - Math.hypot(beyond, y * cos - x * sin));
    });
    const sum = sumOf(plane.weights);
    return [{ ...plane, weights: plane.weights.map((weight) => weight / sum) }];
  },
});

// The samples closer than 1 to an end of the segment are included.
function radii({ length, angle }: { length: number; angle: number }): [number, number] {
  const { cos, sin } = direction(angle);
  const within = (part: number) => Math.ceil((Math.abs(part) * (length - 1)) / 2 + 1) - 1;
  return [within(cos), within(sin)];
}
