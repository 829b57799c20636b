// Rotation, positive angles clockwise as seen: from +x (right) to +y (down), so that a gradient along x becomes
// one along y, and a compass kernel of N that of NE. Multiples of 90° turn any kernel; 45° shifts the rings of
// an odd square one, each by an eighth of its length. Divisor and bias stay, the anchor moves along.

import { defineOperation } from './operation.js';
import { type Position, rearranged } from './rearrange.js';

export const rotate = defineOperation({
  name: 'rotate',
  description: 'Turns the kernel clockwise: any one by multiples of 90 degrees, odd square ones by 45.',
  parameters: {
    angle: {
      description: 'degrees clockwise, a multiple of 45; negative ones turn the other way',
      minimum: -360,
      maximum: 360,
      integer: true,
      multipleOf: 45,
    },
  },
  apply(kernel, { angle }, refuse) {
    const { width, height } = kernel;
    const eighths = (angle / 45 + 8) % 8;
    if (eighths % 2 === 1) {
      if (width === height && width % 2 === 1) {
        return rearranged(kernel, [width, height], (x, y) => alongRing(x, y, width >> 1, eighths));
      }
      throw refuse({
        path: ['angle'],
        expected: 'a multiple of 90, since only odd square kernels have rings to shift by 45',
        found: `${angle} for a kernel of ${width}×${height}`,
      });
    }
    const quarters = eighths / 2;
    const size = quarters % 2 === 0 ? ([width, height] as const) : ([height, width] as const);
    return rearranged(kernel, size, (x, y) => turned(x, y, width, height, quarters));
  },
});

function turned(x: number, y: number, width: number, height: number, quarters: number): Position {
  if (quarters === 1) return [height - 1 - y, x];
  if (quarters === 2) return [width - 1 - x, height - 1 - y];
  return quarters === 3 ? [y, width - 1 - x] : [x, y];
}

// A ring of radius r has 8r places, from its top left corner clockwise; 45° is r of them.
function alongRing(x: number, y: number, centre: number, eighths: number): Position {
  const dx = x - centre;
  const dy = y - centre;
  const r = Math.max(Math.abs(dx), Math.abs(dy));
  if (r === 0) return [x, y];
  const place = (ringPlace(dx, dy, r) + eighths * r) % (8 * r);
  const side = Math.floor(place / (2 * r));
  const along = (place % (2 * r)) - r;
  if (side === 0) return [centre + along, centre - r];
  if (side === 1) return [centre + r, centre + along];
  return side === 2 ? [centre - along, centre + r] : [centre - r, centre - along];
}

function ringPlace(dx: number, dy: number, r: number): number {
  if (dy === -r && dx < r) return dx + r;
  if (dx === r && dy < r) return 3 * r + dy;
  if (dy === r && dx > -r) return 5 * r - dx;
  return 7 * r - dy;
}
