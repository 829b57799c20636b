// Draws the maps of a kernel without and with flip and their difference on one scale, and the kernels. Used by
// compare-picture.ts and compare-sheet.ts.

import type { Comparison } from '../../analysis/compare.js';
import { colourChannels, type FeatureMap, type Samples } from '../../core/image.js';
import { minusRotated } from '../../kernels/analysis/symmetry.js';
import { type Kernel, type Plane, planesOf } from '../../kernels/kernel.js';
import { arrangeInRows, type Canvas, placeSideBySide, stackVertically, widened } from './canvas.js';
import { divergingBar } from './colour-bar.js';
import { mapPanel } from './panel.js';
import { averageChannels, colourLimit, type Fit, fitWithin, type Limit, shrinkToPlate } from './plate.js';
import { numberText, textLine } from './text.js';
import { type HeatMapStyle, weightsMap, weightsPanel } from './weights.js';

/** The caption of the image, with its size and scale. */
export function inputCaption({ width, height }: Samples, { shrink }: Fit): string {
  return `input, ${width}×${height}${shrink > 1 ? ` at 1/${shrink}` : ''}`;
}

/**
 * Draws both maps of a comparison and their difference on one colour scale, less the bias and averaged over the colour
 * channels.
 * @param most pixels of the longer side of a map, at most.
 * @param scale pixels per dot of text.
 * @param least the smallest width of a column.
 * @returns each map below its caption, in a column of the returned `width`, and remarks on how the maps were altered.
 */
export function drawMaps(comparison: Comparison, most: number, scale: number, least: number) {
  const { kernel, plain, flipped, figures } = comparison;
  const colours = Math.max(1, colourChannels({ ...plain, hasAlpha: comparison.hasAlpha }));
  const fit = fitWithin(plain, most);
  const plateOf = (map: FeatureMap) => averageChannels(shrinkToPlate(map, colours, fit), kernel.bias);
  const [written, rotated] = [plateOf(plain), plateOf(flipped)];
  const apart = { ...written, means: written.means.map((mean, i) => mean - rotated.means[i]!) };
  const limit = colourLimit([written, rotated, apart]);
  const difference = mapPanel(apart, limit, fit);
  const { height } = difference;
  // In small bars, marks in between would overlap.
  const places = height < 80 * scale ? [-1, 0, 1] : [-1, -0.5, 0, 0.5, 1];
  const bar = divergingBar(Math.max(height, 36 * scale), limit, places, scale);
  const width = Math.max(least, difference.width);
  const column = (caption: string, canvas: Canvas) => withCaption(caption, canvas, scale, width);
  const what = figures.maxAbsDifference === 0 ? '0 everywhere' : 'no flip − flip';
  return {
    width,
    plain: column('no flip: correlation', mapPanel(written, limit, fit)),
    flipped: column('flip: convolution', mapPanel(rotated, limit, fit)),
    difference: column(`difference: ${what}`, placeSideBySide([difference, bar], 10)),
    remarks: remarks(comparison, colours, fit, limit),
  };
}

function remarks(
  { kernel, plain }: Comparison,
  colours: number,
  { shrink, zoom }: Fit,
  limit: Limit,
): string[] {
  const words: string[] = [];
  const size = `${plain.width}×${plain.height}`;
  if (shrink > 1)
    words.push(`maps of ${size} drawn at 1/${shrink}: a pixel is the mean of ${shrink}×${shrink} responses`);
  else words.push(`maps of ${size}${zoom > 1 ? `, drawn ${zoom} times as large` : ''}`);
  if (colours > 1) words.push(`the mean of ${colours} channels is drawn`);
  if (kernel.bias !== 0) words.push(`drawn less the bias: white is a response of ${numberText(kernel.bias)}`);
  if (limit.isExceeded)
    words.push(`colours end at ±${numberText(limit.end)}: at most 1 % of pixels lie beyond`);
  return words;
}

/** Maximum number of planes drawn per kernel; a note counts the others. */
const MAX_PLANES = 4;

/** A kernel's weights, with a colour bar if `hasBar`. Kernels with more weights than pixels are averaged. */
export function kernelPanel(kernel: Kernel, look: HeatMapStyle, hasBar: boolean): Canvas {
  const { width, height, anchor } = kernel;
  const all = planesOf(kernel);
  const shown = all.slice(0, MAX_PLANES);
  const side = shown.length > 1 ? Math.floor((look.side - 8) / 2) : look.side;
  const draw = hasBar && shown.length === 1 ? weightsPanel : weightsMap;
  const panels = shown.map((plane) =>
    Math.max(width, height) > side ? averagedWeights(plane, side) : draw(plane, anchor, { ...look, side }),
  );
  const body = shown.length === 1 ? panels[0]! : arrangeInRows(panels, 2, 8);
  if (shown.length === all.length) return body;
  return stackVertically([body, textLine(`planes 1 to ${shown.length} of ${all.length}`, look.scale)], 4);
}

function averagedWeights({ weights, width, height }: Plane, side: number): Canvas {
  const fit = fitWithin({ width, height }, side);
  const plate = shrinkToPlate({ width, height, channels: 1, data: Float32Array.from(weights) }, 1, fit);
  return mapPanel(plate, colourLimit([plate]), fit);
}

export function kernelCaption({ width, height, divisor }: Kernel, what: string): string {
  return `${what}, ${width}×${height}${divisor === 1 ? '' : ` over ${numberText(divisor)}`}`;
}

/** The kernel whose map is the difference, or null if it is too large to draw. */
export function differenceKernel(kernel: Kernel): Kernel | null {
  return kernel.weights.length > 65_536 ? null : minusRotated(kernel);
}

/** A canvas below a caption, in a column of a minimum width. */
export function withCaption(caption: string, canvas: Canvas, scale: number, least: number): Canvas {
  const width = Math.max(canvas.width, least);
  const head = textLine(caption, scale, width);
  return widened(stackVertically([head, canvas], 4 * scale), width);
}
