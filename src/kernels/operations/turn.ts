// Kernels turned clockwise as seen, from +x (right) to +y (down), by eighths of a full turn, their anchor with them:
// any kernel by two of them, odd square ones by one, which shifts every ring by an eighth of its length.

import type { Kernel } from '../kernel.js';
import type { Changed } from './operation.js';
import { type Position, rearranged } from './rearrange.js';

/** The kernel turned by 0 … 7 eighths; by an odd number of them only where it is square and of odd size. */
export function turned(kernel: Kernel, eighths: number): Changed {
  const { width, height } = kernel;
  if (eighths % 2 === 1) {
    return rearranged(kernel, [width, height], (x, y) => alongRing(x, y, width >> 1, eighths));
  }
  const quarters = eighths / 2;
  const size = quarters % 2 === 0 ? ([width, height] as const) : ([height, width] as const);
  return rearranged(kernel, size, (x, y) => byQuarters(x, y, width, height, quarters));
}

function byQuarters(x: number, y: number, width: number, height: number, quarters: number): Position {
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
