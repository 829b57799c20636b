// Large JPEGs are assembled from strips that are encoded in parallel. Other decoders read the same samples as from one
// encoder over the complete picture; the bytes are the same for a decoded picture and a streamed one.

import jpeg from 'jpeg-js';
import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';
import { jpegSink } from '../../../dist/codecs/jpeg/encode.js';
import { jpegStripsOf } from '../../../dist/codecs/jpeg/restart-intervals.js';
import type { LossyOptions } from '../../../dist/codecs/lossy-options.js';
import { encode } from '../../../dist/codecs/registry.js';
import type { Samples } from '../../../dist/core/image.js';
import { applied, left } from '../../support/apply-runs.js';
import { pictureOf } from '../../support/made-contents.js';
import { madeProfile } from '../../support/made-profile.js';
import * as other from '../../support/other-decoders.js';
import { expectSameBytes } from '../../support/random-run.js';

const SETTINGS = { quality: 95, chromaSubsampling: '4:4:4', optimiseCoding: false };

const made = (width: number, height: number, channels: number) =>
  pictureOf({ width, height, channels, depth: 8 }, ['soft', 'noise', 'stripes'], 90, width);

/** The complete picture encoded by libvips at once. */
async function atOneGo({ width, height, channels, data }: Samples, settings = SETTINGS): Promise<Buffer> {
  const raw = { width, height, channels: channels as 1 | 3 };
  const picture = sharp(data as Uint8Array, { raw }).toColourspace(channels === 1 ? 'b-w' : 'srgb');
  return picture.jpeg(settings).toBuffer();
}

const whole = async (picture: Samples, options: LossyOptions = {}) =>
  Buffer.concat(await encode(picture, 'jpeg', 'a.jpg', options));

const pixels = (bytes: Buffer) =>
  jpeg.decode(bytes, { useTArray: true, maxMemoryUsageInMB: 2048, maxResolutionInMP: 200 });

/** The numbers of the restart markers of a file, in order; in codes every other 255 is followed by a 0. */
function restarts(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(Buffer.of(0xff, 0xda)); at >= 0; at = bytes.indexOf(0xff, at + 1))
    if (bytes[at + 1]! >= 0xd0 && bytes[at + 1]! <= 0xd7) found.push(bytes[at + 1]! - 0xd0);
  return found;
}

