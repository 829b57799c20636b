// Lazily computed alternatives for the choice of a method: factorizations of the kernel, and blocks and lines of
// transforms. Each is computed when first needed, and only as many products are sought as could pay off.

import { minTermCost } from '../cost.js';
import { type BlockChoice, chooseBlocks } from '../fft-blocks.js';
import { chooseLines } from '../fft-lines.js';
import type { Term } from '../plan.js';
import type { Range } from '../range.js';
import { countTaps } from '../taps.js';
import { type Grid, gridOf } from './grid.js';
import { separate, termsOfLines } from './separable.js';

/** Factorizations and transform sizes of a kernel, computed on demand. */
export interface Factorizations {
  /** Blocks of transforms, or null if no transform is long enough. */
  blocks(): BlockChoice | null;
  /** Products that may cost less than other methods, or null. */
  worthwhile(): readonly Term[] | null;
  /**
   * Products, whatever they cost. With `avoidsResidue`, one product per distinct row or column of the kernel, which
   * reproduces its weights exactly; a decomposition into fewer products leaves a rounding residue.
   */
  any(avoidsResidue: boolean): readonly Term[];
  /** Transforms of rows, then of columns, for a number of products; or null. */
  lines(terms: number): BlockChoice | null;
  /** The largest number of products, up to `maxTerms`, for which these cost less than blocks. */
  linesThatPay(maxTerms: number): number;
}

/** The most products sought when the method was requested, whatever they cost. */
const MAX_REQUESTED = 64;

/** @param direct the cost of direct sums. */
export function lazyFactorizations(range: Range, direct: number): Factorizations {
  const { taps, stride, width, height, planes, sumChannels } = range;
  let blocks: BlockChoice | null | undefined;
  let grid: Grid | null | undefined;
  let terms: readonly Term[] | null | undefined;
  const getGrid = () => {
    if (grid === undefined) grid = gridOf(taps);
    return grid;
  };
  // More products than these cost more than direct sums or transforms.
  const mostThatPay = ({ xs, ys }: Grid) => {
    const other = Math.min(direct, split.blocks()?.cost ?? Number.POSITIVE_INFINITY);
    const lines = xs.length + ys.length;
    const maxTerms = Math.floor(countTaps(taps) / lines);
    return Math.max(Math.floor(other / minTermCost(lines)), split.linesThatPay(maxTerms), 1);
  };
  const split: Factorizations = {
    blocks() {
      if (blocks === undefined)
        blocks = taps.length === 0 ? null : chooseBlocks(taps, stride, width, height, planes);
      return blocks;
    },
    worthwhile() {
      const matrix = getGrid();
      if (terms === undefined) terms = matrix && separate(matrix, mostThatPay(matrix));
      return terms;
    },
    any(avoidsResidue) {
      const matrix = getGrid();
      if (!matrix) return [];
      return (avoidsResidue ? null : separate(matrix, MAX_REQUESTED)) ?? termsOfLines(matrix);
    },
    lines(count) {
      const all = split.blocks();
      return all && chooseLines(all.blocks, count, width, height, planes);
    },
    linesThatPay(maxTerms) {
      const all = split.blocks();
      if (!all || sumChannels || stride[0] !== 1 || stride[1] !== 1) return 0;
      let pay = 0;
      while (pay < maxTerms && (split.lines(pay + 1)?.cost ?? Number.POSITIVE_INFINITY) < all.cost) pay++;
      return pay;
    },
  };
  return split;
}
