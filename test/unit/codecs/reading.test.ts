// Reading returns the stored numbers of a file, at its depth and with its channels: PNG, JPEG, WebP, GIF, AVIF. Most
// files are built by hand, so that expected values depend on no decoder. TIFF: reading-tiff.test.ts.

import { encode as fastPng } from 'fast-png';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../dist/codecs/decode/decode.js';
import { madeGif } from '../../support/made-gifs.js';
import * as made from '../../support/made-pngs.js';
import { madeProfile } from '../../support/made-profile.js';
import { arrayFor, expectSamples, type Shape, turned, wholeNumbers } from '../../support/made-samples.js';
import { without } from '../../support/picture-bytes.js';

const WIDTH = 7;
const HEIGHT = 3;
const COUNT = WIDTH * HEIGHT;

function read(bytes: Uint8Array) {
  return decode({ bytes }, 'picture', { failOn: 'warning', limitPixels: 1e6 });
}

function shape(channels: number, depth: Shape['depth'], hasAlpha: boolean): Shape {
  return { width: WIDTH, height: HEIGHT, channels, depth, hasAlpha };
}

const size = { width: WIDTH, height: HEIGHT };

describe('PNG', () => {
  it.each([1, 2, 4, 8, 16] as const)('grey of %i bits, alone and with a transparent value', async (bits) => {
    const most = 2 ** bits - 1;
    const full = bits === 16 ? 65535 : 255;
    const numbers = wholeNumbers(COUNT, most);
    // 1, 2 and 4 bits are spread over 8, so that white is 255.
    const spread = numbers.map((v) => (v * full) / most);
    const plain = { ...size, bits, colour: made.GRAY, numbers };
    const depth = bits === 16 ? 16 : 8;
    expectSamples((await read(made.madePng(plain))).samples, shape(1, depth, false), spread);
    const keyed = made.madePng({ ...plain, chunks: [made.colourKey(most)] });
    const withAlpha = spread.flatMap((v) => [v, v === full ? 0 : full]);
    expectSamples((await read(keyed)).samples, shape(2, depth, true), withAlpha);
  });

  it.each([
    [8, made.GRAY_ALPHA, 2],
    [16, made.GRAY_ALPHA, 2],
    [8, made.RGB, 3],
    [16, made.RGB, 3],
    [8, made.RGBA, 4],
    [16, made.RGBA, 4],
  ] as const)('%i bits, colour type %i', async (bits, colour, channels) => {
    const numbers = wholeNumbers(COUNT * channels, 2 ** bits - 1);
    const bytes = made.madePng({ ...size, bits, colour, numbers });
    const { samples, notes } = await read(bytes);
    expectSamples(samples, shape(channels, bits, channels % 2 === 0), numbers);
    expect({ notes, icc: samples.icc }).toEqual({ notes: [], icc: undefined });
  });

  it.each([1, 2, 4, 8] as const)('palette of %i bits, without and with opacities', async (bits) => {
    const colours = wholeNumbers(3 * 2 ** bits, 255, 5);
    const numbers = wholeNumbers(COUNT, 2 ** bits - 1);
    const rgb = (i: number) => colours.slice(3 * i, 3 * i + 3);
    const file = (chunks: ReturnType<typeof made.palette>) =>
      made.madePng({ ...size, bits, colour: made.PALETTE, numbers, chunks });
    const opaque = await read(file([made.srgb, ...made.palette(colours)]));
    expect(opaque.samples.srgb).toBe(0);
    expectSamples(opaque.samples, shape(3, 8, false), numbers.flatMap(rgb));
    const clear = await read(file(made.palette(colours, [9])));
    expectSamples(
      clear.samples,
      shape(4, 8, true),
      numbers.flatMap((i) => [...rgb(i), i === 0 ? 9 : 255]),
    );
  });

  it.each([
    ['gAMA 1.0', made.GRAY, [made.gamma(1)]],
    ['gAMA 1.0', made.RGBA, [made.gamma(1)]],
    ['sRGB', made.RGB, [made.srgb, made.gamma(0.45455)]],
    ['iCCP', made.RGB, [made.iccp(madeProfile('RGB', 3))]],
    ['iCCP', made.RGBA, [made.iccp(madeProfile('RGB', 3))]],
    ['iCCP', made.GRAY, [made.iccp(madeProfile('GRAY', 3))]],
    ['iCCP', made.GRAY_ALPHA, [made.iccp(madeProfile('GRAY', 3))]],
  ])('%s changes no number of colour type %i', async (chunk, colour, chunks) => {
    const channels = { 0: 1, 2: 3, 4: 2, 6: 4 }[colour]!;
    for (const bits of [8, 16] as const) {
      const numbers = wholeNumbers(COUNT * channels, 2 ** bits - 1);
      const { samples } = await read(made.madePng({ ...size, bits, colour, numbers, chunks }));
      expectSamples(samples, shape(channels, bits, channels % 2 === 0), numbers);
      const profile = madeProfile(channels < 3 ? 'GRAY' : 'RGB', 3);
      expect(samples.icc && Buffer.from(samples.icc)).toEqual(chunk === 'iCCP' ? profile : undefined);
    }
  });

  it('of two gammas the first counts', async () => {
    const numbers = wholeNumbers(COUNT, 255);
    const chunks = [made.gamma(0.5), made.gamma(1)];
    const { samples } = await read(made.madePng({ ...size, bits: 8, colour: made.GRAY, numbers, chunks }));
    expect(samples.gamma).toBe(0.5);
  });

  it.each([
    ['for other colours', made.iccp(madeProfile('RGB', 3))],
    ['that is damaged', { type: 'iCCP', data: Buffer.from('p\0\0zzzz') }],
  ])('a profile %s is left out with a note', async (_, chunk) => {
    const numbers = wholeNumbers(COUNT, 255);
    const bytes = made.madePng({ ...size, bits: 8, colour: made.GRAY, numbers, chunks: [chunk] });
    const { samples, notes } = await decode({ bytes }, 'picture', { failOn: 'error', limitPixels: 1e6 });
    expectSamples(samples, shape(1, 8, false), numbers);
    expect(samples.icc).toBeUndefined();
    expect(notes).toEqual([
      expect.stringMatching(/^its ICC profile is damaged or does not fit its colours, and is left out/),
    ]);
  });

  it('as fast-png, pngjs and sharp write them, interlaced too', async () => {
    for (const depth of [8, 16] as const) {
      for (const channels of [1, 2, 3, 4]) {
        const numbers = wholeNumbers(COUNT * channels, 2 ** depth - 1);
        const data = arrayFor(depth, numbers) as Uint8Array | Uint16Array;
        for (const interlace of ['null', 'Adam7'] as const) {
          const bytes = fastPng({ ...size, data, depth, channels }, { interlace });
          expect(bytes[28]).toBe(interlace === 'null' ? 0 : 1);
          expectSamples((await read(bytes)).samples, shape(channels, depth, channels % 2 === 0), numbers);
        }
      }
    }
    const numbers = wholeNumbers(COUNT * 4, 255);
    const data = Buffer.from(numbers);
    const byPngjs = PNG.sync.write(Object.assign(new PNG({ ...size }), { data }));
    const raw = { ...size, channels: 4 } as const;
    for (const bytes of [byPngjs, await sharp(data, { raw }).png({ progressive: true }).toBuffer()]) {
      expectSamples((await read(bytes)).samples, shape(4, 8, true), numbers);
    }
  });
});

