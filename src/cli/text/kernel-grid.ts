// Formats the weights of a kernel as an aligned grid: whole numbers with a common divisor where possible, else decimals. On
// a terminal the background is blue for negative and red for positive weights.

import type { ChalkInstance } from 'chalk';
import { hasIntegerWeights, type Kernel } from '../../kernels/kernel.js';
import { commonFraction } from '../../math/rational.js';
import { diverging, inkOn } from '../../render/image/colours.js';
import type { Page } from '../console/terminal.js';

/** Maximum columns and rows of a grid; of larger kernels the part around the anchor is shown. */
const MAX_GRID_SIDE = 25;
/** Maximum lines of a preview, each with two rows of weights. */
const MAX_PREVIEW_LINES = 64;

/**
 * Weights / divisor, as exact fractions where they have a common denominator: the factor before the grid, for example
 * `1/16 ·`, and its numbers, row by row.
 */
function weightTexts(kernel: Kernel) {
  const { weights, divisor } = kernel;
  const factorOf = (denominator: number) => (denominator === 1 ? '' : `1/${denominator} ·`);
  const isWhole = hasIntegerWeights(kernel) && Number.isInteger(divisor) && divisor > 0;
  if (isWhole) return { factor: factorOf(divisor), cells: Array.from(weights, String) };
  const exact = commonFraction(weights.map((weight) => weight / divisor));
  if (exact === null) return { factor: factorOf(divisor), cells: decimalTexts(weights) };
  return { factor: factorOf(exact.denominator), cells: exact.numerators.map(String) };
}

/** Numbers with six significant digits for the largest, and fewer decimals where none needs more. */
export function decimalTexts(numbers: Float64Array): string[] {
  const size = (number: number) => (Number.isFinite(number) ? Math.abs(number) : 0);
  const largest = numbers.reduce((most, number) => Math.max(most, size(number)), 0);
  const most = Math.min(12, Math.max(0, 5 - Math.floor(Math.log10(largest || 1))));
  const own = (number: number) => /\.(\d+)$/.exec(number.toFixed(most).replace(/0+$/, ''))?.[1]?.length ?? 0;
  const needed = numbers.reduce((digits, number) => Math.max(digits, own(number)), 0);
  // A number that was rounded to 0 has no sign.
  const textOf = (number: number) => number.toFixed(needed).replace(/^-(0\.0*)$/, '$1');
  return Array.from(numbers, (number) => (number === 0 ? '0' : textOf(number)));
}

/** The lines of the grid, with a blank line between planes. A large kernel is cut to the part around its anchor. */
export function gridLines(kernel: Kernel, page: Page, { factor, cells } = weightTexts(kernel)): string[] {
  const { width, height, weights, anchor } = kernel;
  const cellWidth = cells.reduce((most, cell) => Math.max(most, cell.length), 0) + 2;
  const before = factor === '' ? 2 : factor.length + 3;
  const fits = Math.max(1, Math.floor((page.width - before) / cellWidth));
  const [left, columns] = visibleRange(width, anchor[0], Math.min(MAX_GRID_SIDE, fits));
  const [upper, rows] = visibleRange(height, anchor[1], MAX_GRID_SIDE);
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const lines: string[] = [];
  for (let plane = 0; plane < weights.length; plane += width * height) {
    if (plane > 0) lines.push('');
    for (let y = upper; y < upper + rows; y++) {
      const label = y - upper === Math.floor((rows - 1) / 2) ? `  ${factor}` : '';
      let line = label.padEnd(before);
      for (let x = left; x < left + columns; x++) {
        const i = plane + y * width + x;
        const cell = `${cells[i]!.padStart(cellWidth - 1)} `;
        line += page.colours ? coloured(cell, weights[i]! / (largest || 1), page.colours) : cell;
      }
      lines.push(page.colours ? line : line.trimEnd());
    }
  }
  if (columns < width || rows < height) {
    lines.push(
      '',
      `  only ${columns}×${rows} of ${width}×${height} weights, around the anchor; --format csv writes all`,
    );
  }
  return lines;
}

/** The range of at most `most` indices of an axis around `centre`, shifted to stay within the axis. */
function visibleRange(size: number, centre: number, most: number): [first: number, count: number] {
  const count = Math.min(size, most);
  return [Math.min(Math.max(0, centre - (count >> 1)), size - count), count];
}

function coloured(cell: string, share: number, colours: ChalkInstance): string {
  const colour = diverging(share);
  return colours.bgRgb(...colour).rgb(...inkOn(colour))(cell);
}

/** A preview of the first plane of a large kernel in half blocks, two rows of weights per line; empty where it is too wide. */
export function previewLines(
  { width, height, weights }: Kernel,
  { width: columns, colours }: Page,
): string[] {
  if (colours === null || width + 2 > columns || height > 2 * MAX_PREVIEW_LINES) return [];
  const largest =
    weights.subarray(0, width * height).reduce((most, w) => Math.max(most, Math.abs(w)), 0) || 1;
  return Array.from({ length: Math.ceil(height / 2) }, (_, line) => {
    let text = '  ';
    for (let x = 0; x < width; x++) {
      const upper = colours.rgb(...diverging(weights[2 * line * width + x]! / largest));
      const below = 2 * line + 1 < height ? weights[(2 * line + 1) * width + x]! / largest : null;
      text += (below === null ? upper : upper.bgRgb(...diverging(below)))('▀');
    }
    return text;
  });
}
