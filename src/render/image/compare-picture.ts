// Draws the comparison of one kernel: input, both maps and their difference in a row, and below them the
// figures and the kernels as applied.

import type { Samples } from '../../core/image.js';
import { type Kernel, rotate180 } from '../../kernels/kernel.js';
import { Canvas, placeSideBySide, stackVertically, widened, withMargin } from './canvas.js';
import {
  CAPTIONS,
  differenceCaption,
  differenceKernel,
  drawMaps,
  inputCaption,
  kernelCaption,
  kernelPanel,
  type Pair,
  remarks,
  withCaption,
} from './pair.js';
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

/** Draws one kernel. */
export function comparePicture(image: Samples, pair: Pair, { title, settings }: Heading): Canvas {
  const { kernel, words, figures } = pair;
  const maps = drawMaps(pair, PANEL, 2);
  const fit = fitWithin(image, PANEL);
  const least = Math.max(COLUMN, maps.plain.width);
  const above = [
    withCaption(inputCaption(image, fit), imagePanel(image, fit), 2, least),
    withCaption(CAPTIONS.plain, maps.plain, 2, least),
    withCaption(CAPTIONS.flipped, maps.flipped, 2, least),
    withCaption(differenceCaption(pair), placeSideBySide([maps.difference, maps.bar], 10), 2, least),
  ];
  const twice = differenceKernel(kernel);
  const below = [
    withCaption('figures', figureTable(figures), 2, least),
    kernelColumn(kernel, kernelCaption(kernel, 'as written'), least),
    kernelColumn(rotate180(kernel), kernelCaption(kernel, 'rotated 180°'), least),
    ...(twice ? [kernelColumn(twice, `written − rotated${divisorText(twice)}`, least)] : []),
  ];
  const body = grid([above, below]);
  const head = [textLine(title, 4, body.width), textBlock(words, 2, body.width)];
  const foot = textBlock([[...settings, ...remarks(pair, maps)].join(' · ')], 2, body.width);
  return withMargin(stackVertically([...head, body, foot], GAP), GAP);
}

function kernelColumn(kernel: Kernel, caption: string, least: number): Canvas {
  return withCaption(caption, kernelPanel(kernel, KERNEL, true), 2, least);
}

/** Names on the left, values on the right. */
function figureTable(figures: Pair['figures']): Canvas {
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
  const lines = rows.map((row) =>
    placeSideBySide(
      row.map((cell, i) => widened(cell, widths[i]!)),
      GAP,
    ),
  );
  return stackVertically(lines, GAP);
}
