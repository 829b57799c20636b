// Sizes of PNG files of drawings and text compared with sharp's default: repeated signs like letters, sharp, blurred
// and as edges, and flat shapes.

import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Compression } from '../../../dist/codecs/png/compression.js';
import { encode } from '../../../dist/codecs/registry.js';
import { randomOf } from '../../support/random-run.js';

const [width, height] = [1000, 700];

/** Rows of signs out of thirty, black strokes on white. */
function page(): Buffer {
  const random = randomOf(11);
  const signs = Array.from({ length: 30 }, () =>
    Array.from({ length: 3 }, () => Array.from({ length: 4 }, () => 1 + random(12)).join(' ')),
  );
  const marks: string[] = [];
  for (let y = 8; y + 20 < height; y += 24) {
    for (let x = 8; x + 14 < width; x += 14) {
      const strokes = signs[random(signs.length)]!;
      const path = strokes.map((line) => `M${line.replace(/ (\d+ \d+)$/, 'L$1')}`).join('');
      if (random(100) < 85) marks.push(`<path transform="translate(${x} ${y})" d="${path}"/>`);
    }
  }
  return svg(`<g fill="none" stroke="black" stroke-width="1.4">${marks.join('')}</g>`);
}

function drawing(): Buffer {
  const shapes = Array.from({ length: 24 }, (_, i) => {
    const [x, y] = [(i * 397) % width, (i * 211) % height];
    const colour = `hsl(${(i * 47) % 360} 70% 55%)`;
    return i % 2 === 0
      ? `<rect x="${x}" y="${y}" width="${120 + 7 * i}" height="${80 + 5 * i}" fill="${colour}"/>`
      : `<circle cx="${x}" cy="${y}" r="${30 + 3 * i}" fill="none" stroke="${colour}" stroke-width="6"/>`;
  });
  return svg(shapes.join(''));
}

function svg(content: string): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="white"/>${content}</svg>`,
  );
}

const edges = { width: 3, height: 3, kernel: [-1, 0, 1, -2, 0, 2, -1, 0, 1] };
const LOOKS = {
  sharp: (image: Sharp) => image,
  blurred: (image: Sharp) => image.blur(2),
  edges: (image: Sharp) => image.convolve(edges),
};

describe.each(Object.entries({ page, drawing }))('a %s', (_, make) => {
  test.each(Object.keys(LOOKS) as (keyof typeof LOOKS)[])('%s', async (look) => {
    const image = sharp(make()).flatten({ background: 'white' });
    const { data, info } = await LOOKS[look](sharp(await image.png().toBuffer()))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { channels } = info;
    const theirs = await sharp(data, { raw: { width, height, channels } }).png().toBuffer();
    const ours = async (compression: Compression) => {
      const samples = {
        width,
        height,
        channels,
        depth: 8,
        data: new Uint8Array(data),
        hasAlpha: false,
      } as const;
      const pieces = await encode(samples, 'png', 'a.png', { compression });
      return pieces.reduce((sum, { length }) => sum + length, 0);
    };
    expect((await ours('default')) / theirs.length).toBeLessThanOrEqual(1.3);
    expect((await ours('small')) / theirs.length).toBeLessThanOrEqual(1);
  });
});
