// Linear light by the tone curve of a picture: compared with NumPy (fixtures/make_curves.py), as laws, in every format
// that carries a profile, and the notes if no curve is known or a profile is lost.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../dist/codecs/decode/decode.js';
import { encode } from '../../../dist/codecs/registry.js';
import { tiffPages } from '../../../dist/codecs/tiff/encode.js';
import { profileCurves } from '../../../dist/core/icc.js';
import {
  parametricCurve,
  powerCurve,
  SRGB,
  sampledCurve,
  type ToneCurve,
} from '../../../dist/core/tone-curve.js';
import { namedCurves } from '../../../dist/engine/input/srgb.js';
import { loadKernel, type Samples } from '../../../dist/index.js';
import { filter } from '../../../dist/pipeline/filter.js';
import { optionsOf } from '../../support/by-hand.js';
import { convtool } from '../../support/cli.js';
import { madeProfile } from '../../support/made-profile.js';
import { byFastPng } from '../../support/other-decoders.js';
import { ARRAYS, randomImage } from '../../support/random-run.js';

interface Case {
  readonly name: string;
  readonly depth: 8 | 16;
  readonly channels: number;
  readonly data: number[];
  readonly icc?: string;
  readonly gamma?: number;
  readonly srgb?: number;
  readonly responses: number[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/curves.json', import.meta.url), 'utf8'),
) as {
  cases: Case[];
};

const MEAN = '{"weights":[[1,1]],"divisor":2,"anchor":[0,0]}';
const KNOWN = (name: string) => cases.find((one) => one.name.startsWith(name))!;
const profileOf = (name: string) => new Uint8Array(Buffer.from(KNOWN(name).icc!, 'base64'));

function imageOf({ depth, channels, data, icc, gamma, srgb }: Case): Samples {
  return {
    ...{ width: data.length / channels, height: 1, channels, depth, hasAlpha: false },
    data: ARRAYS[depth].from(data) as Samples['data'],
    ...(icc ? { icc: new Uint8Array(Buffer.from(icc, 'base64')) } : {}),
    ...(gamma === undefined ? {} : { gamma }),
    ...(srgb === undefined ? {} : { srgb }),
  };
}

describe('in linear light', () => {
  it.each(cases)('$name', async (one) => {
    const image = imageOf(one);
    const { map } = await filter(image, await loadKernel(MEAN), optionsOf({ linear: true }));
    const scale = 2 ** one.depth - 1;
    map.data.forEach((value, i) => {
      expect(Math.abs(value - one.responses[i]!), `sample ${i}`).toBeLessThan(scale * 2e-5);
    });
    expect(namedCurves(image)).not.toBeNull();
  });

  it('one channel, luma and sums over channels keep a flat picture flat', async () => {
    const image = imageOf(KNOWN('another curve'));
    const flat = { ...image, data: image.data.map(() => 200) as Samples['data'] };
    for (const channels of ['each', 'r', 'b'] as const) {
      const { map } = await filter(flat, await loadKernel(MEAN), optionsOf({ linear: true, channels }));
      for (const value of map.data) expect(value).toBeCloseTo(200, 3);
    }
    const same = { ...flat, icc: profileOf('parametric Adobe') };
    const sum = await loadKernel('{"weights":[[[1]],[[1]],[[1]]],"divisor":3}');
    for (const [kernel, channels] of [
      [await loadKernel(MEAN), 'gray'],
      [sum, 'each'],
    ] as const) {
      const { map } = await filter(same, kernel, optionsOf({ linear: true, channels }));
      for (const value of map.data) expect(value).toBeCloseTo(200, 3);
    }
  });

  it('a constant border is a stored value', async () => {
    const image = imageOf(KNOWN('gAMA 1,'));
    const border = { mode: 'constant', value: 100 } as const;
    const kernel = await loadKernel('{"weights":[[1,1]],"divisor":2}');
    const { map } = await filter(image, kernel, optionsOf({ linear: true }, { border }));
    expect(map.data[0]).toBeCloseTo((image.data[0]! + 100) / 2, 3);
  });
});

describe('curves', () => {
  const table = Float64Array.of(0, 0, 0.1, 0.4, 0.4, 0.7, 1, 1);
  const all: [string, ToneCurve][] = [
    ['sRGB', SRGB],
    ['power', powerCurve(1.8)],
    ['type 4', parametricCurve([2.4, 0.95, 0.05, 0.08, 0.04, 0.08 * 0.04 - 0.088 ** 2.4, 0])!],
    ['type 2', parametricCurve([2.2, 0.9, 0.05, 0, -0.05 / 0.9, 0.02, 0.02])!],
    ['sampled', sampledCurve(Float64Array.of(0, 0.1, 0.3, 1))!],
  ];
  it.each(all)('%s return to the stored value, rise, and extend beyond 0 and 1', (_, curve) => {
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (v, step) => {
          expect(Math.abs(curve.encode(curve.decode(v)) - v)).toBeLessThan(1e-6);
          expect(curve.decode(v + step)).toBeGreaterThanOrEqual(curve.decode(v));
        },
      ),
    );
  });

