// Written files contain the samples exactly, as read by other decoders, and have correct headers: every format, depth
// and number of channels, every awkward size.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../dist/codecs/decode/decode.js';
import type { LossyOptions } from '../../../dist/codecs/lossy-options.js';
import { encode, type FormatName } from '../../../dist/codecs/registry.js';
import { type Samples, writeImage } from '../../../dist/index.js';
import { inFolder } from '../../support/cli.js';
import { pngHead } from '../../support/made-pngs.js';
import { madeProfile } from '../../support/made-profile.js';
import { expectNumbers, type Shape, samplesOf } from '../../support/made-samples.js';
import * as other from '../../support/other-decoders.js';

const SIZES = ['1x1', '1x7', '7x1', '13x9', '64x33', '5000x1', '1x5000', '333x401'];
const CHANNELS = [1, 2, 3, 4];
const READING = { failOn: 'warning', limitPixels: 1e6 } as const;

async function written(picture: Samples, format: FormatName): Promise<Buffer> {
  return Buffer.concat(await encode(picture, format, 'out'));
}

/** Every size × these channels × depths. Two and four channels have alpha last. */
function pictures(channels: readonly number[], depths: readonly Shape['depth'][], hasAlpha?: boolean) {
  return SIZES.flatMap((size) =>
    depths.flatMap((depth) =>
      channels.map((count) => {
        const [width, height] = size.split('x').map(Number) as [number, number];
        const shape = { width, height, channels: count, depth, hasAlpha: hasAlpha ?? count % 2 === 0 };
        return { title: `${size}, ${count} channels of ${depth}`, picture: samplesOf(shape, width + count) };
      }),
    ),
  );
}

function bytesOf({ data }: Samples): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

describe('PNG', () => {
  it.each(pictures(CHANNELS, [8, 16]))('$title', async ({ picture }) => {
    const bytes = await written(picture, 'png');
    const { width, height, channels, depth, data } = picture;
    const colour = [0, 4, 2, 6][channels - 1];
    expect(pngHead(bytes)).toMatchObject({ width, height, bits: depth, colour, interlaced: 0 });
    expect(pngHead(bytes).types).not.toContain('PLTE');
    const found = other.byFastPng(bytes);
    expect(found).toMatchObject({ width, height, channels, depth });
    expectNumbers(found.data, data);
    expectNumbers(other.byPngjs(bytes).data, other.spreadOverRgba(picture));
  });

  it('few colours make no palette, grey in three channels no grey, opaque alpha no RGB', async () => {
    for (const channels of CHANNELS) {
      const shape = { width: 20, height: 20, channels, depth: 8, hasAlpha: channels % 2 === 0 } as const;
      const picture = { ...samplesOf(shape), data: new Uint8Array(400 * channels).fill(255) };
      const bytes = await written(picture, 'png');
      expect(pngHead(bytes)).toMatchObject({ bits: 8, colour: [0, 4, 2, 6][channels - 1] });
      expectNumbers(other.byFastPng(bytes).data, picture.data);
    }
  });
});

describe('TIFF', () => {
  const all = [
    ...pictures([1, 2, 3, 4, 5], [8, 16, 'float'], false).filter(({ picture }) => picture.channels !== 4),
    ...pictures([2, 4, 5], [8, 16, 'float'], true),
  ];
  it.each(all)('$title', async ({ picture }) => {
    const bytes = await written(picture, 'tiff');
    const { width, height, channels, depth, hasAlpha } = picture;
    const fields = other.tiffFields(bytes);
    const rgb = channels - (hasAlpha ? 1 : 0) === 3;
    const extras = Array(channels - (rgb ? 3 : 1)).fill(0);
    if (hasAlpha) extras[extras.length - 1] = 2;
    const bits = depth === 'float' ? 32 : depth;
    const wanted: [number, number[] | undefined][] = [
      [256, [width]],
      [257, [height]],
      [258, Array(channels).fill(bits)],
      [259, [1]],
      [262, [rgb ? 2 : 1]],
      [277, [channels]],
      [284, [1]],
      [338, extras.length > 0 ? extras : undefined],
      [339, Array(channels).fill(depth === 'float' ? 3 : 1)],
      [274, undefined],
    ];
    for (const [tag, values] of wanted) expect(fields.get(tag), `tag ${tag}`).toEqual(values);
    const rows = fields.get(278)![0]!;
    expect(fields.get(273)).toHaveLength(Math.ceil(height / rows));
    const rowBytes = (width * channels * bits) / 8;
    expect(fields.get(279)!.reduce((sum, length) => sum + length)).toBe(height * rowBytes);
    for (const length of fields.get(279)!.slice(0, -1)) expect(length).toBe(rows * rowBytes);
    for (const at of fields.get(273)!.slice(0, 1)) expect(at % (bits / 8)).toBe(0);
    expect(other.byTiffFields(bytes).equals(bytesOf(picture))).toBe(true);
    const found = other.byUtif(bytes);
    expect(found).toMatchObject({ width, height });
    expect(found.data.equals(bytesOf(picture))).toBe(true);
  });

  it('several strips where the picture is large', async () => {
    const picture = samplesOf({ width: 700, height: 401, channels: 3, depth: 16, hasAlpha: false });
    const bytes = await written(picture, 'tiff');
    const fields = other.tiffFields(bytes);
    expect(fields.get(273)!.length).toBeGreaterThan(3);
    expect(other.byTiffFields(bytes).equals(bytesOf(picture))).toBe(true);
    expect(other.byUtif(bytes).data.equals(bytesOf(picture))).toBe(true);
  });
});

