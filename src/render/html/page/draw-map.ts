// Draws numbers on a canvas, one pixel per sample, in the colours of the legend below it. Runs in a browser.

import type { Size } from '../../../core/image.js';
import { diverging } from '../../image/colours.js';
import type { ScaleData } from '../page-data.js';

/** The steps of a colour scale, from its lower to its upper end. */
const STEPS = 511;

const SIGNED = colourTable((place) => diverging(2 * place - 1));
const GREY = colourTable((place) => [255 * place, 255 * place, 255 * place]);

export function drawMap(
  canvas: HTMLCanvasElement,
  numbers: (index: number) => number,
  { width, height }: Size,
  { look, most }: Pick<ScaleData, 'look' | 'most'>,
): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const picture = context.createImageData(width, height);
  const table = look === 'signed' ? SIGNED : GREY;
  const low = look === 'signed' ? -most : 0;
  const scale = most > 0 ? (STEPS - 1) / (most - low) : 0;
  const middle = look === 'signed' ? (STEPS - 1) / 2 : 0;
  for (let i = 0; i < width * height; i++) {
    const place = scale === 0 ? middle : Math.round((numbers(i) - low) * scale);
    const from = 3 * Math.min(STEPS - 1, Math.max(0, place));
    // NaN stays transparent.
    if (Number.isNaN(from)) continue;
    for (let c = 0; c < 3; c++) picture.data[4 * i + c] = table[from + c]!;
    picture.data[4 * i + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

function colourTable(colourAt: (place: number) => readonly number[]): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: STEPS * 3 }, (_, i) =>
    Math.round(colourAt(Math.floor(i / 3) / (STEPS - 1))[i % 3]!),
  );
}
