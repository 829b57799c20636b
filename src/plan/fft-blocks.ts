// Chooses the block size of the fft method: the lengths of transforms, and how many outputs each gives.

import { fftCost, TRANSFORM_LENGTHS } from './cost.js';
import type { Blocks, Plan } from './plan.js';
import { extentOf } from './taps.js';

export interface BlockChoice {
  readonly blocks: Blocks;
  readonly tile: Plan['tile'];
  /** Estimated nanoseconds per output sample. */
  readonly cost: number;
}

/**
 * The cheapest blocks for the outputs of an image, or null if the taps span more than the longest transform. A tile is
 * two blocks, one above the other: since the kernel is real, one complex transform serves both.
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
      const tile = { width: across, height: Math.min(height, 2 * down) };
      best = { blocks: { size: [x, y], first, span }, tile, cost };
    }
  }
  return best;
}

/** Outputs of one transform along an axis: those whose taps are all in it. */
function outputsOf(length: number, span: number, stride: number, max: number): number {
  return Math.min(max, Math.floor(Math.max(0, length - span + stride) / stride));
}