  it('flat parts of samples keep black and white, and give the middle of others', () => {
    const curve = sampledCurve(table)!;
    expect([0, 0.4, 1].map(curve.encode)).toEqual([0, 3.5 / 7, 1]);
    expect(curve.encode(0.05)).toBeCloseTo(1.5 / 7, 12);
  });

  it('that fall, are constant or contain NaN are not used', () => {
    expect(sampledCurve(Float64Array.of(0, 0.5, 0.4, 1))).toBeNull();
    expect(sampledCurve(Float64Array.of(1, 1))).toBeNull();
    expect(sampledCurve(Float64Array.of(1, 0.5, 0))).toBeNull();
    expect(parametricCurve([0, 1, 0, 0, 0, 0, 0])).toBeNull();
    expect(parametricCurve([2.2, -1, 1, 0, 0, 0, 0])).toBeNull();
    expect(parametricCurve([Number.NaN, 1, 0, 0, 0, 0, 0])).toBeNull();
  });

  it('are not found in damaged profiles, and nothing is thrown', () => {
    const sound = profileOf('sampled L*, 17');
    expect(profileCurves(sound)).toHaveLength(3);
    for (let length = 0; length < sound.length; length++) {
      const cut = profileCurves(sound.slice(0, length));
      if (length < 200) expect(cut).toBeNull();
    }
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(255), (at, byte) => {
        const other = sound.slice();
        other[at] = byte;
        profileCurves(other);
      }),
    );
  });
});

