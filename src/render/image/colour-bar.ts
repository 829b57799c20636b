// Draws the colour scale of a picture: a vertical bar from the largest to the smallest value, with numbers
// next to it.

import { Canvas } from './canvas.js';
import { diverging, INK, type Rgb } from './colours.js';
import { ASCENT } from './font.js';
import type { Limit } from './plate.js';
import { drawText, numberText, textWidth } from './text.js';

const BAR = 14;
const TICK = 4;
const GAP = 4;

export interface Mark {
  /** Position from 0 at the bottom to 1 at the top. */
  readonly place: number;
  readonly text: string;
}

/** A bar of a height in pixels; `colourAt` is called from 1 at the top to 0. */
export function colourBar(
  height: number,
  colourAt: (place: number) => Rgb,
  marks: readonly Mark[],
  scale: number,
): Canvas {
  const half = Math.ceil((ASCENT * scale) / 2);
  const widest = Math.max(...marks.map(({ text }) => textWidth(text, scale)));
  const canvas = new Canvas(BAR + TICK + GAP + widest, height);
  for (let y = 0; y < height; y++)
    canvas.fill(0, y, BAR, 1, colourAt(height === 1 ? 1 : 1 - y / (height - 1)));
  canvas.frame(0, 0, BAR, height, INK);
  for (const { place, text } of marks) {
    const y = Math.round((1 - place) * (height - 1));
    canvas.fill(BAR, y, TICK, 1, INK);
    // Numbers at the ends stay within the bar's height.
    const top = Math.min(height - ASCENT * scale, Math.max(0, y - half));
    drawText(canvas, text, BAR + TICK + GAP, top, scale);
  }
  return canvas;
}

/** A bar of the diverging scale, with numbers at `places` (−1…1) of the limit; at 0 only if the limit is 0. */
export function divergingBar(
  height: number,
  { end, isExceeded }: Limit,
  places: readonly number[],
  scale: number,
): Canvas {
  const marks = (end === 0 ? [0] : places).map((place) => {
    const sign = place === -1 ? '≤ ' : place === 1 ? '≥ ' : '';
    return { place: (place + 1) / 2, text: `${isExceeded ? sign : ''}${numberText(place * end)}` };
  });
  return colourBar(height, (place) => diverging(2 * place - 1), marks, scale);
}
