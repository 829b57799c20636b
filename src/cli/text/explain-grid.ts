// The grids of an explanation as lines: a patch with its coordinates, weights, products; border samples in ( ), the
// anchor in [ ], and on a terminal in colour. Knows no sentence.

import type { ChalkInstance } from 'chalk';
import type { Explanation } from '../../analysis/explain.js';
import type { Kernel } from '../../kernels/kernel.js';
import { decimals } from './kernel-grid.js';

/** Lines of one width, to stand beside others. */
export interface Block {
  readonly lines: readonly string[];
  readonly width: number;
}

type Ink = (text: string) => string;

/** A number of a grid, and what marks it. */
interface Cell {
  readonly text: string;
  readonly before: string;
  readonly after: string;
  readonly ink: Ink;
}

/** Colours for each kind of cell; all the same where there are none. */
export interface Inks {
  readonly plain: Ink;
  readonly border: Ink;
  readonly anchor: Ink;
  readonly positive: Ink;
  readonly negative: Ink;
  readonly strong: Ink;
}

export function inksOf(colours: ChalkInstance | null): Inks {
  const plain: Ink = (text) => text;
  if (colours === null) {
    return { plain, border: plain, anchor: plain, positive: plain, negative: plain, strong: plain };
  }
  const ink =
    (style: Ink): Ink =>
    (text) =>
      style(text);
  return {
    plain,
    border: ink(colours.dim),
    anchor: ink(colours.inverse),
    positive: ink(colours.red),
    negative: ink(colours.blueBright),
    strong: ink(colours.bold),
  };
}

/** Whether a sample of the patch came about by the border rule; `index` counts within a plane. */
export function isBorder({ columns, rows }: Explanation, index: number): boolean {
  const x = index % columns.at.length;
  const y = Math.floor(index / columns.at.length);
  return columns.reads[x] !== columns.at[x] || rows.reads[y] !== rows.at[y];
}

/** Samples of a plane as texts; a dash where one is left out. */
export function patchTexts(patch: readonly (number | null)[]): string[] {
  const texts = decimals(Float64Array.from(patch, (sample) => sample ?? 0));
  return patch.map((sample, i) => (sample === null ? '–' : texts[i]!));
}

/** One plane of what lies under the kernel, with x above and y before it; `-1→0` is read at 0. */
export function patchBlock(explanation: Explanation, patch: readonly (number | null)[], inks: Inks): Block {
  const { columns, rows, kernelAsApplied: kernel } = explanation;
  const texts = patchTexts(patch);
  const cells = texts.map((text, i): Cell => {
    if (isBorder(explanation, i)) return { text, before: '(', after: ')', ink: inks.border };
    return isAnchor(kernel, i) ? anchored(text, inks) : bare(text, inks.plain);
  });
  const labels = (reach: Explanation['columns']) =>
    reach.at.map((at, i) => {
      const read = reach.reads[i]!;
      return read === null ? `${at} out` : read === at ? String(at) : `${at}→${read}`;
    });
  return gridBlock(cells, columns.at.length, inks, { across: labels(columns), down: labels(rows) });
}

/** One plane of weights with the anchor marked. */
export function weightsBlock(kernel: Kernel, plane: number, inks: Inks): Block {
  const { width, height, weights } = kernel;
  const area = width * height;
  const cells = decimals(weights)
    .slice(plane * area, (plane + 1) * area)
    .map((text, i) => (isAnchor(kernel, i) ? anchored(text, inks) : bare(text, inks.plain)));
  return gridBlock(cells, width, inks);
}

/** Products as texts; a dash where the sample is left out. */
export function productTexts(products: Float64Array, patch: readonly (number | null)[]): string[] {
  return decimals(products).map((text, i) => (patch[i] === null ? '–' : text));
}

/** Products of one plane, those above 0 and below it told apart; `texts` are theirs. */
export function productsBlock(
  products: Float64Array,
  texts: readonly string[],
  width: number,
  inks: Inks,
): Block {
  const cells = texts.map((text, i) => {
    const product = products[i]!;
    return bare(text, product > 0 ? inks.positive : product < 0 ? inks.negative : inks.plain);
  });
  return gridBlock(cells, width, inks);
}

/** Blocks side by side, `between` them in their middle; titles above. */
export function sideBySide(
  parts: readonly { readonly title: string; readonly block: Block; readonly after?: string }[],
): Block {
  const height = Math.max(...parts.map(({ block }) => block.lines.length));
  const rows = Array.from({ length: height + 1 }, () => '');
  let width = 0;
  for (const { title, block, after = '' } of parts) {
    const wide = Math.max(block.width, title.length);
    // Grids without coordinates stand level with those that have them.
    const top = height - block.lines.length;
    const middle = top + Math.floor(block.lines.length / 2);
    rows.forEach((_, row) => {
      const line = block.lines[row - 1 - top];
      const filled =
        row === 0
          ? title.padEnd(wide)
          : line === undefined
            ? ' '.repeat(wide)
            : line + ' '.repeat(wide - block.width);
      rows[row] += filled + (row - 1 === middle ? after : ' '.repeat(after.length));
    });
    width += wide + after.length;
  }
  return { lines: rows, width };
}

function bare(text: string, ink: Ink): Cell {
  return { text, before: ' ', after: ' ', ink };
}

function anchored(text: string, inks: Inks): Cell {
  return { text, before: '[', after: ']', ink: inks.anchor };
}

function isAnchor({ width, anchor }: Kernel, index: number): boolean {
  return index === anchor[1] * width + anchor[0];
}

interface Labels {
  readonly across: readonly string[];
  readonly down: readonly string[];
}

function gridBlock(cells: readonly Cell[], columns: number, inks: Inks, labels?: Labels): Block {
  const texts = cells.map(({ text, before, after }) => before + text + after);
  const widths = Array.from({ length: columns }, (_, x) => {
    const head = labels ? labels.across[x]!.length + 1 : 0;
    return texts.reduce((most, text, i) => (i % columns === x ? Math.max(most, text.length) : most), head);
  });
  const lead = labels ? labels.down.reduce((most, { length }) => Math.max(most, length), 3) + 1 : 0;
  const lines: string[] = [];
  if (labels) {
    const head = labels.across.map((label, x) => `${label} `.padStart(widths[x]!)).join(' ');
    lines.push(inks.border(`${'y\\x'.padStart(lead - 1)} ${head}`));
  }
  for (let first = 0; first < cells.length; first += columns) {
    const label = labels ? `${labels.down[first / columns]!.padStart(lead - 1)} ` : '';
    const row = widths.map((wide, x) => {
      const i = first + x;
      return ' '.repeat(wide - texts[i]!.length) + cells[i]!.ink(texts[i]!);
    });
    lines.push((label && inks.border(label)) + row.join(' '));
  }
  return { lines, width: lead + widths.reduce((sum, wide) => sum + wide + 1, -1) };
}