// Smooth, so that JPEG loses little.
const smooth = Uint8Array.from({ length: 24 * 16 * 3 }, (_, i) => {
  const pixel = Math.floor(i / 3);
  return (pixel % 24) * 7 + Math.floor(pixel / 24) * 4 + (i % 3) * 10;
});
const raw24 = { raw: { width: 24, height: 16, channels: 3 } } as const;

describe('JPEG', () => {
  it.each([false, true])('colour and grey, progressive: %s', async (progressive) => {
    const options = { quality: 90, chromaSubsampling: '4:4:4', progressive };
    const colour = await sharp(smooth, raw24).jpeg(options).toBuffer();
    const gray = await sharp(smooth, raw24).toColourspace('b-w').jpeg(options).toBuffer();
    for (const [bytes, channels, space] of [
      [colour, 3, 'srgb'],
      [gray, 1, 'b-w'],
    ] as const) {
      const { samples, notes } = await read(bytes);
      const same = [...(await sharp(bytes).toColourspace(space).raw().toBuffer())];
      expectSamples(samples, { width: 24, height: 16, channels, depth: 8, hasAlpha: false }, same);
      expect(notes).toEqual([]);
      // Two inverse transforms may differ a little.
      const rgba = jpeg.decode(bytes, { useTArray: true }).data;
      samples.data.forEach((value, i) => {
        const other = rgba[Math.floor(i / channels) * 4 + (i % channels)]!;
        expect(Math.abs(value - other)).toBeLessThanOrEqual(3);
      });
    }
  });

  it('a profile changes no number and is copied', async () => {
    const bytes = await sharp(smooth, raw24).withIccProfile('p3').jpeg().toBuffer();
    const { samples } = await read(bytes);
    // The same file with its profile, an APP2 segment, cut out has nothing that could change numbers.
    const bare = await read(without(bytes, 0xe2));
    expectSamples(samples, { ...bare.samples }, bare.samples.data);
    expect(bytes.includes(Buffer.from(samples.icc!))).toBe(true);
    expect(bare.samples.icc).toBeUndefined();
  });

  it.each([undefined, 'cmyk'])('CMYK becomes sRGB with a note, profile: %s', async (profile) => {
    const cmyk = sharp(smooth, raw24).toColourspace('cmyk');
    if (profile) cmyk.withIccProfile(profile);
    const bytes = await cmyk.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    const { samples, notes } = await read(bytes);
    expect(samples).toMatchObject({ width: 24, height: 16, channels: 3, depth: 8, hasAlpha: false });
    expect(samples.icc).toBeUndefined();
    expect(notes).toEqual([expect.stringMatching(/CMYK.*sRGB/)]);
    // Printing inks do not reach every colour, but come close.
    const apart = Array.from(samples.data, (v, i) => Math.abs(v - smooth[i]!));
    expect(apart.reduce((sum, d) => sum + d) / apart.length).toBeLessThan(12);
  });
});