describe('NPY', () => {
  it.each(pictures([1, 2, 3, 5, 17], ['float'], false))('$title', async ({ picture }) => {
    const bytes = await written(picture, 'npy');
    const { width, height, channels, data } = picture;
    expect([...bytes.subarray(0, 8)]).toEqual([0x93, ...Buffer.from('NUMPY'), 1, 0]);
    const end = 10 + bytes.readUInt16LE(8);
    expect(end % 64).toBe(0);
    const axes = channels === 1 ? `${height}, ${width}` : `${height}, ${width}, ${channels}`;
    const head = `{'descr': '<f4', 'fortran_order': False, 'shape': (${axes}), }`;
    expect(bytes.toString('latin1', 10, end)).toMatch(/ *\n$/);
    expect(bytes.toString('latin1', 10, end).trimEnd()).toBe(head);
    expect(bytes.subarray(end).equals(bytesOf(picture))).toBe(true);
    const found = other.byNpyjs(bytes);
    expect(found.shape).toEqual(channels === 1 ? [height, width] : [height, width, channels]);
    expectNumbers(found.data, data);
  });
});

describe('raw', () => {
  it.each(pictures([1, 4, 5], [8, 16, 'float']))('$title', async ({ picture }) => {
    const bytes = await written(picture, 'raw');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { depth, data } = picture;
    const found = Array.from(data, (_, i) =>
      depth === 8
        ? view.getUint8(i)
        : depth === 16
          ? view.getUint16(i * 2, true)
          : view.getFloat32(i * 4, true),
    );
    expectNumbers(found, data);
  });
});

describe('PGM, PPM, PAM and PFM', () => {
  const sizes = pictures(CHANNELS, [8, 16]).filter(({ title }) => /^(1x1|13x9|5000x1|333x401),/.test(title));
  it.each(sizes)('$title', async ({ picture }) => {
    const { width, height, channels, depth, hasAlpha, data } = picture;
    const colours = channels - (hasAlpha ? 1 : 0);
    const most = depth === 8 ? 255 : 65535;
    const bytes = depth === 8 ? bytesOf(picture) : Buffer.from(bytesOf(picture)).swap16();
    const plain = (magic: string, raster: Buffer) =>
      Buffer.concat([Buffer.from(`${magic}\n${width} ${height}\n${most}\n`), raster]);
    const type = `${colours === 1 ? 'GRAYSCALE' : 'RGB'}${hasAlpha ? '_ALPHA' : ''}`;
    const pam = `P7\nWIDTH ${width}\nHEIGHT ${height}\nDEPTH ${channels}\nMAXVAL ${most}\nTUPLTYPE ${type}\nENDHDR\n`;
    const found = await written(picture, 'pam');
    expect(found.equals(Buffer.concat([Buffer.from(pam), bytes]))).toBe(true);
    const any = await written(picture, 'pnm');
    if (hasAlpha) {
      expect(any.equals(found)).toBe(true);
      await expect(written(picture, 'ppm')).rejects.toThrow(/an alpha channel; use --alpha drop/);
      return;
    }
    expect(any.equals(plain(channels === 1 ? 'P5' : 'P6', bytes))).toBe(true);
    if (channels === 3) {
      expect((await written(picture, 'ppm')).equals(any)).toBe(true);
      await expect(written(picture, 'pgm')).rejects.toThrow(
        /expected grey for pgm, found 3 channels; use --format ppm/,
      );
      return;
    }
    expect((await written(picture, 'pgm')).equals(any)).toBe(true);
    const { samples } = await decode({ bytes: await written(picture, 'ppm') }, 'p', READING);
    expectNumbers(
      samples.data,
      Array.from(data).flatMap((v) => [v, v, v]),
    );
  });

  it.each(pictures([1, 3], ['float'], false).slice(0, 8))('PFM $title', async ({ picture }) => {
    const { width, height, channels, data } = picture;
    const bytes = await written(picture, 'pfm');
    const head = `${channels === 1 ? 'Pf' : 'PF'}\n${width} ${height}\n-1.0\n`;
    expect(bytes.subarray(0, head.length).toString()).toBe(head);
    const rows = Array.from({ length: height }, (_, y) =>
      bytes.subarray(head.length + 4 * y * width * channels).subarray(0, 4 * width * channels),
    );
    expect(Buffer.concat(rows.reverse()).equals(bytesOf(picture))).toBe(true);
    const { samples } = await decode({ bytes }, 'p', READING);
    expectNumbers(samples.data, data);
  });
});

