// Reading a TIFF gives the stored numbers: every depth and number of channels, in every layout. All files but two are
// built by hand.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../dist/codecs/decode/decode.js';
import type { FailOn } from '../../../dist/codecs/decode/decode-options.js';
import { encode } from '../../../dist/codecs/registry.js';
import { readImage } from '../../../dist/index.js';
import { madeProfile } from '../../support/made-profile.js';
import {
  expectSamples,
  floatNumbers,
  numbersOf,
  type Shape,
  turned,
  wholeNumbers,
} from '../../support/made-samples.js';
import { type MadeTiff, madeTiff } from '../../support/made-tiffs.js';

const size = { width: 19, height: 5 };
const COUNT = size.width * size.height;

function read(bytes: Uint8Array, failOn: FailOn = 'warning') {
  return decode({ bytes }, 'picture', { failOn, limitPixels: 1e6 });
}

/** Where the entry of a tag is in the first directory of a little-endian file. */
function entryOf(bytes: Buffer, tag: number): number {
  const directory = bytes.readUInt32LE(4);
  const entries = Array.from({ length: bytes.readUInt16LE(directory) }, (_, i) => directory + 2 + i * 12);
  return entries.find((at) => bytes.readUInt16LE(at) === tag)!;
}

const DEPTHS = [8, 16, 'float'] as const;
const KINDS = {
  grey: { channels: 1, photometric: 1 },
  'grey and alpha': { channels: 2, photometric: 1, extras: [2] },
  RGB: { channels: 3, photometric: 2 },
  'RGB and alpha': { channels: 4, photometric: 2, extras: [2] },
} as const;
type Kind = Pick<MadeTiff, 'channels' | 'photometric' | 'extras'>;

/** A page of that kind and depth, and its expected samples. */
function page(kind: Kind, depth: Shape['depth'], more: Partial<MadeTiff> = {}) {
  const numbers = numbersOf(depth, COUNT * kind.channels);
  const bits = depth === 'float' ? 32 : depth;
  const made: MadeTiff = { ...size, ...kind, bits, float: depth === 'float', numbers, ...more };
  const hasAlpha = kind.extras?.at(-1) === 2;
  return { made, numbers, shape: { ...size, channels: kind.channels, depth, hasAlpha } };
}

const cases = Object.entries(KINDS).flatMap(([name, kind]) => DEPTHS.map((depth) => ({ name, kind, depth })));

