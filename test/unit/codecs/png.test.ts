// Our own PNG encoder: other decoders read the samples that were written, for any picture, compression and number of
// threads; chunks contain the given metadata. Expected contents are computed here by hand.

import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { joinAdler } from '../../../dist/codecs/png/checksums.js';
import type { PngOptions } from '../../../dist/codecs/png/encode.js';
import { encode } from '../../../dist/codecs/registry.js';
import { OutputError } from '../../../dist/core/errors.js';
import type { Compression, Samples } from '../../../dist/index.js';
import { writeImage } from '../../../dist/index.js';
import { warmPool } from '../../../dist/runtime/worker-pool.js';
import { convtool } from '../../support/cli.js';
import { anyPicture, LOOKS, pictureOf } from '../../support/made-contents.js';
import { pngHead } from '../../support/made-pngs.js';
import { expectNumbers } from '../../support/made-samples.js';
import * as other from '../../support/other-decoders.js';
import { chunksOf } from '../../support/picture-bytes.js';
import { holds } from '../../support/random-run.js';

const COMPRESSIONS: readonly Compression[] = ['fast', 'default', 'small'];

async function encoded(picture: Samples, options: PngOptions = {}): Promise<Buffer> {
  return Buffer.concat(await encode(picture, 'png', 'a.png', options));
}

/** The inflated stream, filters and all. */
function stream(png: Buffer): Buffer {
  const data = chunksOf(png).filter(({ type }) => type === 'IDAT');
  return inflateSync(Buffer.concat(data.map((chunk) => chunk.data)));
}

function expectPicture(png: Buffer, { width, height, channels, depth, data }: Samples): void {
  const found = other.byFastPng(png);
  expect(found).toMatchObject({ width, height, channels, depth });
  expectNumbers(found.data, data);
}

describe('samples are read back', () => {
  it.each(COMPRESSIONS)('any small picture, --compression %s', async (compression) => {
    await holds(anyPicture, 60, async (picture) => {
      const png = await encoded(picture, { compression });
      expectPicture(png, picture);
      expectNumbers(other.byPngjs(png).data, other.spreadOverRgba(picture));
    });
  });

  it.each(
    COMPRESSIONS,
  )('pictures of several strips, flat and noisy ones, --compression %s', async (compression) => {
    for (const [channels, depth, width] of [
      [1, 8, 1999],
      [3, 8, 700],
      [4, 16, 300],
      [2, 16, 511],
    ] as const) {
      const shape = { width, height: 700, channels, depth };
      const picture = pictureOf(shape, LOOKS, 111, width);
      const png = await encoded(picture, { compression, threads: 2 });
      expect(chunksOf(png).filter(({ type }) => type === 'IDAT').length).toBeGreaterThan(1);
      expectPicture(png, picture);
    }
  });

  test('a single row longer than a strip, and a single column', async () => {
    for (const [width, height] of [
      [300_000, 1],
      [600_000, 3],
      [1, 300_000],
    ] as const) {
      const picture = pictureOf({ width, height, channels: 1, depth: 8 }, ['soft', 'noise'], 7, 3);
      expectPicture(await encoded(picture), picture);
    }
  });
});

describe('bytes do not depend on which thread encodes the strips', () => {
  it.each(COMPRESSIONS)('one, two, three threads or none, shared memory or not: %s', async (compression) => {
    const picture = pictureOf({ width: 611, height: 900, channels: 3, depth: 8 }, LOOKS, 50, 5);
    const memory = new SharedArrayBuffer(picture.data.byteLength + 3);
    // Rows at odd addresses are copied byte by byte.
    const data = new Uint8Array(memory, 3);
    data.set(picture.data);
    // The pool is not used before it is warm: the first file is encoded without it.
    const first = await encoded(picture, { compression, threads: 9 });
    warmPool(3);
    for (const threads of [1, 2, 3]) {
      expect((await encoded(picture, { compression, threads })).equals(first)).toBe(true);
      expect((await encoded({ ...picture, data }, { compression, threads })).equals(first)).toBe(true);
    }
  });

  test('several pictures at once are encoded the same as each alone', async () => {
    const pictures = [3, 4, 5, 6].map((seed) =>
      pictureOf({ width: 500, height: 800, channels: seed % 2 ? 1 : 4, depth: 8 }, LOOKS, 90, seed),
    );
    const alone: Buffer[] = [];
    for (const picture of pictures) alone.push(await encoded(picture));
    const together = await Promise.all(pictures.map((picture) => encoded(picture, { threads: 2 })));
    for (const [i, png] of together.entries()) expect(png.equals(alone[i]!)).toBe(true);
  });
});

describe('inside', () => {
  test('each row of a noisy picture has the filter with the smallest sum of magnitudes', async () => {
    await holds(anyPicture, 60, async (picture) => {
      const { width, height, channels, depth, data } = picture;
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      const rows = depth === 16 ? Buffer.from(bytes).swap16() : bytes;
      const bpp = channels * data.BYTES_PER_ELEMENT;
      const found = stream(await encoded(picture));
      const types = Array.from({ length: height }, (_, y) => found[y * (width * bpp + 1)]!);
      // A flat picture is tried without filters too, and then has none anywhere.
      if (types.every((type) => type === 0)) return;
      expect(types).toEqual(Array.from({ length: height }, (_, y) => bestByHand(rows, y, width * bpp, bpp)));
    });
  });

  test('the checksum of two parts follows from those of each', () => {
    const adler = (bytes: Uint8Array) => deflateSync(bytes).readUInt32BE(deflateSync(bytes).length - 4);
    const stretch = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 0, max: 200_000 }).map((length) => new Uint8Array(length).fill(255)),
    );
    fc.assert(
      fc.property(stretch, stretch, (first, second) => {
        const joined = joinAdler(adler(first), adler(second), second.length);
        expect(joined).toBe(adler(Buffer.concat([first, second])));
      }),
      { seed: 20_260_301, numRuns: 200 },
    );
  });

  test('files of small are no larger than those of default, and those no larger than the bound', async () => {
    for (const look of LOOKS) {
      const picture = pictureOf({ width: 900, height: 700, channels: 3, depth: 8 }, [look], 1, 8);
      const sizes = [];
      for (const compression of COMPRESSIONS) sizes.push((await encoded(picture, { compression })).length);
      expect(sizes[2], look).toBeLessThanOrEqual(sizes[1]!);
      expect(sizes[1], look).toBeLessThan(picture.data.byteLength * 1.001);
    }
  });
});

