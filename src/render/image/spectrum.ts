// Draws the frequency response |H(u, v)| of a plane of weights, linear from 0 to its largest value, with both
// axes from −0.5 to 0.5 cycles per sample and the colour scale next to it. Frequency 0 is at the centre.

import { magnitudeResponse } from '../../kernels/analysis/frequency-response.js';
import type { Plane } from '../../kernels/kernel.js';
import { Canvas, placeSideBySide } from './canvas.js';
import { colourBar } from './colour-bar.js';
import { INK, sequential } from './colours.js';
import { ASCENT } from './font.js';
import { drawText, numberText, textHeight, textWidth } from './text.js';

const TICK = 4;
const ENDS = ['-0.5', '0', '0.5'];

/** A map of `size` · `size` pixels, one per frequency (odd, so that 0 has its own pixel). `divisor` is the kernel's. */
export function spectrumPanel(plane: Plane, divisor: number, size: number, scale: number): Canvas {
  const magnitudes = magnitudeResponse(plane, divisor, size);
  const largest = magnitudes.reduce((most, magnitude) => Math.max(most, magnitude), 0);
  const [left, top] = [textWidth(ENDS[0]!, scale) + TICK + 5, 1];
  const below = TICK + 6 + 2 * textHeight(scale);
  const map = new Canvas(left + size + Math.ceil(textWidth(ENDS[2]!, scale) / 2), top + size + 1 + below);
  map.frame(left - 1, top - 1, size + 2, size + 2, INK);
  magnitudes.forEach((magnitude, i) => {
    const colour = sequential(largest === 0 ? 0 : magnitude / largest);
    map.fill(left + (i % size), top + Math.floor(i / size), 1, 1, colour);
  });
  ENDS.forEach((text, i) => {
    const place = Math.round((i * (size - 1)) / 2);
    const width = textWidth(text, scale);
    map.fill(left - 1 - TICK, top + place, TICK, 1, INK);
    const y = top + place - Math.floor((ASCENT * scale) / 2);
    const highest = top + size - ASCENT * scale;
    drawText(map, text, left - TICK - 4 - width, Math.min(highest, Math.max(top, y)), scale);
    map.fill(left + place, top + size + 1, 1, TICK, INK);
    drawText(map, text, left + place - Math.floor(width / 2), top + size + TICK + 4, scale);
  });
  const legend = 'u, v in cycles/sample';
  const width = textWidth(legend, scale);
  const x = left + Math.floor((size - width) / 2);
  if (width <= size) drawText(map, legend, x, map.height - textHeight(scale), scale);
  const marks = [0, 0.5, 1].map((place) => ({ place, text: numberText(place * largest) }));
  const bar = colourBar(size + 2, sequential, largest === 0 ? marks.slice(0, 1) : marks, scale);
  return placeSideBySide([map, bar], 8);
}
