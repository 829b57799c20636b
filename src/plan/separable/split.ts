// Products of rows and columns, and blocks and lines of transforms, for the choice of a method: each found when it is
// first asked for, and no more products looked for than could pay.

import { minTermCost } from '../cost.js';
import { type BlockChoice, chooseBlocks } from '../fft-blocks.js';
import { chooseLines } from '../fft-lines.js';
import type { Term } from '../plan.js';
import type { Range } from '../range.js';
import { countTaps } from '../taps.js';
import { type Grid, gridOf } from './grid.js';
import { linesOf, separate } from './separable.js';

/** The taps as products of rows and columns, found when they are first asked for. */
export interface Split {
  /** Blocks of transforms, or null where no transform is long enough. */
  blocks(): BlockChoice | null;
  /** Products that may cost less than other methods, or null. */
  worthwhile(): readonly Term[] | null;
  /** Products, whatever they cost: `plain` ones are the kernel's lines. */
  any(plain: boolean): readonly Term[];
  /** Transforms of rows, then of columns, for so many products; or null. */
  lines(terms: number): BlockChoice | null;
  /** Up to how many products these cost less than blocks, no more than `most`. */
  linesThatPay(most: number): number;
}

/** Products of large kernels that are looked for where they were asked for, whatever they cost. */
const MOST_ASKED = 64;

/** @param direct what direct sums cost. */
export function splitOnce(range: Range, direct: number): Split {
  const { taps, stride, width, height, planes, across } = range;
  let blocks: BlockChoice | null | undefined;
  let grid: Grid | null | undefined;
  let terms: readonly Term[] | null | undefined;
  const asGrid = () => {
    if (grid === undefined) grid = gridOf(taps);
    return grid;
  };
  // More products than these cost more than direct sums or transforms.
  const mostThatPay = ({ xs, ys }: Grid) => {
    const other = Math.min(direct, split.blocks()?.cost ?? Number.POSITIVE_INFINITY);
    const lines = xs.length + ys.length;
    const most = Math.floor(countTaps(taps) / lines);
    return Math.max(Math.floor(other / minTermCost(lines)), split.linesThatPay(most), 1);
  };
  const split: Split = {
    blocks() {
      if (blocks === undefined)
        blocks = taps.length === 0 ? null : chooseBlocks(taps, stride, width, height, planes);
      return blocks;
    },
    worthwhile() {
      const matrix = asGrid();
      if (terms === undefined) terms = matrix && separate(matrix, mostThatPay(matrix));
      return terms;
    },
    any(plain) {
      const matrix = asGrid();
      if (!matrix) return [];
      return (plain ? null : separate(matrix, MOST_ASKED)) ?? linesOf(matrix);
    },
    lines(some) {
      const all = split.blocks();
      return all && chooseLines(all.blocks, some, width, height, planes);
    },
    linesThatPay(most) {
      const all = split.blocks();
      if (!all || across || stride[0] !== 1 || stride[1] !== 1) return 0;
      let pay = 0;
      while (pay < most && (split.lines(pay + 1)?.cost ?? Number.POSITIVE_INFINITY) < all.cost) pay++;
      return pay;
    },
  };
  return split;
}
