// Plain PNG files are read without libvips, with the same result: numbers, profile, alpha, notes and errors. Unusual
// and damaged files are left to libvips.

import { constants, deflateSync, type ZlibOptions } from 'node:zlib';
import { encode as fastPng } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';
import { decode } from '../../../dist/codecs/decode/decode.js';
import { imageArray } from '../../../dist/codecs/decode/decode-options.js';
import { decodePng } from '../../../dist/codecs/png/decode.js';
import { decodePngsSync } from '../../../dist/codecs/png/decode-sync.js';
import { inspectPng } from '../../../dist/codecs/png/parse.js';
import { encode } from '../../../dist/codecs/registry.js';
import type { Samples } from '../../../dist/index.js';
import { convtool } from '../../support/cli.js';
import { anyPicture, LOOKS, pictureOf } from '../../support/made-contents.js';
import * as made from '../../support/made-pngs.js';
import { madeProfile } from '../../support/made-profile.js';
import { expectNumbers, wholeNumbers } from '../../support/made-samples.js';
import { type Chunk, chunksOf, patched, pngOf } from '../../support/picture-bytes.js';
import { holds } from '../../support/random-run.js';

async function read(bytes: Uint8Array): Promise<Samples | null> {
  const png = inspectPng(bytes);
  const found = png && (await decodePng(png, imageArray(png.about, { failOn: 'warning', limitPixels: 1e9 })));
  // With a waiting thread, the result is the same.
  const now = png && decodePngsSync([png])[0]!;
  expect(now && { ...now, data: null }).toEqual(found && { ...found, data: null });
  if (found) expectNumbers(now!.data, found.data);
  return found;
}

describe('reads the stored numbers', () => {
  test('of any picture that another program filtered and deflated', async () => {
    await holds(anyPicture, 80, async (picture) => {
      const { width, height, channels, depth, data } = picture;
      const raw = { width, height, channels: channels as 1 | 2 | 3 | 4 };
      const space = depth === 16 ? (channels < 3 ? 'grey16' : 'rgb16') : channels < 3 ? 'b-w' : 'srgb';
      const file = await sharp(data as Uint8Array, { raw })
        .toColourspace(space)
        .png({ adaptiveFiltering: true })
        .toBuffer();
      const found = await read(file);
      expect(found).toMatchObject({ width, height, channels, depth, hasAlpha: channels % 2 === 0 });
      expectNumbers(found!.data, data);
    });
  });

  it.each([0, 1, 2, 3, 4])('by filter %i, of every pixel size', async (filter) => {
    for (const channels of [1, 2, 3, 4]) {
      for (const depth of [8, 16] as const) {
        const shape = { width: 37, height: 11, channels, depth };
        const picture = pictureOf(shape, ['soft', 'noise'], 2, channels);
        const png = filteredByHand(picture, filter);
        expectNumbers((await read(png))!.data, picture.data);
      }
    }
  });

  test('of large pictures, in one IDAT or in many', async () => {
    const picture = pictureOf({ width: 1201, height: 900, channels: 4, depth: 16 }, LOOKS, 70, 4);
    const png = Buffer.concat(await encode(picture, 'png', 'a.png'));
    expectNumbers((await read(png))!.data, picture.data);
    const stream = Buffer.concat(
      chunksOf(png)
        .filter(isIdat)
        .map(({ data }) => data),
    );
    for (const size of [1, 7919, 1e9]) {
      const small =
        size === 1
          ? Buffer.from(
              fastPng({ width: 9, height: 5, channels: 3, depth: 8, data: tiny.data as Uint8Array }),
            )
          : png;
      const all =
        size === 1
          ? Buffer.concat(
              chunksOf(small)
                .filter(isIdat)
                .map(({ data }) => data),
            )
          : stream;
      const parts = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => ({
        type: 'IDAT',
        data: all.subarray(i * size, (i + 1) * size),
      }));
      const wanted = size === 1 ? tiny.data : picture.data;
      expectNumbers((await read(withStream(small, parts)))!.data, wanted);
    }
  });
});

const tiny = pictureOf({ width: 9, height: 5, channels: 3, depth: 8 }, ['noise'], 1, 3);
const isIdat = ({ type }: Chunk) => type === 'IDAT';

function withStream(png: Buffer, parts: readonly Chunk[]): Buffer {
  const chunks = chunksOf(png);
  const first = chunks.findIndex(isIdat);
  return pngOf([
    ...chunks.slice(0, first),
    ...parts,
    ...chunks.slice(first).filter((chunk) => !isIdat(chunk)),
  ]);
}

