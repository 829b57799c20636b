// Formats the grids of an explanation: the patch with its coordinates, weights and products. Border samples are written in
// ( ), the anchor in [ ], in colour on a terminal.

import type { ChalkInstance } from 'chalk';
import type { Explanation } from '../../analysis/explain.js';
import type { Kernel } from '../../kernels/kernel.js';
import { visibleLength } from './columns.js';
import { decimalTexts } from './kernel-grid.js';

/** Lines of equal width without their colour codes, for layout side by side. */
export type Block = readonly string[];

type Colour = (text: string) => string;

/** A number of a grid between its marks, and its colour. */
interface Cell {
  readonly text: string;
  readonly colour: Colour;
}

/** The style of each part of an explanation; null: as it is. */
const STYLES = {
  plain: null,
  border: 'dim',
  anchor: 'inverse',
  positive: 'red',
  negative: 'blueBright',
  strong: 'bold',
} as const;

export type CellColours = Readonly<Record<keyof typeof STYLES, Colour>>;

/** Colours for an explanation; text is unchanged where `colours` is null. */
export function cellColours(colours: ChalkInstance | null): CellColours {
  const entries = Object.entries(STYLES).map(([part, style]) => {
    const apply = style && colours?.[style];
    return [part, (text: string) => apply?.(text) ?? text];
  });
  return Object.fromEntries(entries) as CellColours;
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
  const cells = patchTexts(patch).map((text, i): Cell => {
    if (isBorder(explanation, i)) return { text: `(${text})`, colour: colours.border };
    return cellOf(text, isAnchor(kernel, i), colours);
  });
  return gridBlock(cells, columns.at.length, colours, {
    across: axisLabels(columns),
    down: axisLabels(rows),
  });
}

/** One plane of weights with the anchor marked. @param range of the plane among the weights. */
export function weightsBlock(kernel: Kernel, range: readonly [number, number], colours: CellColours): Block {
  const texts = decimalTexts(kernel.weights).slice(...range);
  const cells = texts.map((text, i) => cellOf(text, isAnchor(kernel, i), colours));
  return gridBlock(cells, kernel.width, colours);
}

/** Products as texts; a dash where the sample is left out. */
export function productTexts(products: Float64Array, patch: readonly (number | null)[]): string[] {
  return decimalTexts(products).map((text, i) => (patch[i] === null ? '–' : text));
}

/** Products of one plane, positive and negative ones in different colours. */
export function productsBlock(
  products: Float64Array,
  patch: readonly (number | null)[],
  width: number,
  colours: CellColours,
): Block {
  const cells = productTexts(products, patch).map((text, i) => {
    const product = products[i]!;
    const sign = product > 0 ? 'positive' : product < 0 ? 'negative' : 'plain';
    return { text: ` ${text} `, colour: colours[sign] };
  });
  return gridBlock(cells, width, colours);
}

/** Blocks side by side, each below its title; `after` follows a block, at half its height. */
export function sideBySide(
  parts: readonly { readonly title: string; readonly block: Block; readonly after?: string }[],
): Block {
  const height = Math.max(...parts.map(({ block }) => block.length));
  const columns = parts.map(({ title, block, after = '' }) => {
    const blockWidth = visibleLength(block[0]!);
    const width = Math.max(blockWidth, title.length);
    // Blocks are aligned at the bottom: grids with x labels have one more line.
    const above = Array.from({ length: height - block.length }, () => ' '.repeat(width));
    const middle = above.length + Math.floor(block.length / 2);
    const lines = [...above, ...block.map((line) => line + ' '.repeat(width - blockWidth))];
    const filled = lines.map((line, i) => line + (i === middle ? after : ' '.repeat(after.length)));
    return [title.padEnd(width + after.length), ...filled];
  });
  return columns[0]!.map((_, row) => columns.map((lines) => lines[row]).join(''));
}

function cellOf(text: string, isAnchored: boolean, { plain, anchor }: CellColours): Cell {
  return isAnchored ? { text: `[${text}]`, colour: anchor } : { text: ` ${text} `, colour: plain };
}

/** Whether a weight is the anchor's. @param index within a plane. */
export function isAnchor({ width, anchor }: Kernel, index: number): boolean {
  return index === anchor[1] * width + anchor[0];
}

interface Labels {
  readonly across: readonly string[];
  readonly down: readonly string[];
}

function gridBlock(cells: readonly Cell[], columns: number, colours: CellColours, labels?: Labels): Block {
  const widths = Array.from({ length: columns }, (_, x) => {
    const head = labels ? labels.across[x]!.length + 1 : 0;
    return cells.reduce(
      (most, { text }, i) => (i % columns === x ? Math.max(most, text.length) : most),
      head,
    );
  });
  const lead = labels?.down.reduce((most, { length }) => Math.max(most, length), 3) ?? 0;
  const lines: string[] = [];
  if (labels) {
    const head = labels.across.map((label, x) => `${label} `.padStart(widths[x]!)).join(' ');
    lines.push(colours.border(`${'y\\x'.padStart(lead)} ${head}`));
  }
  for (let first = 0; first < cells.length; first += columns) {
    const label = labels ? `${labels.down[first / columns]!.padStart(lead)} ` : '';
    const row = cells.slice(first, first + columns).map(({ text, colour }, x) => {
      return ' '.repeat(widths[x]! - text.length) + colour(text);
    });
    lines.push((label && colours.border(label)) + row.join(' '));
  }
  return lines;
}