describe('quality, subsampling and lossless', () => {
  const shape = { width: 61, height: 43, channels: 3, depth: 8, hasAlpha: false } as const;
  const noise = samplesOf(shape, 5);
  const decoded = (bytes: Buffer) => sharp(bytes, { ignoreIcc: true }).raw().toBuffer();

  it.each([
    'jpeg',
    'webp',
    'avif',
  ] as const)('%s: a higher quality is nearer, and more bytes', async (format) => {
    const found = await Promise.all(
      [10, 60, 100].map(async (quality) => {
        const bytes = Buffer.concat(await encode(noise, format, 'out', { quality }));
        const samples = await decoded(bytes);
        return {
          length: bytes.length,
          off: samples.reduce((sum, v, i) => sum + (v - noise.data[i]!) ** 2, 0),
        };
      }),
    );
    expect(found[0]!.length).toBeLessThan(found[1]!.length);
    expect(found[1]!.length).toBeLessThan(found[2]!.length);
    expect(found[0]!.off).toBeGreaterThan(found[1]!.off);
    expect(found[1]!.off).toBeGreaterThan(found[2]!.off);
  });

  it('JPEG and AVIF have the requested subsampling', async () => {
    for (const [format, subsampling, said] of [
      ['jpeg', undefined, '4:4:4'],
      ['jpeg', '444', '4:4:4'],
      ['jpeg', '420', '4:2:0'],
      ['avif', '444', '4:4:4'],
      ['avif', '420', '4:2:0'],
    ] as const) {
      const bytes = Buffer.concat(await encode(noise, format, 'out', { subsampling }));
      const { chromaSubsampling } = await sharp(bytes).metadata();
      if (format === 'jpeg') expect(chromaSubsampling).toBe(said);
      else expect(avifSubsampling(bytes)).toBe(said);
    }
  });

  it.each([1, 2, 3, 4])('AVIF and WebP of %i channels keep every sample if requested', async (channels) => {
    const picture = samplesOf({ ...shape, channels, hasAlpha: channels % 2 === 0 }, channels);
    for (const format of ['avif', 'webp'] as const) {
      const bytes = Buffer.concat(await encode(picture, format, 'out', { lossless: true }));
      const rgba = await sharp(bytes, { ignoreIcc: true })
        .toColourspace('srgb')
        .ensureAlpha()
        .raw()
        .toBuffer();
      expectNumbers(rgba, other.spreadOverRgba(picture));
    }
  });

  it.each<[FormatName, LossyOptions, RegExp]>([
    [
      'png',
      { quality: 80 },
      /^--quality 80: png has no quality; leave it out, or use --format jpeg or webp or avif$/,
    ],
    ['tiff', { subsampling: '420' }, /^--subsampling 420: tiff has no subsampling; leave it out/],
    ['png', { lossless: true }, /^--lossless: png is always lossless; leave it out$/],
    ['jpeg', { lossless: true }, /^--lossless: jpeg is never lossless; .*use --format webp or avif$/],
    ['webp', { lossless: true, quality: 80 }, /^--lossless: .*--quality has no effect/],
    ['avif', { lossless: true, subsampling: '420' }, /^--lossless: --subsampling 420 would lose colours/],
    ['webp', { subsampling: '420' }, /webp is lossless without --quality/],
    ['webp', { quality: 80, subsampling: '444' }, /lossy webp is always 420/],
    ['jpeg', { quality: 0 }, /expected a whole number from 1 to 100, found 0/],
    ['jpeg', { quality: 101 }, /found 101/],
    ['jpeg', { quality: 50.5 }, /found 50\.5/],
  ])('%s with %o is refused', async (format, options, message) => {
    await expect(writeImage('out', noise, { format, ...options })).rejects.toThrow(message);
  });
});

/** The contents of the av1C box of an AVIF. Source: AV1 Codec ISO Media File Format Binding, 2.3.3. */
function avifSubsampling(bytes: Buffer): string {
  const flags = bytes[bytes.indexOf('av1C') + 6]!;
  return ['4:4:4', '', '4:2:2', '4:2:0'][(flags >> 2) & 3]!;
}

