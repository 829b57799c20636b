// The inputs of the frozen set: pictures of every kind that convtool reads, made by code, so that nothing large is
// checked in. Deterministic: the same bytes on every run.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import jpeg from 'jpeg-js';
import sharp from 'sharp';
import { madeGif } from '../support/made-gifs.js';
import { GRAY, GRAY_ALPHA, madePng, PALETTE, palette, RGB, RGBA } from '../support/made-pngs.js';
import { floatNumbers, wholeNumbers } from '../support/made-samples.js';
import { madeTiff } from '../support/made-tiffs.js';

const { PNG } = createRequire(import.meta.url)('pngjs') as typeof import('pngjs');

/** Pictures that take long to make. */
const LARGE: Readonly<Record<string, () => Uint8Array>> = {
  // Large enough to be filtered in strips.
  'in/large.png': () => large(2100, 1500, 3),
  'in/large-gray.png': () => large(2300, 1400, 1),
  'in/large-alpha.png': () => large(1900, 1700, 4),
  'in/middle.png': () => large(640, 480, 3),
  'in/middle.jpg': () => jpegOf(800, 600),
  'in/large.jpg': () => jpegOf(2200, 1500),
};

/**
 * Files by path. `in/` holds single pictures, `many/` a folder of small ones with a folder inside.
 * @param isNeeded whether a large picture is made; default: all are.
 */
export async function frozenInputs(
  isNeeded: (path: string) => boolean = () => true,
): Promise<Record<string, Uint8Array | string>> {
  const files: Record<string, Uint8Array | string> = {
    'in/rgb.png': png(23, 17, RGB, 8, 1),
    'in/gray.png': png(31, 9, GRAY, 8, 2),
    'in/gray1.png': png(19, 11, GRAY, 1, 3),
    'in/gray16.png': png(20, 13, GRAY, 16, 4),
    'in/rgb16.png': png(14, 15, RGB, 16, 5),
    'in/rgba.png': png(21, 18, RGBA, 8, 6),
    'in/rgba16.png': png(12, 10, RGBA, 16, 7),
    'in/ga.png': png(16, 16, GRAY_ALPHA, 8, 8),
    'in/opaque.png': opaque(18, 12),
    'in/palette.png': madePng({
      width: 24,
      height: 10,
      bits: 2,
      colour: PALETTE,
      numbers: wholeNumbers(240, 3, 9),
      chunks: palette([200, 10, 0, 0, 220, 30, 5, 0, 240, 255, 255, 255], [255, 128, 0]),
    }),
    'in/one.png': png(1, 1, RGB, 8, 10),
    'in/column.png': png(1, 40, GRAY, 8, 11),
    'in/row.png': png(57, 1, RGB, 8, 12),
    'in/step.png': madePng({
      width: 12,
      height: 8,
      bits: 8,
      colour: GRAY,
      numbers: Array.from({ length: 96 }, (_, i) => (i % 12 < 6 ? 0 : 255)),
    }),
    'in/photo.jpg': jpegOf(64, 48),
    'in/float.tif': tiff(22, 14, 3, 'float'),
    'in/deep.tif': tiff(17, 12, 1, 16),
    'in/eight.tif': tiff(15, 11, 3, 8),
    'in/frames.gif': madeGif({
      width: 10,
      height: 6,
      colours: [0, 0, 0, 255, 0, 0, 0, 255, 0, 255, 255, 255],
      frames: [wholeNumbers(60, 3, 13), wholeNumbers(60, 3, 14)],
    }),
    'in/lossless.webp': await sharp(Uint8Array.from(wholeNumbers(26 * 15 * 3, 255, 15)), {
      raw: { width: 26, height: 15, channels: 3 },
    })
      .webp({ lossless: true })
      .toBuffer(),
    'in/plain.pgm': `P2\n# a comment\n7 5\n255\n${wholeNumbers(35, 255, 16).join(' ')}\n`,
    'in/colour.ppm': Buffer.concat([
      Buffer.from('P6\n13 9\n255\n'),
      Buffer.from(wholeNumbers(13 * 9 * 3, 255, 17)),
    ]),
    'in/responses.npy': npy([9, 11], floatNumbers(99, 18)),
    'in/nan.npy': npy(
      [40, 30],
      floatNumbers(1200, 24).map((v, i) => (i === 600 ? Number.NaN : i === 70 ? -3.4028234663852886e38 : v)),
    ),
    'in/map.pfm': Buffer.concat([Buffer.from('Pf\n8 6\n-1.0\n'), floats(floatNumbers(48, 19))]),
    'in/cut.png': png(30, 30, RGB, 8, 20).subarray(0, 1500),
    'in/notes.txt': 'not a picture\n',
    'k/comet.json': '{"name": "comet", "weights": [[1, 2, 4], [0, 0, 8]], "divisor": 15, "anchor": [2, 1]}',
    'k/pair.json': '{"name": "pair", "kernels": ["sobel-x", "sobel-y"]}',
    'k/wrong.json': '{"weights": [[1, 2], [3]]}',
    'net.json': readFileSync(new URL('../../examples/stacks/edges.json', import.meta.url)),
    'pooled.json': readFileSync(new URL('../../examples/stacks/pooled.json', import.meta.url)),
  };
  for (const [path, make] of Object.entries(LARGE)) if (isNeeded(path)) files[path] = make();
  for (let i = 0; i < 24; i++)
    files[`many/${i % 5 === 0 ? 'deeper/' : ''}p${i}.png`] = png(40 + i, 30, RGB, 8, 30 + i);
  return files;
}

