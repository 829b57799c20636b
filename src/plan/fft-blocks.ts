// Blocks of the method fft: how long transforms are, and how many outputs each gives. Knows sizes and costs;
// transforms nothing.

import { fftCost, TRANSFORM_LENGTHS } from './cost.js';
import type { Blocks, Plan } from './plan.js';
import { TAP_NUMBERS } from './taps.js';

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
  taps: Float64Array,
  stride: readonly [number, number],
  width: number,
  height: number,
  planes: number,
): BlockChoice | null {
  const { first, span } = extentOf(taps);
  let best: BlockChoice | null = null;
  for (const x of TRANSFORM_LENGTHS) {
    const across = outputsOf(x, span[0], stride[0], width);
    if (across === 0) continue;
    for (const y of TRANSFORM_LENGTHS) {
      const down = outputsOf(y, span[1], stride[1], height);
      if (down === 0) continue;
      const tiles = Math.ceil(width / across) * Math.ceil(height / (2 * down));
      const cost = fftCost([x, y], tiles, planes, planes * width * height);
      if (best !== null && cost >= best.cost) continue;
      best = {
        blocks: { size: [x, y], first, span },
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

/** The smallest distance along each axis, and how many there are from it to the largest. */
function extentOf(taps: Float64Array): Pick<Blocks, 'first' | 'span'> {
  let [left, top, right, bottom] = [taps[0]!, taps[1]!, taps[0]!, taps[1]!];
  for (let i = 0; i < taps.length; i += TAP_NUMBERS) {
    const [x, y] = [taps[i]!, taps[i + 1]!];
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { first: [left, top], span: [right - left + 1, bottom - top + 1] };
}