function bestByHand(rows: Buffer, y: number, length: number, bpp: number): number {
  const at = (x: number, row: number) => (x < 0 || row < 0 ? 0 : rows[row * length + x]!);
  const sums = [0, 0, 0, 0, 0];
  for (let x = 0; x < length; x++) {
    const [a, b, c] = [at(x - bpp, y), at(x, y - 1), at(x - bpp, y - 1)];
    const [p, q, r] = [b - c, a - c, a + b - 2 * c].map(Math.abs) as [number, number, number];
    const paeth = p <= q && p <= r ? a : q <= r ? b : c;
    for (const [type, guess] of [0, a, b, (a + b) >> 1, paeth].entries()) {
      const left = (at(x, y) - guess) & 255;
      sums[type]! += Math.min(left, 256 - left);
    }
  }
  return sums.indexOf(Math.min(...sums));
}

describe('metadata', () => {
  const picture = pictureOf({ width: 5, height: 4, channels: 3, depth: 8 }, ['noise'], 1, 1);
  const dataOf = (png: Buffer, type: string) =>
    chunksOf(png)
      .filter((chunk) => chunk.type === type)
      .map((chunk) => chunk.data);

  test('gamma, resolution and texts precede the image data, with nothing unrequested', async () => {
    expect(pngHead(await encoded(picture)).types).toEqual(['IHDR', 'IDAT', 'IEND']);
    const text = [
      { keyword: 'Software', text: 'convtool' },
      { keyword: 'Größe', text: 'é\nzwei' },
      { keyword: 'Comment', text: 'Σ' },
    ];
    const png = await encoded({ ...picture, gamma: 1 / 2.2, resolution: [2835.4, 11811] }, { text });
    expect(pngHead(png).types).toEqual(['IHDR', 'tEXt', 'tEXt', 'iTXt', 'gAMA', 'pHYs', 'IDAT', 'IEND']);
    expect(dataOf(png, 'gAMA')[0]!.readUInt32BE()).toBe(45455);
    expect([...dataOf(png, 'pHYs')[0]!]).toEqual([0, 0, 0x0b, 0x13, 0, 0, 0x2e, 0x23, 1]);
    const texts = dataOf(png, 'tEXt').map((data) => data.toString('latin1'));
    expect(texts).toEqual(['Software\0convtool', 'Größe\0é\nzwei']);
    expect(dataOf(png, 'iTXt')[0]!.toString()).toBe('Comment\0\0\0\0\0Σ');
    expectPicture(png, picture);
  });

  it.each([
    [{ resolution: [1.7e11, 1] }, []],
    [{ resolution: [1, 2 ** 31] }, []],
    [{ resolution: [1, 2 ** 31 - 1] }, ['pHYs']],
    [{ gamma: 1e9 }, []],
  ] as const)('a number is left out if PNG does not allow it: %j', async (facts, types) => {
    const png = await encoded({ ...picture, ...facts });
    expect(pngHead(png).types).toEqual(['IHDR', ...types, 'IDAT', 'IEND']);
    expectPicture(png, picture);
  });

  it.each([
    '',
    ' a',
    'a ',
    'a  b',
    'a\nb',
    'x'.repeat(80),
    'Σ',
    'a\u00a0b',
  ])('a keyword is refused: %j', async (keyword) => {
    const refused = encode(picture, 'png', 'a.png', { text: [{ keyword, text: 'x' }] });
    await expect(refused).rejects.toThrow(OutputError);
    await expect(refused).rejects.toThrow(/^text of a PNG: expected a keyword of 1 to 79 /);
  });

  test('a text with NUL is refused, and any text in other formats', async () => {
    const text = [{ keyword: 'a', text: 'x\0y' }];
    await expect(encode(picture, 'png', 'a.png', { text })).rejects.toThrow(/expected no NUL/);
    await expect(writeImage('x.tiff', picture, { text })).rejects.toThrow(/expected png/);
    await expect(writeImage('x.tiff', picture, { compression: 'small' })).rejects.toThrow(/--format png/);
  });
});

describe('--compression', () => {
  test('changes the size and no sample', async () => {
    const picture = pictureOf({ width: 300, height: 200, channels: 3, depth: 8 }, ['specks', 'ramp'], 50, 2);
    const files = { 'a.png': await encoded(picture) };
    const found: Buffer[] = [];
    for (const compression of COMPRESSIONS) {
      const args = ['apply', '-k', 'identity', '--compression', compression, '-o', 'o.png', 'a.png'];
      const { status, after } = await convtool(args, { files });
      expect(status).toBe(0);
      found.push(Buffer.from(after['o.png']!, 'latin1'));
      expectPicture(found.at(-1)!, picture);
    }
    expect(found[2]!.length).toBeLessThan(found[1]!.length);
    expect(found[1]!.length).toBeLessThan(found[0]!.length);
  });
});
