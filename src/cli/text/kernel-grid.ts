// The weights of a kernel as people read them: an aligned grid, as whole numbers over one divisor where they are such,
// else as decimals; on a terminal with colour behind it, blue below 0 and red above.

import type { ChalkInstance } from 'chalk';
import { hasIntegerWeights, type Kernel } from '../../kernels/kernel.js';
import { commonFraction } from '../../math/rational.js';
import { diverging, inkOn } from '../../render/image/colours.js';
import type { Page } from '../console/terminal.js';

/** What stands before a grid, such as `1/16 ·`, and its numbers as texts, x fastest. */
export interface Written {
  readonly factor: string;
  readonly cells: readonly string[];
}

/** Columns and rows of a grid at most; of a larger kernel those around its anchor are shown. */
const MOST_SHOWN = 25;
/** Rows that a small picture on a terminal has at most, two rows of weights each. */
const MOST_LINES = 64;

/** The weights over the divisor, exactly where that is a fraction. */
export function written(kernel: Kernel): Written {
  const { weights, divisor } = kernel;
  const isWhole = hasIntegerWeights(kernel) && Number.isInteger(divisor) && divisor > 0;
  if (isWhole) return { factor: divisor === 1 ? '' : `1/${divisor} ·`, cells: Array.from(weights, String) };
  const exact = commonFraction(weights.map((weight) => weight / divisor));
  if (exact !== null) {
    const { numerators, denominator } = exact;
    return { factor: denominator === 1 ? '' : `1/${denominator} ·`, cells: numerators.map(String) };
  }
  return { factor: divisor === 1 ? '' : `1/${divisor} ·`, cells: decimals(weights) };
}

/** Numbers with as many decimals as the largest needs for six digits, or fewer where all are written with fewer. */
export function decimals(numbers: Float64Array): string[] {
  const size = (number: number) => (Number.isFinite(number) ? Math.abs(number) : 0);
  const largest = numbers.reduce((most, number) => Math.max(most, size(number)), 0);
  const most = Math.min(12, Math.max(0, 5 - Math.floor(Math.log10(largest || 1))));
  const own = (number: number) => /\.(\d+)$/.exec(number.toFixed(most).replace(/0+$/, ''))?.[1]?.length ?? 0;
  const needed = numbers.reduce((digits, number) => Math.max(digits, own(number)), 0);
  return Array.from(numbers, (number) => (number === 0 ? '0' : unsigned(number.toFixed(needed))));
}

/** What rounds to 0 has no sign. */
function unsigned(text: string): string {
  return /^-0\.0*$/.test(text) ? text.slice(1) : text;
}

/** The grid in lines, a blank one between planes; of a large kernel the middle, and a line that says so. */
export function gridLines(kernel: Kernel, page: Page, { factor, cells } = written(kernel)): string[] {
  const { width, height, weights, anchor } = kernel;
  const wide = cells.reduce((most, cell) => Math.max(most, cell.length), 0) + 2;
  const before = factor === '' ? 2 : factor.length + 3;
  const fits = Math.max(1, Math.floor((page.width - before) / wide));
  const [left, columns] = shownOf(width, anchor[0], Math.min(MOST_SHOWN, fits));
  const [upper, rows] = shownOf(height, anchor[1], MOST_SHOWN);
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const lines: string[] = [];
  for (let plane = 0; plane < weights.length; plane += width * height) {
    if (plane > 0) lines.push('');
    for (let y = upper; y < upper + rows; y++) {
      const label = y - upper === Math.floor((rows - 1) / 2) ? `  ${factor}` : '';
      let line = label.padEnd(before);
      for (let x = left; x < left + columns; x++) {
        const i = plane + y * width + x;
        const cell = `${cells[i]!.padStart(wide - 1)} `;
        line += page.colours ? tinted(cell, weights[i]! / (largest || 1), page.colours) : cell;
      }
      lines.push(page.colours ? line : line.trimEnd());
    }
  }
  if (columns < width || rows < height) {
    lines.push(
      '',
      `  only the ${columns}×${rows} around the anchor of ${width}×${height}; --format csv has all`,
    );
  }
  return lines;
}

/** The first and the number of at most `most` places of an axis, as far as there are any with `centre` in their middle. */
function shownOf(size: number, centre: number, most: number): [first: number, count: number] {
  const count = Math.min(size, most);
  return [Math.min(Math.max(0, centre - (count >> 1)), size - count), count];
}

function tinted(cell: string, share: number, colours: ChalkInstance): string {
  const colour = diverging(share);
  return colours.bgRgb(...colour).rgb(...inkOn(colour))(cell);
}

/** A small picture of a large kernel's first plane in half blocks, two rows of weights a line; none where it is too wide. */
export function previewLines(
  { width, height, weights }: Kernel,
  { width: columns, colours }: Page,
): string[] {
  if (colours === null || width + 2 > columns || height > 2 * MOST_LINES) return [];
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