describe('JPEG and WebP', () => {
  it.each([1, 3])('JPEG of %i channels is close, at full colour resolution', async (channels) => {
    for (const [width, height] of [
      [1, 1],
      [33, 17],
      [500, 1],
      [1, 500],
    ] as const) {
      const shape = { width, height, channels, depth: 8, hasAlpha: false } as const;
      const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
        const pixel = Math.floor(i / channels);
        return (
          ((pixel % width) * 3 + Math.floor(pixel / width) * 2 + (i % channels) * 40) >> (width > 100 ? 3 : 0)
        );
      });
      const bytes = await written({ ...shape, data }, 'jpeg');
      const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
      // Bits, height, width, components, and the first component's share of the resolution.
      const head = [8, height >> 8, height & 255, width >> 8, width & 255, channels, 1, 0x11];
      expect([...bytes.subarray(frame + 4, frame + 12)]).toEqual(head);
      const found = jpeg.decode(bytes, { useTArray: true });
      expect(found).toMatchObject({ width, height });
      data.forEach((v, i) => {
        const near = found.data[Math.floor(i / channels) * 4 + (i % channels)]!;
        expect(Math.abs(near - v)).toBeLessThanOrEqual(channels === 1 ? 4 : 8);
      });
    }
  });

  it.each(pictures(CHANNELS, [8]))('WebP: $title', async ({ picture }) => {
    const bytes = await written(picture, 'webp');
    expect(other.webpChunk(bytes, 'VP8L')).toBeDefined();
    const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: picture.width, height: picture.height });
    expectNumbers(data, other.spreadOverRgba(picture));
  });
});

describe('an ICC profile is carried byte for byte and changes no number', () => {
  const kinds = CHANNELS.flatMap((channels) =>
    ([8, 16, 'float'] as const).map((depth) => ({ channels, depth })),
  );
  it.each(kinds)('$channels channels of $depth', async ({ channels, depth }) => {
    const icc = madeProfile(channels < 3 ? 'GRAY' : 'RGB', 3);
    const shape = { width: 13, height: 9, channels, depth, hasAlpha: channels % 2 === 0 };
    const picture = { ...samplesOf(shape), icc };
    const tiff = await written(picture, 'tiff');
    expect(Buffer.from(other.tiffFields(tiff).get(34675)!)).toEqual(icc);
    expect(other.byUtif(tiff).data.equals(bytesOf(picture))).toBe(true);
    if (depth === 'float') return;
    const png = await written(picture, 'png');
    expect(other.pngProfile(png)).toEqual(icc);
    expect(pngHead(png)).toMatchObject({ bits: depth, colour: [0, 4, 2, 6][channels - 1] });
    expectNumbers(other.byFastPng(png).data, picture.data);
    if (depth === 16) return;
    const webp = await written(picture, 'webp');
    // WebP has no grey, and a grey profile does not apply to RGB.
    expect(other.webpChunk(webp, 'ICCP')).toEqual(channels < 3 ? undefined : icc);
    expectNumbers(
      await sharp(webp, { ignoreIcc: true }).ensureAlpha().raw().toBuffer(),
      other.spreadOverRgba(picture),
    );
    if (channels % 2 === 0) return;
    expect(other.jpegProfile(await written(picture, 'jpeg'))).toEqual(icc);
  });
});

describe('samples that a format cannot hold are refused, not converted', () => {
  it.each([
    ['jpeg', 2, 8],
    ['jpeg', 4, 8],
    ['png', 5, 8],
    ['webp', 5, 8],
    ['png', 3, 'float'],
    ['jpeg', 3, 16],
    ['jpeg', 3, 'float'],
    ['webp', 3, 16],
    ['webp', 4, 'float'],
    ['npy', 1, 8],
    ['npy', 3, 16],
  ] as const)('%s, %i channels of %s', async (format, channels, depth) => {
    const picture = samplesOf({ width: 4, height: 3, channels, depth, hasAlpha: channels % 2 === 0 });
    const outcome = await written(picture, format).catch((error: Error) => error.message);
    expect(outcome).toEqual(expect.stringMatching(/^out: expected /));
  });

  it('writeImage takes the format from the extension and writes the bytes of encode', async () => {
    await inFolder({}, async (folder) => {
      const picture = samplesOf({ width: 5, height: 4, channels: 3, depth: 16, hasAlpha: false });
      for (const [name, format] of [
        ['a.png', 'png'],
        ['a.TIF', 'tiff'],
        ['a.raw', 'raw'],
      ] as const) {
        await writeImage(join(folder, name), picture);
        expect(await readFile(join(folder, name))).toEqual(await written(picture, format));
      }
      await expect(writeImage(join(folder, 'a.xyz'), picture)).rejects.toThrow(/known ending/);
    });
  });
});
