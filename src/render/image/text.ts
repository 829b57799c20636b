// Draws text on a canvas in whole multiples of the font's dots, without anti-aliasing, so that every machine
// draws the same pixels.

import { arrangeInRows, Canvas, stackVertically, withMargin } from './canvas.js';
import { INK, type Rgb } from './colours.js';
import { ADVANCE, ASCENT, DESCENT, glyphCharacters, hasDot } from './font.js';

/** Distance between lines in dots. */
const LEADING = 3;

/** The width of a text in pixels, at `scale` pixels per dot. */
export function textWidth(text: string, scale: number): number {
  return Math.max(0, glyphCharacters(text).length * ADVANCE - 1) * scale;
}

/** The height of a line of text, including descenders. */
export function textHeight(scale: number): number {
  return (ASCENT + DESCENT) * scale;
}

/** Draws a text with its top left corner at (x, y). */
export function drawText(
  canvas: Canvas,
  text: string,
  x: number,
  y: number,
  scale: number,
  colour: Rgb = INK,
): void {
  glyphCharacters(text).forEach((character, i) => {
    for (let row = 0; row < ASCENT + DESCENT; row++) {
      for (let column = 0; column < ADVANCE - 1; column++) {
        if (!hasDot(character, column, row)) continue;
        canvas.fill(x + (i * ADVANCE + column) * scale, y + row * scale, scale, scale, colour);
      }
    }
  });
}

/** A number with at most four digits. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(4)) + 0);
}

/** A line of text as a canvas, truncated with an ellipsis to a maximum width. */
export function textLine(text: string, scale: number, widest = Number.POSITIVE_INFINITY): Canvas {
  const characters = glyphCharacters(text);
  const room = Math.max(1, Math.floor((widest / scale + 1) / ADVANCE));
  const shown = characters.length > room ? `${characters.slice(0, room - 1).join('')}…` : characters.join('');
  const canvas = new Canvas(Math.max(1, textWidth(shown, scale)), textHeight(scale));
  drawText(canvas, shown, 0, 0, scale);
  return canvas;
}

/** Texts as lines, wrapped between words to a maximum width. */
export function textBlock(texts: readonly string[], scale: number, widest: number): Canvas {
  const room = Math.max(1, Math.floor((widest / scale + 1) / ADVANCE));
  const lines = texts.flatMap((text) => wrapText(text, room));
  const step = textHeight(scale) + LEADING * scale;
  const longest = Math.max(...lines.map((line) => textWidth(line, scale)));
  const width = Math.max(1, Math.min(widest, longest));
  const canvas = new Canvas(width, Math.max(1, lines.length * step - LEADING * scale));
  for (const [i, line] of lines.entries()) canvas.put(textLine(line, scale, widest), 0, i * step);
  return canvas;
}

/** Canvases in rows below a title, with an aspect of about 3 : 2. */
export function titledSheet(title: string, parts: readonly Canvas[], gap: number): Canvas {
  const widest = Math.max(...parts.map(({ width }) => width));
  const highest = Math.max(...parts.map(({ height }) => height));
  const columns = Math.max(1, Math.round(Math.sqrt((1.5 * parts.length * highest) / widest)));
  const body = arrangeInRows(parts, columns, gap);
  return withMargin(stackVertically([textLine(title, 3, Math.max(body.width, 200)), body], gap), gap);
}

/** Wraps to lines of a maximum number of characters, unless a word is longer; continuation lines are indented. */
function wrapText(text: string, maxCharacters: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of glyphCharacters(text).join('').split(' ')) {
    if (line.trim() !== '' && [...line, ...word].length + 1 > maxCharacters) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === '' && lines.length === 0 ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
