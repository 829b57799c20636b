// Draws a plane of weights as a heat map: one square per weight, blue below 0, white at 0, red above, with
// its number if there is space, a frame around the anchor's square, and the colour scale next to it. The
// frame leaves the square's centre free.

import type { Kernel, Plane } from '../../kernels/kernel.js';
import { Canvas, placeSideBySide } from './canvas.js';
import { divergingBar } from './colour-bar.js';
import { diverging, FAINT, INK, inkOn } from './colours.js';
import { ASCENT } from './font.js';
import { drawText, numberText, textWidth } from './text.js';

export interface HeatMapStyle {
  /** Desired pixels of the longer side; a weight has at least `MIN_SQUARE`. */
  readonly side: number;
  /** Whether squares contain the weights' numbers. */
  readonly numbers: boolean;
  /** Pixels per dot of text. */
  readonly scale: number;
}

const MIN_SQUARE = 2;
const MAX_SQUARE = 96;
/** Smaller squares are drawn without lines between them. */
const MIN_LINED_SQUARE = 6;

/** The heat map with its scale; `anchor` is [x, y]. */
export function weightsPanel(plane: Plane, anchor: Kernel['anchor'], style: HeatMapStyle): Canvas {
  const map = weightsMap(plane, anchor, style);
  const limit = { end: largestOf(plane), isExceeded: false };
  const height = Math.max(map.height, 48 * style.scale);
  return placeSideBySide([map, divergingBar(height, limit, [-1, 0, 1], style.scale)], 8);
}

/** The heat map without scale. */
export function weightsMap(plane: Plane, anchor: Kernel['anchor'], { side, numbers }: HeatMapStyle): Canvas {
  const { weights, width, height } = plane;
  const cell = Math.min(MAX_SQUARE, Math.max(MIN_SQUARE, Math.floor(side / Math.max(width, height))));
  const largest = largestOf(plane);
  const map = new Canvas(width * cell + 1, height * cell + 1);
  weights.forEach((weight, i) => {
    const [x, y] = [(i % width) * cell, Math.floor(i / width) * cell];
    const colour = diverging(largest === 0 ? 0 : weight / largest);
    map.fill(x, y, cell, cell, colour);
    if (cell >= MIN_LINED_SQUARE) map.frame(x, y, cell + 1, cell + 1, FAINT);
    const text = numberText(weight);
    const scale = numbers ? largestTextScale(text, cell) : 0;
    if (scale === 0) return;
    const left = x + 1 + Math.floor((cell - textWidth(text, scale)) / 2);
    drawText(map, text, left, y + 1 + Math.floor((cell - ASCENT * scale) / 2), scale, inkOn(colour));
  });
  map.frame(0, 0, map.width, map.height, INK);
  if (cell >= MIN_LINED_SQUARE)
    map.frame(anchor[0] * cell, anchor[1] * cell, cell + 1, cell + 1, INK, cell >= 24 ? 3 : 2);
  return map;
}

function largestOf({ weights }: Plane): number {
  return weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
}

/** The largest scale at which a text fits into a square, or 0. */
function largestTextScale(text: string, cell: number): number {
  const fits = (scale: number) => textWidth(text, scale) <= cell - 8 && ASCENT * scale <= cell - 8;
  return [2, 1].find(fits) ?? 0;
}

/** The divisor of a kernel for a caption; empty if it is 1. */
export function divisorText({ divisor }: Pick<Kernel, 'divisor'>): string {
  return divisor === 1 ? '' : `, over ${numberText(divisor)}`;
}
