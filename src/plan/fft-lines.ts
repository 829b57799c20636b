// Chooses the transform lengths of the fft method for kernels that are products of rows and columns: transforms of
// rows, then of columns.

import { linesCost } from './cost.js';
import { type BlockChoice, cheapestOf } from './fft-blocks.js';
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
  return cheapestOf((x, y) => {
    const across = Math.min(width, x - span[0] + 1);
    // Rows are transformed in pairs, which must be the same for a tile and the one above it.
    const down = Math.min(height, (y - span[1] + 1) & ~1);
    if (across <= 0 || down <= 0 || terms * across * planes * y * 4 > MAX_BYTES) return null;
    const tiles = { across: Math.ceil(width / across), down: Math.ceil(height / down) };
    const cost = linesCost({ size: [x, y], ...tiles, width, height, planes, halo: span[1] - 1, terms });
    return { blocks: { size: [x, y], first, span }, tile: { width: across, height: down }, cost };
  });
}
