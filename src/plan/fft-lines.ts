// Chooses the transform lengths of the fft method for kernels that are products of rows and columns: transforms of
// rows, then of columns.

import { linesCost, TRANSFORM_LENGTHS } from './cost.js';
import type { BlockChoice } from './fft-blocks.js';
import type { Blocks } from './plan.js';

/** The most bytes of a tile's rows between the passes; every thread allocates them. */
const MAX_BYTES = 8 * 2 ** 20;

/**
 * The cheapest lengths for the outputs of an image, for a kernel of `terms` products with the given span; or null if no
 * transform is long enough.
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
      // Rows are transformed in pairs, which must be the same for a tile and the one above it.
      const down = Math.min(height, (y - span[1] + 1) & ~1);
      if (down <= 0 || terms * across * planes * y * 4 > MAX_BYTES) continue;
      const cost = linesCost({
        size: [x, y],
        width,
        height,
        planes,
        terms,
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
