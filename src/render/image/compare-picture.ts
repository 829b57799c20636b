// Draws the comparison of one kernel: input, both maps and their difference in a row, and below them the
// figures and the kernels as applied.

import type { Comparison } from '../../analysis/compare.js';
import type { Samples } from '../../core/image.js';
import { type Kernel, rotate180 } from '../../kernels/kernel.js';
import { Canvas, placeSideBySide, stackVertically, widened, withMargin } from './canvas.js';
import { differenceKernel, drawMaps, inputCaption, kernelCaption, kernelPanel, withCaption } from './pair.js';
import { imagePanel } from './panel.js';
import { fitWithin } from './plate.js';
import { textBlock, textLine, textWidth } from './text.js';
import { divisorText } from './weights.js';

/** Longer side of a panel, and minimum width of a column, in pixels. */
const PANEL = 400;
const COLUMN = 320;
const KERNEL = { side: 200, numbers: true, scale: 2 } as const;
const GAP = 28;

/** The texts around the panels. */
export interface Heading {
  readonly title: string;
  /** The convolution options, and further remarks. */
  readonly settings: readonly string[];
}

/** Names and values of the figures of one kernel. */
export type FigureRows = readonly (readonly [name: string, value: string])[];

export function comparePicture(
  image: Samples,
  comparison: Comparison,
  figures: FigureRows,
  { title, settings }: Heading,
): Canvas {
  const { kernel, words, found } = comparison;
  const maps = drawMaps(comparison, PANEL, 2, COLUMN);
  const fit = fitWithin(image, PANEL);
  const column = (caption: string, canvas: Canvas) => withCaption(caption, canvas, 2, maps.width);
  const kernelColumn = (caption: string, shown: Kernel) => column(caption, kernelPanel(shown, KERNEL, true));
  const input = column(inputCaption(image, fit), imagePanel(image, fit));
  const twice = differenceKernel(kernel);
  const below = [
    column('figures', figureTable(figures)),
    kernelColumn(kernelCaption(kernel, 'as written'), kernel),
    kernelColumn(kernelCaption(kernel, 'rotated 180°'), rotate180(kernel)),
    ...(twice ? [kernelColumn(`written − rotated${divisorText(twice)}`, twice)] : []),
  ];
  const body = grid([[input, maps.plain, maps.flipped, maps.difference], below]);
  const verdict = textBlock([...words, `found: ${found}`], 2, body.width);
  const foot = textBlock([[...settings, ...maps.remarks].join(' · ')], 2, body.width);
  return withMargin(stackVertically([textLine(title, 4, body.width), verdict, body, foot], GAP), GAP);
}

/** Names on the left, values on the right. */
function figureTable(figures: FigureRows): Canvas {
  const names = Math.max(...figures.map(([name]) => textWidth(name, 2)));
  const lines = figures.map(([name, value]) => {
    const label = textLine(name, 2);
    return placeSideBySide([label, new Canvas(names - label.width + 1, 1), textLine(value, 2)], 12);
  });
  return stackVertically(lines, 8);
}

/** Rows of cells; each column is as wide as its widest cell. */
function grid(rows: readonly (readonly Canvas[])[]): Canvas {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]?.width ?? 0)));
  const cells = rows.map((row) => row.map((cell, i) => widened(cell, widths[i]!)));
  const lines = cells.map((row) => placeSideBySide(row, GAP));
  return stackVertically(lines, GAP);
}
