// Draws the maps of a kernel without and with flip and their difference on one scale, and the kernels. Used
// by compare-picture.ts and compare-sheet.ts.

import type { FeatureMap, Samples } from '../../core/image.js';
import { minusRotated } from '../../kernels/analysis/symmetry.js';
import { type Kernel, type Plane, planesOf } from '../../kernels/kernel.js';
import { arrangeInRows, type Canvas, stackVertically, widened } from './canvas.js';
import { colourBar } from './colour-bar.js';
import { diverging } from './colours.js';
import { mapPanel } from './panel.js';
import {
  averageChannels,
  colourLimit,
  type Fit,
  fitWithin,
  type Limit,
  shrinkToPlate,
  subtractPlates,
} from './plate.js';
import { textLine } from './text.js';
import { type HeatMapStyle, numberText, weightsMap, weightsPanel } from './weights.js';

/** The comparison of one kernel to draw. */
export interface Pair {
  readonly kernel: Kernel;
  /** Responses without and with flip, of equal shape. */
  readonly plain: FeatureMap;
  readonly flipped: FeatureMap;
  /** Whether both maps are identical. */
  readonly isSame: boolean;
  /** Number of colour channels; alpha follows them. */
  readonly colours: number;
  /** The verdict and its reasons, one sentence each. */
  readonly words: readonly string[];
  /** Names and values of figures. */
  readonly figures: readonly (readonly [string, string])[];
}

export const CAPTIONS = { plain: 'no flip: correlation', flipped: 'flip: convolution' } as const;

/** The caption of the image, with its size and scale. */
export function inputCaption({ width, height }: Samples, { shrink }: Fit): string {
  return `input, ${width}×${height}${shrink > 1 ? ` at 1/${shrink}` : ''}`;
}

export function differenceCaption({ isSame }: Pair): string {
  return isSame ? 'difference: 0 everywhere' : 'difference: no flip − flip';
}

/**
 * Draws the maps of a pair with at most `most` pixels, minus the bias. `scale`: pixels per dot of text.
 * @returns three maps of equal size, their colour bar, and their scales.
 */
export function drawMaps({ kernel, plain, flipped, colours }: Pair, most: number, scale: number) {
  const fit = fitWithin(plain, most);
  const plates = [plain, flipped].map((map) =>
    averageChannels(shrinkToPlate(map, colours, fit), kernel.bias),
  );
  const apart = subtractPlates(plates[0]!, plates[1]!);
  const limit = colourLimit([...plates, apart]);
  const panel = (plate: typeof apart) => mapPanel(plate, limit, fit);
  const [left, right, difference] = [plates[0]!, plates[1]!, apart].map(panel);
  return {
    ...{ plain: left!, flipped: right!, difference: difference! },
    ...{ bar: limitBar(left!.height, limit, scale), fit, limit },
  };
}

function limitBar(height: number, { end, isExceeded }: Limit, scale: number): Canvas {
  const beyond = (sign: string, value: number) => `${isExceeded ? sign : ''}${numberText(value)}`;
  const ends = [
    { place: 1, text: beyond('≥ ', end) },
    { place: 0.75, text: numberText(end / 2) },
    { place: 0.25, text: numberText(-end / 2) },
    { place: 0, text: beyond('≤ ', -end) },
  ];
  const zero = { place: 0.5, text: '0' };
  // In small bars, marks in between would overlap.
  const marks = height < 80 * scale ? [zero, ends[0]!, ends[3]!] : [zero, ...ends];
  return colourBar(
    Math.max(height, 36 * scale),
    (place) => diverging(2 * place - 1),
    end === 0 ? [zero] : marks,
    scale,
  );
}

/** Remarks on how the maps were modified for display. */
export function remarks(
  { kernel, colours, plain }: Pair,
  { fit, limit }: ReturnType<typeof drawMaps>,
): string[] {
  const { shrink, zoom } = fit;
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
  const panels = shown.map((plane) => {
    if (Math.max(width, height) > side) return averagedWeights(plane, side);
    return draw(plane, Array.from(plane.weights, numberText), anchor, { ...look, side });
  });
  const body = shown.length === 1 ? panels[0]! : arrangeInRows(panels, 2, 8);
  if (shown.length === all.length) return body;
  return stackVertically([body, textLine(`planes 1 to ${shown.length} of ${all.length}`, look.scale)], 4);
}

function averagedWeights({ weights, width, height }: Plane, side: number): Canvas {
  const fit = fitWithin({ width, height }, side);
  const plate = shrinkToPlate({ width, height, channels: 1, data: Float32Array.from(weights) }, 1, fit);
  return mapPanel(plate, { end: colourLimit([plate]).end, isExceeded: false }, fit);
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