describe.each(cases)('$name, depth $depth', ({ kind, depth }) => {
  it.each([
    ['little-endian', {}, {}],
    ['big-endian', {}, { bigEndian: true }],
    ['BigTIFF', {}, { bigTiff: true }],
    ['big-endian BigTIFF', {}, { bigTiff: true, bigEndian: true }],
    ['strips', { rowsPerStrip: 2 }, {}],
    ['tiles', { tile: 16 }, {}],
    ['big-endian tiles, deflate', { tile: 16, compression: 'deflate' }, { bigEndian: true }],
    ['deflate', { rowsPerStrip: 2, compression: 'deflate' }, {}],
    ['LZW', { rowsPerStrip: 2, compression: 'lzw' }, {}],
    ['big-endian LZW', { compression: 'lzw' }, { bigEndian: true }],
    ['a row in each strip of each plane', { planes: true, rowsPerStrip: 1 }, {}],
  ] as const)('%s', async (_, more, layout) => {
    const { made, numbers, shape } = page(kind, depth, more);
    const { samples, notes } = await read(madeTiff(made, layout));
    expectSamples(samples, shape, numbers);
    expect({ notes, icc: samples.icc }).toEqual({ notes: [], icc: undefined });
  });

  it('strips of planes: exact or refused', async () => {
    const { made, numbers, shape } = page(kind, depth, { planes: true, rowsPerStrip: 2 });
    const found = await read(madeTiff(made)).catch(() => null);
    if (found) expectSamples(found.samples, shape, numbers);
  });

  it('the first of several pages, and a note', async () => {
    const { made, numbers, shape } = page(kind, depth);
    const other = { ...made, numbers: numbers.map(() => 1) };
    const { samples, notes } = await read(madeTiff([made, other, other]));
    expectSamples(samples, shape, numbers);
    expect(notes).toEqual([expect.stringMatching(/first of 3 pages/)]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i turns the pixels', async (orientation) => {
    const { made, numbers, shape } = page(kind, depth, { orientation, rowsPerStrip: 2 });
    const { data, width, height } = turned({ ...size, data: numbers }, shape.channels, orientation);
    expectSamples((await read(madeTiff(made))).samples, { ...shape, width, height }, data);
  });

  it('a profile changes no number', async () => {
    const icc = madeProfile(kind.channels < 3 ? 'GRAY' : 'RGB', 3);
    const { made, numbers, shape } = page(kind, depth, { icc });
    const { samples } = await read(madeTiff(made));
    expectSamples(samples, shape, numbers);
    expect(Buffer.from(samples.icc!)).toEqual(icc);
  });
});

describe('channels that are not colour', () => {
  const kinds = [
    { what: 'two bands', channels: 2, photometric: 1, extras: [0] },
    { what: 'three bands', channels: 3, photometric: 1, extras: [0, 0] },
    { what: 'four bands', channels: 4, photometric: 1, extras: [0, 0, 0] },
    { what: 'five bands', channels: 5, photometric: 1, extras: [0, 0, 0, 0] },
    { what: 'four bands, the last alpha', channels: 4, photometric: 1, extras: [0, 0, 2] },
    { what: 'five bands, the last alpha', channels: 5, photometric: 1, extras: [0, 0, 0, 2] },
  ];

  it.each(
    kinds.flatMap((kind) => DEPTHS.map((depth) => ({ ...kind, depth }))),
  )('$what of depth $depth: the numbers', async ({ what: _, depth, ...kind }) => {
    const { made, numbers, shape } = page(kind, depth);
    const { samples } = await read(madeTiff(made));
    expectSamples(samples, { ...shape, hasAlpha: samples.hasAlpha }, numbers);
  });

  it.each([
    [0, 0],
    [0, 2],
    [0, 0, 0, 0, 0],
  ])('RGB and extra channels (%i, %i, …): all of them', async (...extras) => {
    const { made, numbers, shape } = page({ channels: 3 + extras.length, photometric: 2, extras }, 8);
    expectSamples((await read(madeTiff(made))).samples, shape, numbers);
  });

  it.each(
    kinds.filter(({ photometric }) => photometric === 1),
  )('$what: alpha only if the file declares it', async ({ what: _, ...kind }) => {
    const { made, shape } = page(kind, 8);
    expect((await read(madeTiff(made))).samples.hasAlpha).toBe(shape.hasAlpha);
  });

  it.each(DEPTHS)('premultiplied colour of depth %s stays so, or there is a note', async (depth) => {
    const { made, numbers, shape } = page({ channels: 4, photometric: 2, extras: [1] }, depth);
    const { samples, notes } = await read(madeTiff(made));
    if (notes.length === 0) expectSamples(samples, { ...shape, hasAlpha: true }, numbers);
  });

  it.each(DEPTHS)('thirteen of depth %s, as satellites have', async (depth) => {
    const extras = Array(12).fill(0);
    for (const planes of [false, true]) {
      const { made, numbers, shape } = page({ channels: 13, photometric: 1, extras }, depth, { planes });
      expectSamples((await read(madeTiff(made))).samples, shape, numbers);
    }
  });
});

describe('other', () => {
  it('CMYK becomes sRGB with a note; its profile is dropped', async () => {
    const inks = { ...size, channels: 4, bits: 8, photometric: 5 } as const;
    // No ink, all black, and something between.
    const numbers = wholeNumbers(COUNT * 4, 255)
      .fill(0, 0, 4)
      .fill(255, 4, 8);
    const { samples, notes } = await read(madeTiff({ ...inks, numbers }));
    expect(samples).toMatchObject({ ...size, channels: 3, depth: 8, hasAlpha: false });
    expect([...samples.data.slice(0, 3)]).toEqual([255, 255, 255]);
    expect(Math.max(...samples.data.slice(3, 6))).toBeLessThan(40);
    expect(notes).toEqual([expect.stringMatching(/CMYK.*sRGB/)]);
    const picture = sharp(Buffer.from(wholeNumbers(COUNT * 3, 255)), { raw: { ...size, channels: 3 } });
    const profiled = await picture.toColourspace('cmyk').withIccProfile('cmyk').tiff().toBuffer();
    const found = await read(profiled);
    expect(found.samples.icc).toBeUndefined();
    expect(found.notes).toEqual([expect.stringMatching(/CMYK.*sRGB/)]);
  });

  it('as sharp writes it: tiles, a pyramid, BigTIFF, a predictor', async () => {
    const numbers = wholeNumbers(64 * 64 * 3, 255);
    const picture = sharp(Buffer.from(numbers), { raw: { width: 64, height: 64, channels: 3 } });
    const tiled = { tile: true, tileWidth: 32, tileHeight: 32 };
    const wanted = { width: 64, height: 64, channels: 3, depth: 8, hasAlpha: false } as const;
    for (const options of [
      { compression: 'lzw', predictor: 'horizontal' },
      { compression: 'deflate', bigtiff: true, ...tiled },
      { compression: 'none', pyramid: true, ...tiled },
    ] as const) {
      expectSamples((await read(await picture.clone().tiff(options).toBuffer())).samples, wanted, numbers);
    }
  });

  it('float keeps negative, large, tiny, infinite and undefined numbers', async () => {
    const numbers = floatNumbers(COUNT).fill(Number.NaN, 9, 10).fill(Number.NEGATIVE_INFINITY, 10, 11);
    const { samples } = await read(madeTiff(page(KINDS.grey, 'float', { numbers }).made));
    expect(samples.data).toEqual(Float32Array.from(numbers));
  });
});

describe('a Buffer', () => {
  it.each([
    16,
    'float',
  ] as const)('at any address is read as a file is, and not changed: depth %s', async (depth) => {
    for (const bigEndian of [false, true]) {
      const { made, numbers, shape } = page(KINDS.grey, depth, { rowsPerStrip: 2 });
      const bytes = madeTiff(made, { bigEndian });
      for (let shift = 0; shift < 4; shift++) {
        const buffer = Buffer.concat([Buffer.alloc(shift), bytes]).subarray(shift);
        expectSamples((await readImage(buffer)).samples, shape, numbers);
        expect(buffer.equals(bytes)).toBe(true);
      }
    }
  });
});

describe('blocks that were never written', () => {
  const white = Array(768).fill(0xffff);
  const colours = white.map((value, i) => (i % 256 === 7 ? 0x0a0a * (1 + Math.floor(i / 256)) : value));

  // GDAL clamps what samples cannot hold.
  it.each([
    ['float32', { bits: 32, float: true }, 'nan', [Number.NaN]],
    ['float32', { bits: 32, float: true }, '-inf', [Number.NEGATIVE_INFINITY]],
    ['float32', { bits: 32, float: true }, '-0.5', [-0.5]],
    ['8 bits', { bits: 8 }, '-9999', [0]],
    ['8 bits', { bits: 8 }, '9', [9]],
    ['16 bits', { bits: 16 }, '70000', [65535]],
    ['16 bits', { bits: 16 }, null, [0]],
    ['white is zero', { bits: 8, photometric: 0 }, null, [255]],
    ['a palette', { bits: 8, photometric: 3, more: [[320, 3, colours]] }, null, [255, 255, 255]],
    ['a palette', { bits: 8, photometric: 3, more: [[320, 3, colours]] }, '7', [10, 20, 30]],
  ] as const)('$0, nodata $2: $3', async (_, kind, nodata, expected) => {
    const grey = { width: 2, height: 3, channels: 1, photometric: 1, numbers: Array(6).fill(1) };
    const made: MadeTiff = { ...grey, ...kind, rowsPerStrip: 1, sparse: [1] };
    const text = nodata === null ? [] : [[42113, 2, [...Buffer.from(`${nodata}\0`)]] as const];
    const { samples } = await read(madeTiff({ ...made, more: [...(made.more ?? []), ...text] }));
    const row = samples.data.length / 3;
    expect([...samples.data.slice(row, 2 * row)]).toEqual([...expected, ...expected]);
  });
});

describe('a damaged strip', () => {
  const kinds = [
    ['grey of 8 bits', KINDS.grey, 8],
    ['grey of 16 bits', KINDS.grey, 16],
    ['RGB', KINDS.RGB, 8],
    ['float32', KINDS.grey, 'float'],
  ] as const;

  it.each(kinds)('%s, is refused unless damage is allowed, and then counted', async (_, kind, depth) => {
    const { made, numbers } = page(kind, depth, { rowsPerStrip: 2, compression: 'deflate' });
    const whole = madeTiff(made);
    const corrupt = Buffer.from(whole);
    corrupt.fill(0xff, 16, 20);
    const anyway =
      /^picture: is damaged: the part at row 0, column 0.*; --fail-on none reads it anyway, with stored zeros/;
    for (const failOn of ['warning', 'error'] as const)
      await expect(read(corrupt, failOn)).rejects.toThrow(anyway);
    for (const failOn of ['truncated', 'none'] as const) {
      const { samples, notes } = await read(corrupt, failOn);
      const row = samples.data.length / size.height;
      expect([...samples.data.subarray(0, 2 * row)]).toEqual(Array(2 * row).fill(0));
      expect([...samples.data.subarray(2 * row)]).toEqual([...numbers].slice(2 * row));
      expect(notes).toEqual(['strips or tiles that are damaged, and read as stored zeros: 1 of 3']);
    }
  });

  it.each(kinds)('%s, outside the file, is refused at every level but none', async (_, kind, depth) => {
    const bytes = madeTiff(page(kind, depth, { rowsPerStrip: 2 }).made);
    bytes.writeUInt32LE(0xffffff00, bytes.readUInt32LE(entryOf(bytes, 273) + 8) + 4);
    const message =
      /^picture: is damaged: the part at row 2, column 0 is outside the file; --fail-on none reads it /;
    for (const failOn of ['warning', 'error', 'truncated'] as const)
      await expect(read(bytes, failOn)).rejects.toThrow(message);
    expect((await read(bytes, 'none')).notes).toEqual([
      'strips or tiles that are damaged, and read as stored zeros: 1 of 3',
    ]);
  });
});

describe('a tag outside the file', () => {
  const LOST = 0xffffff00;

  /** A file of convtool's TIFF encoder. Entries of its directory are replaced: old tag, then tag, type, count, value. */
  async function withEntries(entries: readonly (readonly [number, number, number, number, number])[]) {
    const data = Uint16Array.of(0, 900, 1800, 2700);
    const picture = { width: 4, height: 1, channels: 1, depth: 16, hasAlpha: false, data } as const;
    const bytes = Buffer.concat(await encode({ ...picture, resolution: [3000, 3000] }, 'tiff', 'a.tif'));
    const directory = bytes.readUInt32LE(4);
    for (let i = 0; i < bytes.readUInt16LE(directory); i++) {
      const at = directory + 2 + i * 12;
      const entry = entries.find(([old]) => old === bytes.readUInt16LE(at));
      if (!entry) continue;
      const [, tag, type, count, value] = entry;
      bytes.writeUInt16LE(tag, at);
      bytes.writeUInt16LE(type, at + 2);
      bytes.writeUInt32LE(count, at + 4);
      bytes.writeUInt32LE(value, at + 8);
    }
    return bytes;
  }
  const decodeAnyway = (bytes: Uint8Array) =>
    decode({ bytes }, 'picture', { failOn: 'none', limitPixels: 1e6 });
  const lostResolution = [282, 282, 5, 1, LOST] as const;
  const signed = [339, 339, 3, 1, 2] as const;
  // A sparse strip, whose samples are all GDAL's nodata value.
  const sparse = [
    [273, 273, 4, 1, 0] as const,
    [279, 279, 4, 1, 0] as const,
    [284, 42113, 2, 20, LOST] as const,
  ];
  const damaged = (part: string) =>
    new RegExp(
      `^picture: is damaged: its ${part} is outside the file; --fail-on none reads it anyway, without it$`,
    );
  const leftOut = (part: string) => `its ${part} is outside the file, and was left out`;

  it.each([
    ['resolution', 'resolution', [lostResolution], [0, 900, 1800, 2700]],
    ['resolution, of signed samples', 'resolution', [lostResolution, signed], [0, 900, 1800, 2700]],
    ['profile', 'ICC profile', [[284, 34675, 7, 400, LOST] as const], [0, 900, 1800, 2700]],
    ['value of missing samples', 'nodata value', [...sparse, signed], [0, 0, 0, 0]],
  ])('%s: is damage, and left out where damage is allowed', async (_, part, entries, data) => {
    const bytes = await withEntries(entries);
    for (const failOn of ['warning', 'error', 'truncated'] as const)
      await expect(read(bytes, failOn)).rejects.toThrow(damaged(part));
    const anyway = await decodeAnyway(bytes);
    expect([...anyway.samples.data]).toEqual(data);
    expect(anyway.notes).toEqual([leftOut(part)]);
  });

  it('other tags are kept', async () => {
    // The entry of `PlanarConfiguration` becomes a profile of four bytes.
    const bytes = await withEntries([lostResolution, signed, [284, 34675, 7, 4, 0x01020304]]);
    const { samples } = await decodeAnyway(bytes);
    expect(samples).not.toHaveProperty('resolution');
    expect(samples.icc).toEqual(Uint8Array.of(4, 3, 2, 1));
  });

  it.each([
    [282, 'resolution'],
    [34675, 'ICC profile'],
  ])('tag %i of CMYK, which libvips decodes without it', async (tag, part) => {
    const cmyk = sharp({ create: { width: 4, height: 1, channels: 3, background: 'red' } });
    const bytes = await cmyk.withIccProfile('cmyk').tiff({ compression: 'none' }).toBuffer();
    bytes.writeUInt32LE(LOST, entryOf(bytes, tag) + 8);
    await expect(read(bytes, 'error')).rejects.toThrow(damaged(part));
    expect((await decodeAnyway(bytes)).notes).toEqual([leftOut(part), 'CMYK was converted to sRGB']);
  });

  it('palette: is damage that cannot be left out', async () => {
    const palette = [284, 320, 3, 96, LOST] as const;
    for (const bits of [5, 8]) {
      const bytes = await withEntries([[258, 258, 3, 1, bits], [262, 262, 3, 1, 3], palette]);
      const message = new RegExp(`^picture: is damaged: its palette has 0 of ${3 * 2 ** bits} numbers$`);
      await expect(read(bytes)).rejects.toThrow(message);
      await expect(decodeAnyway(bytes)).rejects.toThrow(message);
    }
  });
});
