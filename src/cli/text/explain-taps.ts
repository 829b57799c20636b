// The taps of a kernel too large for grids: those whose products weigh most, as rows of a table, and what the others
// add up to.

import type { ExplainedChannel, Explanation } from '../../analysis/explain.js';
import { digits } from './explain-sentences.js';

/** A kernel with more columns or rows is told by its largest products. */
export const MOST_ACROSS = 15;

/** So many are shown. */
const MOST_TAPS = 12;

export const TAP_TITLES = ['from the anchor', 'reads', 'sample', 'weight', 'product'] as const;

/** Rows of texts by size of the product, and a note on the rest. */
export function largestTaps(
  { kernelAsApplied: { width, height, weights, anchor }, columns, rows, planes, convolution }: Explanation,
  { patch, products }: ExplainedChannel,
): { readonly rows: string[][]; readonly note: string } {
  const order = Array.from(products.keys()).sort(
    (a, b) => Math.abs(products[b]!) - Math.abs(products[a]!) || a - b,
  );
  const shown = order.slice(0, MOST_TAPS);
  const rest = order.slice(MOST_TAPS).reduce((sum, i) => sum + products[i]!, 0);
  const area = width * height;
  const texts = shown.map((i) => {
    const x = i % width;
    const y = Math.floor((i % area) / width);
    const plane = planes === null ? '' : `${planes[Math.floor(i / area)]} `;
    const [readX, readY] = [columns.reads[x]!, rows.reads[y]!];
    const away = [(x - anchor[0]) * convolution.dilation[0], (y - anchor[1]) * convolution.dilation[1]];
    const border = readX !== columns.at[x] || readY !== rows.at[y];
    const place =
      readX === null || readY === null ? 'outside' : `(${readX}, ${readY})${border ? ' border' : ''}`;
    const sample = patch[i] ?? null;
    return [
      `${plane}(${away.map((d) => d + 0).join(', ')})`,
      place,
      sample === null ? '–' : digits(sample),
      digits(weights[i]!),
      digits(products[i]!),
    ];
  });
  const others = products.length - shown.length;
  return { rows: texts, note: `and ${others} more, which add up to ${digits(rest)}; --json has them all` };
}
