// The taps of a kernel that is too large for grids: rows of a table for the largest products, and the sum of the others.

import type { ExplainedChannel, Explanation } from '../../analysis/explain.js';
import { float32Text } from './explain-sentences.js';

/** Kernels with more columns or rows are shown by their largest products. */
export const MAX_GRID_SIDE = 15;

/** Number of products shown. */
const MAX_TAPS = 12;

export const TAP_TITLES = ['from the anchor', 'reads', 'sample', 'weight', 'product'] as const;

/** Rows ordered by magnitude of the product, and a note on the rest. */
export function largestTaps(
  { kernelAsApplied: { width, height, weights, anchor }, columns, rows, planes, convolution }: Explanation,
  { patch, products }: ExplainedChannel,
): { readonly rows: string[][]; readonly note: string } {
  const order = Array.from(products.keys()).sort(
    (a, b) => Math.abs(products[b]!) - Math.abs(products[a]!) || a - b,
  );
  const shown = order.slice(0, MAX_TAPS);
  const rest = order.slice(MAX_TAPS).reduce((sum, i) => sum + products[i]!, 0);
  const area = width * height;
  const texts = shown.map((i) => {
    const x = i % width;
    const y = Math.floor((i % area) / width);
    const plane = planes === null ? '' : `${planes[Math.floor(i / area)]} `;
    const [readX, readY] = [columns.reads[x]!, rows.reads[y]!];
    const offset = [(x - anchor[0]) * convolution.dilation[0], (y - anchor[1]) * convolution.dilation[1]];
    const border = readX !== columns.at[x] || readY !== rows.at[y];
    const place =
      readX === null || readY === null ? 'outside' : `(${readX}, ${readY})${border ? ' border' : ''}`;
    const sample = patch[i] ?? null;
    return [
      `${plane}(${offset.map((d) => d + 0).join(', ')})`,
      place,
      sample === null ? '–' : float32Text(sample),
      float32Text(weights[i]!),
      float32Text(products[i]!),
    ];
  });
  const others = products.length - shown.length;
  return {
    rows: texts,
    note: `and ${others} more with a sum of ${float32Text(rest)}; --json lists all`,
  };
}
