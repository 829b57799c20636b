// Recognizes kernels that are a rectangle of equal weights, which running sums can compute.

import type { Box } from './plan.js';
import { countTaps, extentOf, TAP_NUMBERS } from './taps.js';

/** The box of the taps, or null if they are not one. */
export function boxOf(taps: Float64Array): Box | null {
  if (taps.length === 0) return null;
  const weight = taps[3]!;
  for (let i = 0; i < taps.length; i += TAP_NUMBERS)
    if (taps[i + 3] !== weight || taps[i + 2] !== 0) return null;
  const { first, span } = extentOf(taps);
  const [width, height] = span;
  // Taps are at distinct positions, so width · height of them fill the rectangle.
  return width * height === countTaps(taps) ? { first, width, height, weight } : null;
}
