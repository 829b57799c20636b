// Formats the grids of an explanation: the patch with its coordinates, weights and products. Border samples are written in
// ( ), the anchor in [ ], in colour on a terminal.

import type { ChalkInstance } from 'chalk';
import type { Explanation } from '../../analysis/explain.js';
import type { Kernel } from '../../kernels/kernel.js';
import { decimalTexts } from './kernel-grid.js';

/** Lines of equal width, for layout side by side. */
export interface Block {
  readonly lines: readonly string[];
  readonly width: number;
}

type Colour = (text: string) => string;

/** A number of a grid with its marks and colour. */
interface Cell {
  readonly text: string;
  readonly before: string;
  readonly after: string;
  readonly colour: Colour;
}

export interface CellColours {
  readonly plain: Colour;
  readonly border: Colour;
  readonly anchor: Colour;
  readonly positive: Colour;
  readonly negative: Colour;
  readonly strong: Colour;
}

/** Colours for an explanation; text is unchanged where `colours` is null. */
export function cellColours(colours: ChalkInstance | null): CellColours {
  const plain: Colour = (text) => text;
  if (colours === null) {
    return { plain, border: plain, anchor: plain, positive: plain, negative: plain, strong: plain };
  }
  const apply =
    (style: Colour): Colour =>
    (text) =>
      style(text);
  return {
    plain,
    border: apply(colours.dim),
    anchor: apply(colours.inverse),
    positive: apply(colours.red),
    negative: apply(colours.blueBright),
    strong: apply(colours.bold),
  };
}

/** Whether a sample of the patch is set by the border mode. @param index within a plane. */
export function isBorder({ columns, rows }: Explanation, index: number): boolean {
  const x = index % columns.at.length;
  const y = Math.floor(index / columns.at.length);
  return columns.reads[x] !== columns.at[x] || rows.reads[y] !== rows.at[y];
}

/** Samples of a plane as texts; a dash for a sample that is left out. */
export function patchTexts(patch: readonly (number | null)[]): string[] {
  const texts = decimalTexts(Float64Array.from(patch, (sample) => sample ?? 0));
  return patch.map((sample, i) => (sample === null ? '–' : texts[i]!));
}

/** Labels of columns or rows; `-1→0` means that the border mode reads column 0 instead of −1. */
export function axisLabels({ at, reads }: Explanation['columns']): string[] {
  return at.map((place, i) => {
    const read = reads[i]!;
    return read === null ? `${place} out` : read === place ? String(place) : `${place}→${read}`;
  });
}

/** One plane of the patch with x and y labels. */
export function patchBlock(
  explanation: Explanation,
  patch: readonly (number | null)[],
  colours: CellColours,
): Block {
  const { columns, rows, kernelAsApplied: kernel } = explanation;
  const texts = patchTexts(patch);
  const cells = texts.map((text, i): Cell => {
    if (isBorder(explanation, i)) return { text, before: '(', after: ')', colour: colours.border };
    return isAnchor(kernel, i) ? anchorCell(text, colours) : plainCell(text, colours.plain);
  });
  return gridBlock(cells, columns.at.length, colours, {
    across: axisLabels(columns),
    down: axisLabels(rows),
  });
}

/** One plane of weights with the anchor marked. */
export function weightsBlock(kernel: Kernel, plane: number, colours: CellColours): Block {
  const { width, height, weights } = kernel;
  const area = width * height;
  const cells = decimalTexts(weights)
    .slice(plane * area, (plane + 1) * area)
    .map((text, i) => (isAnchor(kernel, i) ? anchorCell(text, colours) : plainCell(text, colours.plain)));
  return gridBlock(cells, width, colours);
}

/** Products as texts; a dash where the sample is left out. */
export function productTexts(products: Float64Array, patch: readonly (number | null)[]): string[] {
  return decimalTexts(products).map((text, i) => (patch[i] === null ? '–' : text));
}

/** Products of one plane, positive and negative ones in different colours. @param texts of the products. */
export function productsBlock(
  products: Float64Array,
  texts: readonly string[],
  width: number,
  colours: CellColours,
): Block {
  const cells = texts.map((text, i) => {
    const product = products[i]!;
    return plainCell(text, product > 0 ? colours.positive : product < 0 ? colours.negative : colours.plain);
  });
  return gridBlock(cells, width, colours);
}

/** Blocks side by side, each below its title; `after` follows a block, at half its height. */
export function sideBySide(
  parts: readonly { readonly title: string; readonly block: Block; readonly after?: string }[],
): Block {
  const height = Math.max(...parts.map(({ block }) => block.lines.length));
  const rows = Array.from({ length: height + 1 }, () => '');
  let width = 0;
  for (const { title, block, after = '' } of parts) {
    const columnWidth = Math.max(block.width, title.length);
    // Blocks are aligned at the bottom: grids with x labels have one more line.
    const top = height - block.lines.length;
    const middle = top + Math.floor(block.lines.length / 2);
    rows.forEach((_, row) => {
      const line = block.lines[row - 1 - top];
      const filled =
        row === 0
          ? title.padEnd(columnWidth)
          : line === undefined
            ? ' '.repeat(columnWidth)
            : line + ' '.repeat(columnWidth - block.width);
      rows[row] += filled + (row - 1 === middle ? after : ' '.repeat(after.length));
    });
    width += columnWidth + after.length;
  }
  return { lines: rows, width };
}

function plainCell(text: string, colour: Colour): Cell {
  return { text, before: ' ', after: ' ', colour };
}

function anchorCell(text: string, colours: CellColours): Cell {
  return { text, before: '[', after: ']', colour: colours.anchor };
}

function isAnchor({ width, anchor }: Kernel, index: number): boolean {
  return index === anchor[1] * width + anchor[0];
}

interface Labels {
  readonly across: readonly string[];
  readonly down: readonly string[];
}

function gridBlock(cells: readonly Cell[], columns: number, colours: CellColours, labels?: Labels): Block {
  const texts = cells.map(({ text, before, after }) => before + text + after);
  const widths = Array.from({ length: columns }, (_, x) => {
    const head = labels ? labels.across[x]!.length + 1 : 0;
    return texts.reduce((most, text, i) => (i % columns === x ? Math.max(most, text.length) : most), head);
  });
  const lead = labels ? labels.down.reduce((most, { length }) => Math.max(most, length), 3) + 1 : 0;
  const lines: string[] = [];
  if (labels) {
    const head = labels.across.map((label, x) => `${label} `.padStart(widths[x]!)).join(' ');
    lines.push(colours.border(`${'y\\x'.padStart(lead - 1)} ${head}`));
  }
  for (let first = 0; first < cells.length; first += columns) {
    const label = labels ? `${labels.down[first / columns]!.padStart(lead - 1)} ` : '';
    const row = widths.map((columnWidth, x) => {
      const i = first + x;
      return ' '.repeat(columnWidth - texts[i]!.length) + cells[i]!.colour(texts[i]!);
    });
    lines.push((label && colours.border(label)) + row.join(' '));
  }
  return { lines, width: lead + widths.reduce((sum, columnWidth) => sum + columnWidth + 1, -1) };
}
