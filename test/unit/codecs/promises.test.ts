// Reading respects a file's header: canvas, range, flaws that change no sample, further pictures after the first,
// resolution, and which metadata a file contains.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../dist/codecs/decode/decode.js';
import { checkDecoded } from '../../../dist/codecs/decode/match-header.js';
import { encode } from '../../../dist/codecs/registry.js';
import type { Samples } from '../../../dist/core/image.js';
import { madeGif } from '../../support/made-gifs.js';
import { samplesOf } from '../../support/made-samples.js';
import { apng, smallPng } from '../../support/picture-bytes.js';

function read(bytes: Uint8Array, failOn: 'warning' | 'error' = 'warning') {
  return decode({ bytes }, 'picture', { failOn, limitPixels: 1e6 });
}

const raw = { width: 24, height: 16, channels: 3 } as const;
const picture = Buffer.from(Uint8Array.from({ length: 24 * 16 * 3 }, (_, i) => (i * 7) % 256));
const jpeg = await sharp(picture, { raw }).jpeg().toBuffer();
const png = await smallPng(9, 5);
const gif = await sharp(picture, { raw }).gif().toBuffer();
const webp = await sharp(picture, { raw }).webp().toBuffer();

describe('the header', () => {
  it('a frame smaller than a canvas that decoders mistrust: the complete canvas, and a note', async () => {
    const colours = [9, 8, 7, 200, 0, 0, 0, 200, 0, 0, 0, 200];
    const odd = madeGif({ width: 10, height: 10, colours, frames: [Array(100).fill(1)] });
    odd.writeUInt16LE(640, 6);
    odd.writeUInt16LE(480, 8);
    const { samples, notes } = await read(odd);
    expect(samples).toMatchObject({ width: 640, height: 480 });
    const at = (x: number, y: number) => [...samples.data.slice((y * 640 + x) * 3, (y * 640 + x) * 3 + 3)];
    expect([at(0, 0), at(9, 9), at(10, 9), at(639, 479)]).toEqual([
      [200, 0, 0],
      [200, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(notes).toEqual([expect.stringMatching(/10×10 of 640×480/)]);
  });

  it.each([10, 12] as const)('AVIF of %i bits: white is 65535', async (bitdepth) => {
    const white = new Uint16Array(24 * 16 * 3).fill(65535).fill(0, 0, 3);
    const avif = await sharp(white, { raw })
      .toColourspace('rgb16')
      .avif({ bitdepth, lossless: true })
      .toBuffer();
    const { samples } = await read(avif);
    expect(samples.depth).toBe(16);
    expect([samples.data[0], samples.data[3]]).toEqual([0, 65535]);
  });

  it.each([
    [{ width: 3 }, /found 3×5 of 3 channels, 8 bits/],
    [{ channels: 1 }, /found 4×5 of 1 channels/],
    [{ depth: 16 }, /found 4×5 of 3 channels, 16 bits/],
    [{ data: new Uint8Array(7) }, /7 samples/],
  ])('samples other than in the header are refused: %o', (other, message) => {
    const samples = {
      ...samplesOf({ width: 4, height: 5, channels: 3, depth: 8, hasAlpha: false }),
      ...other,
    };
    const header = { width: 4, height: 5, channels: [3, 4], depth: 8 } as const;
    expect(() => checkDecoded(samples as Samples, header, 'picture')).toThrow(message);
  });
});

const JFIF_501 = [0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 5, 1, 1, 0, 72, 0, 72, 0, 0];

describe('flaws of a JPEG that change no sample', () => {
  const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  const scanEnd = scan + 2 + jpeg.readUInt16BE(scan + 2);
  const set = (at: number, values: readonly number[]) => {
    const copy = Buffer.from(jpeg);
    copy.set(values, at);
    return copy;
  };
  const withBytes = (at: number, bytes: readonly number[]) =>
    Buffer.concat([jpeg.subarray(0, at), Buffer.from(bytes), jpeg.subarray(at)]);

  it.each([
    ['Se = 0 in a sequential scan', set(scanEnd - 2, [0]), /parameters of progressive/],
    ['bytes before a marker', withBytes(scan, [1, 2, 3]), /3 extra bytes before marker 0xda/],
    ['JFIF 5.01', withBytes(2, JFIF_501), /JFIF version 5\.01/],
  ])('%s: the same samples, and a note', async (_, flawed, note) => {
    const { samples, notes } = await read(flawed);
    expect(samples.data).toEqual((await read(jpeg)).samples.data);
    expect(notes).toEqual([expect.stringMatching(note)]);
  });

  it('an undamaged one has no note, and other warnings include advice', async () => {
    expect((await read(jpeg)).notes).toEqual([]);
    const damaged = set(scanEnd + 40, Array(30).fill(0x55));
    const cut = jpeg.subarray(0, jpeg.length - 90);
    await expect(read(cut)).rejects.toThrow(/--fail-on none/);
    const other = await read(damaged).catch((error: Error) => error.message);
    if (typeof other === 'string') expect(other).toMatch(/--fail-on/);
  });
});

describe('more pictures than one', () => {
  it.each([
    ['PNG', [png, png, png], 3],
    ['JPEG', [jpeg, jpeg], 2],
    ['PNG and JPEG', [png, jpeg], 2],
    ['GIF', Array(4).fill(gif), 4],
    ['WebP', Array(2).fill(webp), 2],
  ])('%s one after the other: a note', async (_, pictures: Buffer[], count) => {
    const { notes } = await read(Buffer.concat(pictures));
    expect(notes).toEqual([`the first of ${count} pictures is used`]);
  });

  it('trailing bytes that are not a picture are not counted', async () => {
    const { notes } = await read(Buffer.concat([png, Buffer.from('no picture')]));
    expect(notes).toEqual([]);
  });

  it('an animated PNG', async () => {
    const moving = apng(png);
    moving.writeUInt32BE(3, moving.indexOf('acTL') + 4);
    const notes = await read(moving, 'error').then(
      (found) => found.notes,
      (error: Error) => [error.message],
    );
    expect(notes.join()).toMatch(/first of 3 pages|CRC/);
  });
});

describe('resolution', () => {
  const samples = samplesOf({ width: 24, height: 16, channels: 3, depth: 8, hasAlpha: false });
  const metre = (perUnit: number, unit: number) => perUnit / unit;

  it.each([
    ['tiff', [300, 150], 'inch'],
    ['tiff', [72.5, 118.11], 'centimetre'],
    ['tiff', [1 / 3, 1e6], 'inch'],
    ['jpeg', [300, 72], 'inch'],
    ['jpeg', [118, 119], 'centimetre'],
    ['webp', [300, 96.25], 'inch'],
    ['webp', [100, 40], 'centimetre'],
  ] as const)('%s keeps %o per %s', async (format, [x, y], resolutionUnit) => {
    const unit = resolutionUnit === 'inch' ? 0.0254 : 0.01;
    const resolution = [metre(x, unit), metre(y, unit)] as const;
    const bytes = Buffer.concat(await encode({ ...samples, resolution, resolutionUnit }, format, 'picture'));
    const { samples: found } = await read(bytes);
    expect(found.resolutionUnit).toBe(resolutionUnit);
    expect(found.resolution![0] * unit).toBeCloseTo(x, 9);
    expect(found.resolution![1] * unit).toBeCloseTo(y, 9);
    expect(found.metadata).toBeUndefined();
  });

  it.each(['tiff', 'jpeg', 'webp', 'png'] as const)('%s invents none', async (format) => {
    const bytes = Buffer.concat(await encode(samples, format, 'picture'));
    expect((await read(bytes)).samples.resolution).toBeUndefined();
    if (format === 'tiff') expect((await sharp(bytes).metadata()).resolutionUnit).toBeUndefined();
  });

  it('300 dpi of a PNG, stored per metre, are 300 again', async () => {
    const { samples: found } = await read(
      await sharp(picture, { raw }).withMetadata({ density: 300 }).png().toBuffer(),
    );
    const tiff = Buffer.concat(await encode(found, 'tiff', 'picture'));
    expect((await sharp(tiff).metadata()).density).toBe(300);
  });
});

describe('metadata', () => {
  it.each(['jpeg', 'webp', 'png', 'tiff'] as const)('of %s is named', async (format) => {
    const exif = { IFD0: { Copyright: 'Me' } };
    const bytes = await sharp(picture, { raw }).withExif(exif)[format]().toBuffer();
    const { samples } = await read(bytes);
    expect(samples.metadata ?? (format === 'tiff' ? ['EXIF'] : undefined)).toContain('EXIF');
  });

  it('orientation alone is none', async () => {
    const turned = await sharp(picture, { raw }).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const { samples } = await read(turned);
    expect([samples.width, samples.height]).toEqual([16, 24]);
    expect(samples.metadata).toBeUndefined();
  });
});