describe('EXIF orientation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('%i turns the pixels', async (orientation) => {
    const numbers = wholeNumbers(COUNT * 3, 255);
    const stored = sharp(Buffer.from(numbers), { raw: { ...size, channels: 3 } });
    const tagged = stored.withMetadata({ orientation });
    const want = turned({ ...size, data: numbers }, 3, orientation);
    const wanted = { ...want, channels: 3, depth: 8, hasAlpha: false } as const;
    const chunks = [made.exif(orientation)];
    const files = [
      made.madePng({ ...size, bits: 8, colour: made.RGB, numbers, chunks }),
      await tagged.clone().webp({ lossless: true }).toBuffer(),
    ];
    for (const bytes of files) expectSamples((await read(bytes)).samples, wanted, want.data);
    const lossy = await tagged.clone().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    const plain = jpeg.decode(lossy, { useTArray: true }).data.filter((_, i) => i % 4 < 3);
    const { samples } = await read(lossy);
    expect(samples).toMatchObject({ width: want.width, height: want.height });
    const seen = turned({ ...size, data: plain }, 3, orientation).data;
    samples.data.forEach((v, i) => void expect(Math.abs(v - seen[i]!)).toBeLessThanOrEqual(3));
  });
});

describe('WebP, GIF, AVIF', () => {
  const rgba = Buffer.from(wholeNumbers(COUNT * 4, 255));
  const picture = () => sharp(rgba, { raw: { ...size, channels: 4 } });

  it('WebP: lossless unchanged, lossy as decoded by sharp, with and without alpha', async () => {
    const lossless = await picture().webp({ lossless: true, exact: true }).toBuffer();
    expectSamples((await read(lossless)).samples, shape(4, 8, true), rgba);
    const lossy = await picture().webp().toBuffer();
    expectSamples((await read(lossy)).samples, shape(4, 8, true), await sharp(lossy).raw().toBuffer());
    const opaque = await picture().removeAlpha().webp({ lossless: true }).toBuffer();
    expectSamples(
      (await read(opaque)).samples,
      shape(3, 8, false),
      rgba.filter((_, i) => i % 4 < 3),
    );
  });

  it('AVIF: as decoded by sharp', async () => {
    const opaque = await picture().removeAlpha().avif({ effort: 0 }).toBuffer();
    expectSamples((await read(opaque)).samples, shape(3, 8, false), await sharp(opaque).raw().toBuffer());
    const clear = await picture().avif({ effort: 0 }).toBuffer();
    expectSamples((await read(clear)).samples, shape(4, 8, true), await sharp(clear).raw().toBuffer());
  });

  it('GIF: palette colours, a transparent one, the first of several frames', async () => {
    const colours = wholeNumbers(12, 255, 7);
    const [first, second] = [wholeNumbers(COUNT, 3, 2), wholeNumbers(COUNT, 3, 3)];
    const seen = first.flatMap((i) => colours.slice(3 * i, 3 * i + 3));
    const still = await read(madeGif({ ...size, colours, frames: [first] }));
    expectSamples(still.samples, shape(3, 8, false), seen);
    expect(still.notes).toEqual([]);
    const moving = await read(madeGif({ ...size, colours, frames: [first, second] }));
    expectSamples(moving.samples, shape(3, 8, false), seen);
    expect(moving.notes).toEqual([expect.stringMatching(/first of 2 pages/)]);
    const clear = await read(madeGif({ ...size, colours, frames: [first], transparent: 2 }));
    expect(clear.samples).toMatchObject(shape(4, 8, true));
    first.forEach((index, i) => {
      const [r, g, b, alpha] = clear.samples.data.slice(4 * i, 4 * i + 4);
      expect(index === 2 ? [alpha] : [r, g, b, alpha]).toEqual(
        index === 2 ? [0] : [...seen.slice(3 * i, 3 * i + 3), 255],
      );
    });
  });

  it('animated WebP: the first frame', async () => {
    const frames = await Promise.all([picture().png().toBuffer(), picture().negate().png().toBuffer()]);
    const lossless = { lossless: true, exact: true };
    const bytes = await sharp(frames, { join: { animated: true } })
      .webp(lossless)
      .toBuffer();
    const { samples, notes } = await read(bytes);
    expect(samples).toMatchObject(shape(4, 8, true));
    // An animation keeps no colour under full transparency.
    rgba.forEach((v, i) => void (rgba[i | 3] && expect(samples.data[i]).toBe(v)));
    expect(notes).toEqual([expect.stringMatching(/first of 2 pages/)]);
  });
});
