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

/** The most products sought when the method was requested, whatever they cost. */
const MAX_REQUESTED = 64;

/** Factorizations and transform sizes of a kernel, computed on demand. */
export class Factorizations {
  readonly #range: Range;
  readonly #direct: number;
  #blocks: BlockChoice | null | undefined;
  #grid: Grid | null | undefined;
  #terms: readonly Term[] | null | undefined;

  /** @param direct the cost of direct sums. */
  constructor(range: Range, direct: number) {
    this.#range = range;
    this.#direct = direct;
  }

  /** Blocks of transforms, or null if no transform is long enough. */
  blocks(): BlockChoice | null {
    const { taps, stride, width, height, planes } = this.#range;
    if (this.#blocks === undefined)
      this.#blocks = taps.length === 0 ? null : chooseBlocks(taps, stride, width, height, planes);
    return this.#blocks;
  }

  /** Products that may cost less than other methods, or null. */
  worthwhile(): readonly Term[] | null {
    const grid = this.#gridOfTaps();
    if (this.#terms === undefined) this.#terms = grid && separate(grid, this.#mostThatPay(grid));
    return this.#terms;
  }

  /**
   * Products, whatever they cost. With `avoidsResidue`, one product per distinct row or column of the kernel, which
   * reproduces its weights exactly; a decomposition into fewer products leaves a rounding residue.
   */
  any(avoidsResidue: boolean): readonly Term[] {
    const grid = this.#gridOfTaps();
    if (!grid) return [];
    return (avoidsResidue ? null : separate(grid, MAX_REQUESTED)) ?? termsOfLines(grid);
  }

  /** Transforms of rows, then of columns, for a number of products; or null. */
  lines(terms: number): BlockChoice | null {
    const { width, height, planes } = this.#range;
    const all = this.blocks();
    return all && chooseLines(all.blocks, terms, width, height, planes);
  }

  /** The largest number of products, up to `maxTerms`, for which these cost less than blocks. */
  linesThatPay(maxTerms: number): number {
    const { stride, sumChannels } = this.#range;
    const all = this.blocks();
    if (!all || sumChannels || stride[0] !== 1 || stride[1] !== 1) return 0;
    let pay = 0;
    while (pay < maxTerms && (this.lines(pay + 1)?.cost ?? Number.POSITIVE_INFINITY) < all.cost) pay++;
    return pay;
  }

  /** More products than these cost more than direct sums or transforms. */
  #mostThatPay({ xs, ys }: Grid): number {
    const other = Math.min(this.#direct, this.blocks()?.cost ?? Number.POSITIVE_INFINITY);
    const lines = xs.length + ys.length;
    const maxTerms = Math.floor(countTaps(this.#range.taps) / lines);
    return Math.max(Math.floor(other / minTermCost(lines)), this.linesThatPay(maxTerms), 1);
  }

  #gridOfTaps(): Grid | null {
    if (this.#grid === undefined) this.#grid = gridOf(this.#range.taps);
    return this.#grid;
  }
}