describe('a JPEG in strips', () => {
  it.each([
    [1901, 1205, 3, 14],
    [2100, 1033, 1, 5],
    // The last strip is of one row.
    [131, 40001, 1, 11],
    // Strips are longer where there would be more than 24.
    [2800, 1537, 3, 25],
  ])('of %i×%i, %i channels, decodes to the same samples as the output of one encoder', async (width, height, channels, count) => {
    const picture = made(width, height, channels);
    const [strips, one] = [await whole(picture), await atOneGo(picture)];
    expect(restarts(strips)).toEqual(Array.from({ length: count - 1 }, (_, i) => i % 8));
    expect(restarts(one)).toEqual([]);
    const [found, expected] = [pixels(strips), pixels(one)];
    expect(found).toMatchObject({ width, height });
    expectSameBytes(found.data as Uint8Array, expected.data as Uint8Array);
    // By another decoder, too.
    expectSameBytes(await sharp(strips).raw().toBuffer(), await sharp(one).raw().toBuffer());
  });

  it.each([
    [1901, 1205, 3, { quality: 30, subsampling: '420' }],
    [1901, 1205, 3, { quality: 85, subsampling: '444' }],
    [2100, 1033, 1, { quality: 70, subsampling: '420' }],
  ] as const)('of %i×%i, %i channels, at %o equals the output of one encoder, in one piece and in strips', async (width, height, channels, options) => {
    const picture = made(width, height, channels);
    const chromaSubsampling = options.subsampling === '420' ? '4:2:0' : '4:4:4';
    const one = await atOneGo(picture, { ...SETTINGS, quality: options.quality, chromaSubsampling });
    const strips = await whole(picture, options);
    expect(restarts(strips).length).toBeGreaterThan(1);
    expect((await sharp(strips).metadata()).chromaSubsampling).toBe(
      (await sharp(one).metadata()).chromaSubsampling,
    );
    expectSameBytes(await sharp(strips).raw().toBuffer(), await sharp(one).raw().toBuffer());
    const { data, ...about } = picture;
    const bands = jpegSink(about, options, 'a.jpg');
    const [row, { unit }] = [width * channels, bands];
    const pieces: Uint8Array[] = [];
    for (let from = 0; from < height; from += unit) {
      const rows = Math.min(unit, height - from);
      const memory = new Uint8Array((rows + 1) * row);
      memory.set(data.subarray(from * row, (from + rows) * row), row);
      pieces.push(...bands.chunksOf(await bands.encode(memory.subarray(row), from)));
    }
    expect(Buffer.concat([...pieces, ...(await bands.end())]).equals(strips)).toBe(true);
  });

  it('is not used for small pictures: their bytes are those of libvips after a JFIF header', async () => {
    const picture = made(700, 500, 3);
    const [ours, theirs] = [await whole(picture), await atOneGo(picture)];
    // Version 1.2, no unit, square pixels: the picture has no resolution.
    const jfif = [0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0'), 1, 2, 0, 0, 1, 0, 1, 0, 0];
    expect([...ours.subarray(2, 20)]).toEqual(jfif);
    expect(Buffer.concat([ours.subarray(0, 2), ours.subarray(20)]).equals(theirs)).toBe(true);
  });

  it('carries a profile once', async () => {
    const icc = madeProfile('RGB', 2.2);
    const bytes = await whole({ ...made(1900, 1200, 3), icc });
    expect(other.jpegProfile(bytes)).toEqual(icc);
    expect(bytes.indexOf('ICC_PROFILE', bytes.indexOf('ICC_PROFILE') + 1)).toBe(-1);
  });

  it.each([1, 3])('of %i channels has the same bytes when strips arrive one by one', async (channels) => {
    const picture = made(1500, channels === 1 ? 4300 : 1500, channels);
    const { data, ...about } = picture;
    const row = about.width * channels;
    const { unit } = jpegSink(about, {}, 'a.jpg');
    for (const height of [unit, 2 * unit]) {
      const bands = jpegSink(about, {}, 'a.jpg');
      const pieces = [...(await bands.head())];
      for (let from = 0; from < about.height; from += height) {
        const rows = Math.min(height, about.height - from);
        // The row above a band is none of its own.
        const memory = new Uint8Array(new SharedArrayBuffer((rows + 1) * row));
        memory.set(data.subarray(from * row, (from + rows) * row), row);
        pieces.push(...bands.chunksOf(await bands.encode(memory.subarray(row), from)));
      }
      pieces.push(...(await bands.end()));
      expect(Buffer.concat(pieces).equals(await whole(picture))).toBe(true);
    }
  });

  it('has at most 65500 rows, as many as libjpeg takes', async () => {
    const tall = made(40, 65500, 1);
    const { height } = await sharp(await whole(tall)).metadata();
    expect(height).toBe(65500);
    await expect(whole(made(40, 65501, 1))).rejects.toThrow(/65500 pixels/);
    // The same for strips.
    const { data: _, ...about } = made(40, 65501, 1);
    expect(jpegSink(about, {}, 'a.jpg').unit).toBe(65501);
  });

  it('of missing rows fails with what could not be written', async () => {
    const { data, ...about } = made(1500, 1500, 3);
    const bands = jpegSink(about, {}, 'a.jpg');
    await expect(bands.encode(data.subarray(0, 9000), 0)).rejects.toThrow(
      /^a\.jpg: cannot be encoded as jpeg: /,
    );
  });

  test('strips depend on the shape only, in complete blocks, as many as an interval can count', () => {
    for (const [width, height, channels] of [
      [1, 65500, 1],
      [33, 65500, 1],
      [65500, 65500, 1],
      [65500, 40, 3],
      [6000, 4000, 3],
    ] as const) {
      const strips = jpegStripsOf({ width, height, channels, depth: 8, hasAlpha: false }, {});
      const rows = strips[0]!.to;
      expect(strips.at(-1)!.to).toBe(height);
      if (strips.length === 1) continue;
      expect(rows % 8).toBe(0);
      expect((rows / 8) * Math.ceil(width / 8)).toBeLessThanOrEqual(65535);
    }
  });
});

describe('a large picture', () => {
  const files = { 'a.png': Buffer.alloc(0), 'b.jpg': Buffer.alloc(0) };

  it('from PNG or JPEG, strip by strip or complete, with any number of threads, has the same bytes', async () => {
    const { data } = made(2600, 1300, 3);
    const picture = sharp(data as Uint8Array, { raw: { width: 2600, height: 1300, channels: 3 } });
    files['a.png'] = await picture.clone().png({ compressionLevel: 1 }).toBuffer();
    files['b.jpg'] = await picture.jpeg({ quality: 90 }).toBuffer();
    for (const input of ['a.png', 'b.jpg']) {
      const words = ['-k', 'sobel-x', '--quiet'];
      const bands = await applied([...words, '-o', 'out.jpg', '--threads', '2', input], { files });
      const more = await applied([...words, '-o', 'out.jpg', '--threads', '5', input], { files });
      const all = await applied([...words, '-o', '-', '--format', 'jpeg', input], { files });
      expect(left(bands, 'out.jpg').equals(all.stdout)).toBe(true);
      expect(left(more, 'out.jpg').equals(all.stdout)).toBe(true);
      expect(restarts(all.stdout).length).toBeGreaterThan(7);
    }
  });
});
