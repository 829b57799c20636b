// Lines of the method fft: kernels that are products of rows and columns take transforms of rows, then of columns. How
// long these are and how many outputs they give. Knows sizes and costs; transforms nothing.

import { linesCost, TRANSFORM_LENGTHS } from './cost.js';
import type { BlockChoice } from './fft-blocks.js';
import type { Blocks } from './plan.js';

/** Bytes of a tile's rows between the passes, at most: every thread has as many. */
const MOST_BYTES = 8 * 2 ** 20;

/**
 * The lines that make the outputs of an image at least cost, for a kernel of so many products that spans what these
 * blocks span; or null where none is long enough.
 */
export function chooseLines(
  { first, span }: Pick<Blocks, 'first' | 'span'>,
  terms: number,
  width: number,
  height: number,
  planes: number,
): BlockChoice | null {
  let best: BlockChoice | null = null;
  for (const x of TRANSFORM_LENGTHS) {
    const across = Math.min(width, x - span[0] + 1);
    if (across <= 0) continue;
    for (const y of TRANSFORM_LENGTHS) {
      // Rows go in pairs, which must be the same ones for a tile and the one above it.
      const down = Math.min(height, (y - span[1] + 1) & ~1);
      if (down <= 0 || terms * across * planes * y * 4 > MOST_BYTES) continue;
      const cost = linesCost({
        ...{ size: [x, y], width, height, planes, terms },
        across: Math.ceil(width / across),
        down: Math.ceil(height / down),
        halo: span[1] - 1,
      });
      if (best !== null && cost >= best.cost) continue;
      best = { blocks: { size: [x, y], first, span }, tile: { width: across, height: down }, cost };
    }
  }
  return best;
}