describe('in files', () => {
  const rgb = randomImage(12, 9, 3, 8, 5);
  const gray = randomImage(12, 9, 1, 8, 6);
  const adobe = new Uint8Array(madeProfile('RGB', 2.2));
  const grey = new Uint8Array(madeProfile('GRAY', 1.8));
  const withProfile = async (
    image: Samples,
    icc: Uint8Array,
    format: 'png' | 'jpeg' | 'webp' | 'tiff' | 'avif',
  ) => {
    const file = Buffer.concat(tiffPages([{ ...image, icc }]));
    const options = format === 'webp' || format === 'avif' ? { lossless: true } : {};
    return sharp(file, { ignoreIcc: true })
      .keepIccProfile()
      .toColourspace(image.channels === 1 ? 'b-w' : 'srgb')
      .toFormat(format, options)
      .toBuffer();
  };

  it.each([
    ...(['png', 'jpeg', 'webp', 'tiff', 'avif'] as const).map((format) => [format, rgb, adobe] as const),
    ...(['png', 'jpeg', 'tiff'] as const).map((format) => [format, gray, grey] as const),
  ])('%s: the profile is read', async (format, image, icc) => {
    const bytes = await withProfile(image, icc, format);
    const { samples } = await decode({ bytes }, 'x', { failOn: 'warning', limitPixels: 1e6 });
    expect(Buffer.from(samples.icc!).equals(icc)).toBe(true);
    expect(namedCurves(samples)).toHaveLength(image.channels);
  });

  it('PNG: sRGB wins over gAMA, and both stay in the output', async () => {
    const png = Buffer.concat(await encode({ ...rgb, srgb: 1, gamma: 0.45455 }, 'png', 'x'));
    const { samples } = await decode({ bytes: png }, 'x', { failOn: 'warning', limitPixels: 1e6 });
    expect(samples).toMatchObject({ srgb: 1, gamma: 0.45455 });
    expect(namedCurves(samples)).toEqual([SRGB]);
    const run = await convtool(['apply', '-k', 'box-3', '--linear', '-o', 'y.png', 'x.png'], {
      files: { 'x.png': png },
    });
    const made = Buffer.from(run.after['y.png']!, 'latin1');
    expect([made.includes('sRGB\x01'), made.includes('gAMA'), run.stderr]).toEqual([true, true, '']);
  });

  const png = async (image: Samples) => Buffer.concat(await encode(image, 'png', 'x'));
  const said = /its ICC profile|holds no|names no/;

  it('a linear PNG is averaged unchanged, on each code path', async () => {
    const step = {
      ...randomImage(8, 1, 1, 8, 1),
      data: Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 255),
      gamma: 1,
    };
    const files: Record<string, Uint8Array> = { 'x.png': await png(step) };
    for (let i = 0; i < 16; i++) files[`in/${i}.png`] = files['x.png']!;
    const args = ['apply', '-k', '{"weights":[[1,1]],"divisor":2}', '--linear'];
    const one = await convtool([...args, '-o', 'y.png', 'x.png'], { files });
    const { data } = byFastPng(Buffer.from(one.after['y.png']!, 'latin1'));
    expect(Array.from(data)).toEqual([0, 0, 0, 0, 128, 255, 255, 255]);
    expect(one.stderr).toBe('');
    const many = await convtool([...args, '-o', 'out/{name}.png', 'in'], { files });
    expect(many.after['out/3.png']).toBe(one.after['y.png']);
    expect(many.stderr).not.toMatch(said);
  });

  it('an unknown curve is noted once per run', async () => {
    const files: Record<string, Uint8Array> = {};
    for (let i = 0; i < 20; i++) files[`in/${i}.png`] = await png(gray);
    files['cut.png'] = await png({
      ...rgb,
      icc: new Uint8Array(madeProfile('RGB', 1.8)).map((v, i) => (i > 131 && i < 216 ? 0 : v)),
    });
    const run = await convtool(['apply', '-k', 'box-3', '--linear', '-o', 'out/', 'in'], { files });
    expect(run.stderr.match(/it has no tone curve: --linear assumes sRGB/g)).toHaveLength(1);
    const cut = await convtool(['apply', '-k', 'box-3', '--linear', '-o', 'y.png', 'cut.png'], { files });
    expect(cut.stderr).toContain('its ICC profile has no usable tone curve: --linear assumes sRGB');
    const plain = await convtool(['apply', '-k', 'box-3', '-o', 'y.png', 'cut.png'], { files });
    expect(plain.stderr).toBe('');
  });

  it.each([
    [
      rgb,
      adobe,
      ['--channels', 'gray'],
      'png',
      /x\.png: its ICC profile, for RGB, does not fit a grey picture and is left out: its values will be read as sRGB/,
    ],
    [rgb, adobe, ['--channels', 'r'], 'tiff', /its ICC profile, for RGB, does not fit a grey picture/],
    [rgb, adobe, ['--channels', 'gray'], 'jpeg', /its ICC profile, for RGB, does not fit a grey picture/],
    [rgb, adobe, [], 'npy', /npy cannot hold an ICC profile/],
    [rgb, adobe, [], 'raw', /raw cannot hold an ICC profile/],
    [gray, grey, [], 'webp', /webp stores grey as RGB, which its ICC profile does not fit/],
    [rgb, adobe, [], 'png', null],
    [rgb, adobe, [], 'jpeg', null],
    [rgb, adobe, [], 'webp', null],
    [rgb, adobe, [], 'tiff', null],
    [gray, grey, [], 'png', null],
    [gray, grey, [], 'jpeg', null],
    [gray, grey, [], 'tiff', null],
  ] as const)('%# profiles that fit are kept, others are noted', async (image, icc, words, format, note) => {
    const files = { 'x.png': await png({ ...image, icc }) };
    const args = ['apply', '-k', 'box-3', ...words, '--format', format, '-o', 'y', 'x.png'];
    const run = await convtool(args, { files });
    const written = Object.entries(run.after).find(([path]) => path !== 'x.png')!;
    const bytes = Buffer.from(written[1], 'latin1');
    if (note) expect(run.stderr).toMatch(note);
    else expect(run.stderr).toBe('');
    if (format === 'npy' || format === 'raw') return;
    const { icc: kept } = await sharp(bytes).metadata();
    expect(kept === undefined || !kept.equals(icc)).toBe(note !== null);
    if (note && format !== 'webp') expect(kept).toBeUndefined();
  });

  it('for many pictures, one is named', async () => {
    const files: Record<string, Uint8Array> = {};
    for (let i = 10; i < 30; i++) files[`in/${i}.png`] = await png({ ...rgb, icc: adobe });
    const run = await convtool(['apply', '-k', 'box-3', '--channels', 'gray', '-o', 'out/', 'in'], { files });
    expect(run.stderr.match(/its ICC profile/g)).toHaveLength(1);
    expect(run.stderr).toMatch(/in\/10\.png: its ICC profile/);
    const quiet = await convtool(
      ['apply', '-k', 'box-3', '--channels', 'gray', '--quiet', '-o', 'out/', 'in'],
      { files },
    );
    expect(quiet.stderr).toBe('');
  });
});
