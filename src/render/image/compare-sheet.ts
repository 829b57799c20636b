// Draws the comparison of a bank as a sheet: the image, then one row per kernel with both kernels, maps and
// their difference. Rows are drawn one by one, so that only one kernel's maps are in memory.

import type { Comparison } from '../../analysis/compare.js';
import type { Samples } from '../../core/image.js';
import { type Kernel, rotate180 } from '../../kernels/kernel.js';
import { type Canvas, placeSideBySide, stackVertically, withMargin } from './canvas.js';
import type { FigureRows, Heading } from './compare-picture.js';
import { drawMaps, inputCaption, kernelCaption, kernelPanel, withCaption } from './pair.js';
import { imagePanel } from './panel.js';
import { fitWithin } from './plate.js';
import { textBlock, textLine } from './text.js';

const PANEL = 260;
const COLUMN = 174;
const INPUT = 400;
const KERNEL = { side: 120, numbers: true, scale: 1 } as const;
const GAP = 28;
const SMALL_GAP = 14;

export type Row = ReturnType<typeof compareRow>;

/** Draws a kernel's row: a line with name and verdict, a line of figures, and the panels below them. */
export function compareRow(comparison: Comparison, figures: FigureRows) {
  const { kernel, words } = comparison;
  const { plain, flipped, difference, remarks } = drawMaps(comparison, PANEL, 1, COLUMN);
  const kernelCell = (what: string, applied: Kernel) =>
    withCaption(kernelCaption(applied, what), kernelPanel(applied, KERNEL, false), 1, KERNEL.side + 1);
  const written = kernelCell('as written', kernel);
  const rotated = kernelCell('rotated 180°', rotate180(kernel));
  const panels = placeSideBySide([written, plain, rotated, flipped, difference], SMALL_GAP);
  const title = `${kernel.name}: ${words[0]}`;
  const line = figures.map(([name, value]) => `${name} ${value}`).join('  ');
  const head = [textBlock([title], 2, panels.width), textBlock([line], 1, panels.width)];
  return { canvas: stackVertically([...head, panels], 8), remarks };
}

/** Assembles the rows below the image. */
export function compareSheet(image: Samples, rows: readonly Row[], { title, settings }: Heading): Canvas {
  const width = Math.max(...rows.map(({ canvas }) => canvas.width));
  const fit = fitWithin(image, INPUT);
  const input = imagePanel(image, fit);
  // Remarks that apply to every row are written once.
  const common = rows[0]!.remarks.filter((remark) => rows.every((row) => row.remarks.includes(remark)));
  const ends = rows.every(({ remarks: all }) => all.length === common.length)
    ? []
    : ['each row has its own colour scale; beyond its ends lies at most 1 % of its pixels'];
  const room = Math.max(200, width - input.width - GAP);
  const about = textBlock([inputCaption(image, fit), ...settings, ...common, ...ends], 2, room);
  const head = [textLine(title, 4, width), placeSideBySide([input, about], GAP)];
  return withMargin(stackVertically([...head, ...rows.map(({ canvas }) => canvas)], GAP), GAP);
}
