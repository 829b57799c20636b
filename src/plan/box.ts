// Kernels that are a rectangle of equal weights, whose sums can run along: what enters is added, what leaves is
// taken away. Knows taps only.

import type { Box, Tap } from './plan.js';

/** The box that the taps are, or null. */
export function boxOf(taps: readonly Tap[]): Box | null {
  const weight = taps[0]?.weight;
  if (weight === undefined || taps.some((tap) => tap.weight !== weight || tap.plane !== 0)) return null;
  let [left, top, right, bottom] = [taps[0]!.x, taps[0]!.y, taps[0]!.x, taps[0]!.y];
  for (const { x, y } of taps) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const width = right - left + 1;
  const height = bottom - top + 1;
  // Taps are at distinct places, so that as many as places fill the rectangle.
  return width * height === taps.length ? { first: [left, top], width, height, weight } : null;
}