function png(width: number, height: number, colour: number, bits: 1 | 8 | 16, seed: number): Buffer {
  const channels = { [GRAY]: 1, [RGB]: 3, [GRAY_ALPHA]: 2, [RGBA]: 4 }[colour]!;
  return madePng({
    width,
    height,
    bits,
    colour,
    numbers: wholeNumbers(width * height * channels, 2 ** bits - 1, seed),
  });
}

/** RGBA whose alpha is 255 throughout. */
function opaque(width: number, height: number): Buffer {
  const numbers = wholeNumbers(width * height * 4, 255, 21).map((v, i) => (i % 4 === 3 ? 255 : v));
  return madePng({ width, height, bits: 8, colour: RGBA, numbers });
}

/** Waves with some noise, so that strips differ and compress as photographs do. */
function wave(width: number, height: number, channels: number): Uint8Array {
  const data = new Uint8Array(width * height * channels);
  let state = 1;
  for (let i = 0, y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++, i++) {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        const slope = ((x * (3 + c) + y * 5) >> 3) & 255;
        data[i] = (slope < 128 ? slope : 255 - slope) + (state >>> 27) + ((x * y) >> 12);
      }
    }
  }
  return data;
}

function large(width: number, height: number, channels: 1 | 3 | 4): Buffer {
  const samples = wave(width, height, channels);
  const image = new PNG({ width, height });
  for (let p = 0; p < width * height; p++)
    for (let c = 0; c < 4; c++)
      image.data[p * 4 + c] =
        c < channels ? samples[p * channels + c]! : c === 3 ? 255 : samples[p * channels]!;
  const colorType = channels === 1 ? 0 : channels === 3 ? 2 : 6;
  return PNG.sync.write(image, { colorType, deflateLevel: 1 } as never);
}

function jpegOf(width: number, height: number): Uint8Array {
  return jpeg.encode({ width, height, data: wave(width, height, 4) }, 90).data;
}

function tiff(width: number, height: number, channels: 1 | 3, depth: 8 | 16 | 'float'): Buffer {
  const length = width * height * channels;
  const float = depth === 'float';
  const numbers = float
    ? wholeNumbers(length, 4096, 22).map((v) => v / 2048 - 0.5)
    : wholeNumbers(length, 2 ** depth - 1, 23);
  const photometric = channels === 1 ? 1 : 2;
  return madeTiff({ width, height, channels, bits: float ? 32 : depth, float, numbers, photometric });
}

function floats(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [i, value] of numbers.entries()) bytes.writeFloatLE(value, i * 4);
  return bytes;
}

function npy(shape: readonly number[], numbers: readonly number[]): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`.padEnd(117);
  const head = Buffer.from(`\x93NUMPY\x01\x00v\x00`, 'latin1');
  return Buffer.concat([head, Buffer.from(`${header}\n`, 'latin1'), floats(numbers)]);
}
