// The pictures of whole runs: shapes and grain like a photograph, drawings and text.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { benchImage } from '../images.js';
import { PYTHON } from './process.js';

const CUT = fileURLToPath(new URL('./cut_photographs.py', import.meta.url));

/** Writes a PNG or JPEG, depending on the file name, with a photograph's content. */
export async function photograph(path: string, width: number, height: number): Promise<void> {
  const { data } = benchImage({ width, height, channels: 3, depth: 8 });
  const picture = sharp(data as Uint8Array, { raw: { width, height, channels: 3 } });
  // Some blur, since neighbouring samples of a camera are not independent.
  await picture.blur(0.6).jpeg({ quality: 92, force: false }).png({ force: false }).toFile(path);
}

/** Writes an RGB PNG again with an alpha channel that is not opaque everywhere. */
export async function withAlpha(input: string, output: string): Promise<void> {
  await sharp(input).ensureAlpha(0.5).png({ compressionLevel: 1 }).toFile(output);
}

/** Writes the given number of PNGs of 512² with much grain, all different. */
export async function manyPictures(folder: string, count: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const width = 512 + count;
  const { data } = benchImage({ width, height: 512, channels: 3, depth: 8 });
  const whole = sharp(data as Uint8Array, { raw: { width, height: 512, channels: 3 } }).blur(0.6);
  const pixels = await whole.raw().toBuffer();
  for (let i = 0; i < count; i++) {
    const part = sharp(pixels, { raw: { width, height: 512, channels: 3 } });
    const name = `${String(i).padStart(4, '0')}.png`;
    await part.extract({ left: i, top: 0, width: 512, height: 512 }).png().toFile(join(folder, name));
  }
}

/** Writes the given number of PNGs of 512², cut from real photographs. */
export function manyPhotographs(folder: string, count: number): void {
  execFileSync(PYTHON, [CUT, folder, String(count)], { stdio: 'ignore' });
}

const LETTERS = 'the quick brown fox jumps over the lazy dog 0123456789 ';

/** Writes a page of text, black on white, as of a screen. */
export async function text(path: string, width: number, height: number): Promise<void> {
  const lines = Array.from({ length: Math.floor(height / 24) }, (_, i) => {
    const words = LETTERS.repeat(Math.ceil(width / 400)).slice(i % 40);
    return `<text x="20" y="${24 * (i + 1)}" font-family="DejaVu Sans, sans-serif" font-size="18">${words}</text>`;
  });
  await fromSvg(path, width, height, lines.join(''));
}

/** Writes a drawing of flat areas, lines and circles. */
export async function drawing(path: string, width: number, height: number): Promise<void> {
  const shapes = Array.from({ length: 60 }, (_, i) => {
    const [x, y] = [(i * 397) % width, (i * 211) % height];
    const colour = `hsl(${(i * 47) % 360} 70% 55%)`;
    return i % 2 === 0
      ? `<rect x="${x}" y="${y}" width="${120 + 7 * i}" height="${80 + 5 * i}" fill="${colour}"/>`
      : `<circle cx="${x}" cy="${y}" r="${30 + 3 * i}" fill="none" stroke="${colour}" stroke-width="6"/>`;
  });
  await fromSvg(path, width, height, shapes.join(''));
}

async function fromSvg(path: string, width: number, height: number, content: string): Promise<void> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="white"/>${content}</svg>`;
  writeFileSync(path, await sharp(Buffer.from(svg)).flatten({ background: 'white' }).png().toBuffer());
}
