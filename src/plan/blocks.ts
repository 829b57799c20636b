// Blocks of the method fft: how long transforms are, and how many outputs each gives. Knows sizes and costs;
// transforms nothing.

import { fftCost, TRANSFORM_LENGTHS } from './cost.js';
import type { Blocks, Plan, Tap } from './plan.js';

export interface BlockChoice {
  readonly blocks: Blocks;
  readonly tile: Plan['tile'];
  /** Estimated nanoseconds an output sample. */
  readonly cost: number;
}

/**
 * The blocks that make the outputs of an image at least cost, or null where taps lie further apart than any
 * transform is long. A tile is two blocks, one above the other: the kernel being real, one transform of complex
 * numbers serves both.
 */
export function chooseBlocks(
  taps: readonly Tap[],
  stride: readonly [number, number],
  width: number,
  height: number,
  planes: number,
): BlockChoice | null {
  const [firstX, spanX] = extentOf(taps, 'x');
  const [firstY, spanY] = extentOf(taps, 'y');
  let best: BlockChoice | null = null;
  for (const x of TRANSFORM_LENGTHS) {
    const across = outputsOf(x, spanX, stride[0], width);
    if (across === 0) continue;
    for (const y of TRANSFORM_LENGTHS) {
      const down = outputsOf(y, spanY, stride[1], height);
      if (down === 0) continue;
      const tiles = Math.ceil(width / across) * Math.ceil(height / (2 * down));
      const cost = fftCost([x, y], tiles, planes, planes * width * height);
      if (best !== null && cost >= best.cost) continue;
      best = {
        blocks: { size: [x, y], first: [firstX, firstY], span: [spanX, spanY] },
        tile: { width: Math.min(width, across), height: Math.min(height, 2 * down) },
        cost,
      };
    }
  }
  return best;
}

/** Outputs along an axis of one transform: those whose taps all lie in it. */
function outputsOf(length: number, span: number, stride: number, most: number): number {
  return Math.min(most, Math.floor(Math.max(0, length - span + stride) / stride));
}

function extentOf(taps: readonly Tap[], axis: 'x' | 'y'): [first: number, span: number] {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const tap of taps) {
    first = Math.min(first, tap[axis]);
    last = Math.max(last, tap[axis]);
  }
  return [first, last - first + 1];
}