function filteredByHand({ width, height, channels, depth, data }: Samples, filter: number): Buffer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const rows = depth === 16 ? Buffer.from(bytes).swap16() : bytes;
  const bpp = channels * data.BYTES_PER_ELEMENT;
  const length = width * bpp;
  const at = (x: number, y: number) => (x < 0 || y < 0 ? 0 : rows[y * length + x]!);
  const out: number[] = [];
  for (let y = 0; y < height; y++) {
    out.push(filter);
    for (let x = 0; x < length; x++) {
      const [a, b, c] = [at(x - bpp, y), at(x, y - 1), at(x - bpp, y - 1)];
      const [p, q, r] = [b - c, a - c, a + b - 2 * c].map(Math.abs) as [number, number, number];
      const paeth = p <= q && p <= r ? a : q <= r ? b : c;
      out.push((at(x, y) - [0, a, b, (a + b) >> 1, paeth][filter]!) & 255);
    }
  }
  const head = { width, height, bits: depth as 8 | 16, colour: [0, 4, 2, 6][channels - 1]! };
  const empty = made.madePng({ ...head, numbers: Array(width * height * channels).fill(0) });
  return withStream(empty, [{ type: 'IDAT', data: deflateSync(Buffer.from(out)) }]);
}

const numbers = wholeNumbers(7 * 3 * 3, 255);
const rgb = { width: 7, height: 3, bits: 8, colour: made.RGB, numbers } as const;
const png = made.madePng(rgb);
const withChunks = (...chunks: Chunk[]) => made.madePng({ ...rgb, chunks });
const spoilt = (at: number) => Buffer.from(png.map((byte, i) => (i === at ? byte ^ 1 : byte)));
const stream = chunksOf(png).find(isIdat)!.data;
const idat = (data: Buffer) => withStream(png, [{ type: 'IDAT', data }]);

/** Ways to deflate much grain: codes of the block's own, small blocks, no copies, the fixed codes, and none. */
const WAYS: readonly ZlibOptions[] = [
  { level: 6 },
  { level: 9, memLevel: 1 },
  { level: 1, strategy: constants.Z_HUFFMAN_ONLY },
  { level: 6, strategy: constants.Z_FIXED },
  { level: 0 },
];

/**
 * A picture of grain that is deflated in one way or another: with numbers so rare that their codes are longer than what
 * is looked up, and stretches that are copies of the row above.
 */
function grain(way: number, width: number, height: number): Grain {
  const length = width * 3;
  const numbers = wholeNumbers(length * height, 127, way + width);
  for (let rare = 128; rare < 250; rare++) numbers[(rare * 7919) % numbers.length] = rare;
  for (let y = 7; y < height; y += 7)
    for (let x = 0; x < length / 4; x++) numbers[y * length + x] = numbers[(y - 1) * length + x]!;
  const rows = Buffer.alloc(height * (length + 1));
  for (let y = 0; y < height; y++)
    rows.set(numbers.slice(y * length, (y + 1) * length), y * (length + 1) + 1);
  const empty = made.madePng({ width, height, bits: 8, colour: made.RGB, numbers: numbers.map(() => 0) });
  const stream = deflateSync(rows, WAYS[way]);
  expect(stream.length).toBeGreaterThan(0.76 * rows.length);
  return { numbers, stream, png: (data = stream) => withStream(empty, [{ type: 'IDAT', data }]) };
}

interface Grain {
  readonly numbers: readonly number[];
  readonly stream: Buffer;
  /** The file, with this or another stream. */
  readonly png: (stream?: Buffer) => Buffer;
}

describe('two pictures of grain in parallel', () => {
  const now = (...files: readonly Buffer[]) =>
    decodePngsSync(files.map((file) => inspectPng(file)!)).map((samples) => samples && [...samples.data]);
  const ways = WAYS.map((_, i) => i);
  const expectPair = (found: readonly (number[] | null)[], wanted: readonly (readonly number[] | null)[]) => {
    expect(found).toHaveLength(wanted.length);
    for (const [i, numbers] of found.entries()) {
      expect(numbers === null).toBe(wanted[i] === null);
      if (numbers) expectNumbers(numbers, wanted[i]!);
    }
  };

  test('are the same as each alone', () => {
    for (const a of ways) {
      for (const b of ways) {
        const [one, two] = [grain(a, 90 + 3 * a, 71), grain(b, 120, 30 + 17 * b)];
        expectPair(now(one.png(), two.png()), [one.numbers, two.numbers]);
      }
    }
  });

  test('a damaged one does not affect the other', () => {
    const [one, two] = [grain(0, 90, 71), grain(1, 110, 64)];
    for (let at = 0; at < 200; at++) {
      const place = at < 60 ? at : Math.floor((at * (two.stream.length - 1)) / 199);
      const spoilt = two.png(patched(two.stream, place, [two.stream[place]! ^ (1 << (at % 8))]));
      // The header's bits for the compression level have no effect.
      const [alone] = now(spoilt);
      expectPair(now(spoilt, one.png()), [alone, one.numbers]);
      expectPair(now(one.png(), spoilt), [one.numbers, alone]);
      if (at >= 2) expect(alone).toBeNull();
    }
    for (const cut of [1, 5, 1000]) {
      const short = two.png(two.stream.subarray(0, two.stream.length - cut));
      expectPair(now(short, one.png()), [null, one.numbers]);
      expectPair(now(one.png(), short), [one.numbers, null]);
    }
  });
});

