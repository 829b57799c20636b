// Recognizes kernels that are a rectangle of equal weights, which running sums can compute.

import type { Box } from './plan.js';
import { countTaps, TAP_NUMBERS } from './taps.js';

/** The box of the taps, or null if they are not one. */
export function boxOf(taps: Float64Array): Box | null {
  if (taps.length === 0) return null;
  const weight = taps[3]!;
  let [left, top, right, bottom] = [taps[0]!, taps[1]!, taps[0]!, taps[1]!];
  for (let i = 0; i < taps.length; i += TAP_NUMBERS) {
    if (taps[i + 3] !== weight || taps[i + 2] !== 0) return null;
    const [x, y] = [taps[i]!, taps[i + 1]!];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const width = right - left + 1;
  const height = bottom - top + 1;
  // Taps are at distinct positions, so width · height of them fill the rectangle.
  return width * height === countTaps(taps) ? { first: [left, top], width, height, weight } : null;
}
