// Converts a small picture of red, green and blue in 8 bits to lines of characters: two pixels per cell as
// coloured half-blocks, or five shades without colour.

import type { Samples } from '../../core/image.js';

/** 24-bit colour, or the 256 colours of xterm's palette. */
export type Palette = 'true' | '256';

const RESET = '\x1b[0m';
/** From dark to bright, for a dark background. */
const SHADES = [' ', '░', '▒', '▓', '█'] as const;
/** Levels of the palette's 6 × 6 × 6 colour cube, from number 16; 24 greys follow from 232: 8, 18, …, 238. */
const CUBE_LEVELS = [0, 95, 135, 175, 215, 255] as const;

/**
 * Upper half-blocks: the upper pixel of a cell is the foreground, the lower one the background. Every line
 * ends with a newline.
 */
export function halfBlocks(picture: Samples, palette: Palette): string {
  const { width, height } = picture;
  const lines: string[] = [];
  for (let y = 0; y < height; y += 2) {
    let line = '';
    let before = '';
    for (let x = 0; x < width; x++) {
      const ink = colour(picture, x, y, palette);
      // Below an odd last row, the terminal's own background shows.
      const ground = y + 1 < height ? colour(picture, x, y + 1, palette) : null;
      const codes = ground === null ? `38;${ink}` : `38;${ink};48;${ground}`;
      if (codes !== before) line += `\x1b[${codes}m`;
      before = codes;
      line += '▀';
    }
    lines.push(`${line}${RESET}\n`);
  }
  return lines.join('');
}

/**
 * Shades without escape sequences: each cell has the mean brightness of its two pixels. Every line ends with
 * a newline.
 */
export function shades(picture: Samples): string {
  const { width, height } = picture;
  const lines: string[] = [];
  for (let y = 0; y < height; y += 2) {
    const below = Math.min(y + 1, height - 1);
    let line = '';
    for (let x = 0; x < width; x++) {
      const mean = (brightness(picture, x, y) + brightness(picture, x, below)) / 2;
      line += SHADES[Math.min(SHADES.length - 1, Math.floor((mean / 256) * SHADES.length))];
    }
    lines.push(`${line.trimEnd()}\n`);
  }
  return lines.join('');
}

function pixel({ data, width }: Samples, x: number, y: number): [number, number, number] {
  const i = (y * width + x) * 3;
  return [data[i]!, data[i + 1]!, data[i + 2]!];
}

function brightness(picture: Samples, x: number, y: number): number {
  const [red, green, blue] = pixel(picture, x, y);
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** The parameters after 38; or 48; for a pixel's colour. */
function colour(picture: Samples, x: number, y: number, palette: Palette): string {
  const rgb = pixel(picture, x, y);
  return palette === 'true' ? `2;${rgb.join(';')}` : `5;${nearestOf256(rgb)}`;
}

/** The number of the nearest palette colour, from 16: the first 16 differ between terminals. */
export function nearestOf256(rgb: readonly [number, number, number]): number {
  const steps = rgb.map((value) => nearestCubeLevel(value));
  const cube = steps.map((step) => CUBE_LEVELS[step]!);
  const mean = (rgb[0] + rgb[1] + rgb[2]) / 3;
  const step = Math.max(0, Math.min(23, Math.round((mean - 8) / 10)));
  const grey = 8 + 10 * step;
  const far = (other: readonly number[]) => other.reduce((sum, v, c) => sum + (v - rgb[c]!) ** 2, 0);
  if (far([grey, grey, grey]) < far(cube)) return 232 + step;
  return 16 + 36 * steps[0]! + 6 * steps[1]! + steps[2]!;
}

function nearestCubeLevel(value: number): number {
  let best = 0;
  for (const [i, level] of CUBE_LEVELS.entries())
    if (Math.abs(level - value) < Math.abs(CUBE_LEVELS[best]! - value)) best = i;
  return best;
}