describe('metadata', () => {
  test('profile, gamma and resolution are kept, with libvips or without', async () => {
    const profile = madeProfile('RGB', 3);
    const resolution = { type: 'pHYs', data: Buffer.from([0, 0, 0x0b, 0x13, 0, 0, 0x2e, 0x23, 1]) };
    const file = withChunks(made.iccp(profile), made.gamma(0.45455), resolution);
    const interlaced = withChunks(made.gamma(0.45455), resolution, {
      type: 'zTXt',
      data: Buffer.from('a\0\0'),
    });
    const facts = { gamma: 0.45455, resolution: [2835, 11811] };
    expect(await read(file)).toMatchObject({ ...facts, icc: new Uint8Array(profile) });
    expect(inspectPng(interlaced)).toBeNull();
    const options = { failOn: 'none', limitPixels: 1e6 } as const;
    expect((await decode({ bytes: interlaced }, 'x', options)).samples).toMatchObject(facts);
  });
});

describe('left to libvips', () => {
  it.each([
    [
      'a palette',
      made.madePng({
        ...rgb,
        colour: made.PALETTE,
        numbers: Array(21).fill(0),
        chunks: made.palette([1, 2, 3]),
      }),
    ],
    ['four bits', made.madePng({ ...rgb, bits: 4, colour: made.GRAY, numbers: Array(21).fill(3) })],
    ['a transparent colour', withChunks(made.colourKey(1, 2, 3))],
    ['an orientation', withChunks({ type: 'eXIf', data: Buffer.from('II*\0') })],
    ['an unknown chunk', withChunks({ type: 'abCd', data: Buffer.alloc(3) })],
    ['a critical unknown chunk', withChunks({ type: 'ABCD', data: Buffer.alloc(3) })],
    ['a wrong profile', withChunks(made.iccp(madeProfile('GRAY', 3)))],
    ['two gammas', withChunks(made.gamma(0.5), made.gamma(0.5))],
    ['bytes behind the end', Buffer.concat([png, Buffer.alloc(1)])],
    ['a missing end', png.subarray(0, -12)],
    ['an interlaced header', spoilt(28)],
    ['a wrong CRC of the header', spoilt(30)],
    ['a wrong CRC of the stream', spoilt(png.length - 13)],
    ['a damaged stream', idat(Buffer.from(stream.map((byte, i) => (i === 20 ? byte ^ 4 : byte))))],
    [
      'a wrong Adler-32',
      idat(Buffer.from(stream.map((byte, i) => (i === stream.length - 1 ? byte ^ 1 : byte)))),
    ],
    ['a stream cut short', idat(stream.subarray(0, -5))],
    ['an empty stream', idat(Buffer.alloc(0))],
    ['a stream with something behind it', idat(Buffer.concat([stream, Buffer.alloc(2)]))],
    ['a row too few', idat(deflateSync(Buffer.alloc(22 * 2)))],
    ['a row too many', idat(deflateSync(Buffer.alloc(22 * 4)))],
    ['a byte too many', idat(deflateSync(Buffer.alloc(22 * 3 + 1)))],
    ['an unknown filter', idat(deflateSync(Buffer.alloc(22 * 3, 5)))],
  ])('%s', async (_, file) => {
    expect(await read(file)).toBeNull();
  });
});

describe('sharp', () => {
  const probe = `process.on('exit', () => {
    const loaded = Object.keys(require('node:module')._cache).some((path) => /sharp/.test(path));
    require('node:fs').writeFileSync('probe', loaded ? 'loaded' : 'not loaded');
  });`;
  it.each([
    ['a.png', 'o.png', 'not loaded'],
    ['a.png', 'o.jpg', 'loaded'],
    ['palette.png', 'o.png', 'loaded'],
  ])('%s to %s: %s', async (input, output, wanted) => {
    const palette = {
      ...rgb,
      colour: made.PALETTE,
      numbers: Array(21).fill(0),
      chunks: made.palette([1, 2, 3]),
    };
    const files = { 'a.png': png, 'palette.png': made.madePng(palette), 'probe.cjs': probe };
    const args = ['apply', '-k', 'sobel-x', '-o', output, input];
    const { status, after } = await convtool(args, { files, node: ['--require', './probe.cjs'] });
    expect({ status, probe: after.probe }).toEqual({ status: 0, probe: wanted });
  });
});
