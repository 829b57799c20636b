// `--alpha auto`, the default: averages weight colour by alpha (compared with SciPy, fixtures/make_alpha.py) if a
// picture is not opaque, and all other kernels copy alpha; the same on every code path, in explain and in the library.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../dist/codecs/registry.js';
import { fullScale } from '../../../dist/core/image.js';
import { chooseAlphaMode } from '../../../dist/engine/alpha-mode.js';
import { correlate, explain, type Kernel, loadKernel, type Samples } from '../../../dist/index.js';
import { filter, filterBank, filterCombined } from '../../../dist/pipeline/filter.js';
import { channelsOf, optionsOf, withAlpha } from '../../support/by-hand.js';
import { convtool } from '../../support/cli.js';
import { byFastPng, byNpyjs } from '../../support/other-decoders.js';
import { ARRAYS } from '../../support/random-run.js';
import { toPicture } from '../../support/to-picture.js';

interface Case {
  readonly name: string;
  readonly image: string;
  readonly weights: number[][];
  readonly channels: 'each' | 'gray' | 'g';
  readonly linear: boolean;
  readonly picture: number[];
}

const fixture = JSON.parse(readFileSync(new URL('../../fixtures/alpha.json', import.meta.url), 'utf8')) as {
  width: number;
  height: number;
  images: Record<string, { depth: 8 | 16 | 'float'; data: number[] }>;
  cases: Case[];
};

function imageOf(name: string): Samples {
  const { width, height, images } = fixture;
  const { depth, data } = images[name]!;
  const channels = data.length / (width * height);
  return {
    width,
    height,
    channels,
    depth,
    hasAlpha: true,
    data: ARRAYS[depth].from(data) as Samples['data'],
  };
}

const auto = { alpha: 'auto', includesAlpha: true } as const;
const opaque = (image: Samples): Samples => {
  const { channels, depth } = image;
  const data = image.data.map((v, i) => (i % channels === channels - 1 ? fullScale(depth) : v));
  return { ...image, data: data as Samples['data'] };
};
const rgba = imageOf('8-4');

describe('averages over a picture that is not opaque', () => {
  it.each(fixture.cases)('$name', async ({ image: name, weights, channels, linear, picture }) => {
    const image = imageOf(name);
    const kernel = await loadKernel(JSON.stringify({ weights }));
    const { map, hasAlpha, alpha } = await filter(image, kernel, optionsOf({ ...auto, channels, linear }));
    expect([hasAlpha, alpha]).toEqual([true, 'premultiply']);
    const slack = fullScale(image.depth) * (linear ? 3e-5 : 3e-6);
    map.data.forEach((value, i) => {
      expect(Math.abs(value - picture[i]!), `sample ${i}`).toBeLessThan(slack);
    });
    // A format without alpha gets the same colours only.
    const bare = await filter(image, kernel, optionsOf({ alpha: 'auto', channels, linear }));
    expect(bare.hasAlpha).toBe(false);
    expect([...bare.map.data]).toEqual(channelsOf(map, 0, map.channels - 1));
  });

  it('as pictures keep opacity for any gain and mapping of colour', async () => {
    const kernel = await loadKernel('box-3');
    const plain = await filter(rgba, kernel, optionsOf(auto), { depth: 8, map: 'clamp', gain: 1 });
    for (const map of ['clamp', 'abs', 'signed', 'minmax'] as const) {
      const picture = await filter(rgba, kernel, optionsOf(auto), { depth: 8, map, gain: 0.5 });
      expect(channelsOf(picture.map, 3, 4)).toEqual(channelsOf(plain.map, 3, 4));
      const deep = await filter(rgba, kernel, optionsOf(auto), { depth: 16, map, gain: 0.5 });
      channelsOf(deep.map, 3, 4).forEach((v, i) => {
        expect(Math.abs(v / 257 - channelsOf(plain.map, 3, 4)[i]!)).toBeLessThanOrEqual(0.5);
      });
    }
  });

  it('hidden colour does not matter', async () => {
    const kernel = await loadKernel('gaussian:1');
    const bytes = fc.uint8Array({ minLength: rgba.data.length, maxLength: rgba.data.length });
    await fc.assert(
      fc.asyncProperty(bytes, async (others) => {
        const data = rgba.data.map((v, i) =>
          rgba.data[i - (i % 4) + 3] === 0 && i % 4 < 3 ? others[i]! : v,
        );
        const other = { ...rgba, data: data as Samples['data'] };
        expect((await filter(other, kernel, optionsOf(auto))).map).toEqual(
          (await filter(rgba, kernel, optionsOf(auto))).map,
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('the mode', () => {
  it.each([
    ['box-3', 'premultiply'],
    ['gaussian:2', 'premultiply'],
    ['motion:length=5,angle=30', 'premultiply'],
    ['disk:2', 'premultiply'],
    ['{"weights":[[1,1]]}', 'premultiply'],
    ['{"weights":[[-1,-1]],"divisor":-2}', 'premultiply'],
    ['{"weights":[[0,0,1]]}', 'premultiply'],
    ['{"weights":[[1,1]],"divisor":-2}', 'keep'],
    ['identity', 'keep'],
    ['sharpen', 'keep'],
    ['sobel-x', 'keep'],
    ['emboss', 'keep'],
    ['{"weights":[[0,0]]}', 'keep'],
    ['{"weights":[[[1,1]],[[1,1]],[[1,1]]]}', 'keep'],
  ])('of %s is %s', async (ref, mode) => {
    const kernel = await loadKernel(ref);
    const options = { alpha: 'auto', channels: 'each' } as const;
    expect(chooseAlphaMode(rgba, [kernel], options)).toBe(mode);
    expect(chooseAlphaMode(opaque(rgba), [kernel], options)).toBe('keep');
    expect(chooseAlphaMode(rgba, [kernel], { ...options, channels: 'a' })).toBe('keep');
    expect(chooseAlphaMode(rgba, [kernel], { ...options, alpha: 'drop' })).toBe('drop');
  });

  it.each([8, 16, 'float'] as const)('one pixel of %s that is not quite opaque is enough', async (depth) => {
    const image = opaque(withAlpha(depth));
    const kernel = await loadKernel('box-3');
    const options = { alpha: 'auto', channels: 'each' } as const;
    const spoilt = (value: number) => {
      const data = image.data.slice();
      data[data.length - 1] = value;
      return chooseAlphaMode({ ...image, data }, [kernel], options);
    };
    const top = fullScale(depth);
    expect([spoilt(depth === 'float' ? 0.999 : top - 1), spoilt(top)]).toEqual(['premultiply', 'keep']);
  });

  it('is each kernel’s own in a bank, and premultiply for a combined map where all average', async () => {
    const bank = await Promise.all(['box-3', 'sobel-x', 'gaussian-5'].map((ref) => loadKernel(ref)));
    const modes = async (image: Samples) =>
      (await filterBank(image, bank, optionsOf(auto))).map((one) => one.alpha);
    expect(await modes(rgba)).toEqual(['premultiply', 'keep', 'premultiply']);
    expect(await modes(opaque(rgba))).toEqual(['keep', 'keep', 'keep']);
    const combined = async (kernels: Kernel[]) =>
      (await filterCombined(rgba, kernels, 'mean', optionsOf(auto))).alpha;
    expect(await combined([bank[0]!, bank[2]!])).toBe('premultiply');
    expect(await combined(bank)).toBe('keep');
  });

  it('leaves opaque pictures as keep does', async () => {
    for (const name of ['8-4', '16-2', 'float-4']) {
      const image = opaque(imageOf(name));
      const kernel = await loadKernel('gaussian-5');
      const request = { depth: image.depth, map: 'clamp', gain: 1 } as const;
      const found = toPicture(await filter(image, kernel, optionsOf(auto), request), image, true);
      const kept = toPicture(await filter(image, kernel, optionsOf({ alpha: 'keep' }), request), image, true);
      expect(found).toEqual(kept);
    }
  });
});

describe('in the library', () => {
  it('maps have colour only, weighted by alpha', async () => {
    const kernel = await loadKernel('box-3');
    const map = await correlate(rgba, kernel, { threads: 1 });
    const both = await correlate(rgba, kernel, { threads: 1, alpha: 'premultiply' });
    expect([map.channels, both.channels]).toEqual([3, 4]);
    expect([...map.data]).toEqual(channelsOf(both, 0, 3));
  });

  it.each([
    [[4, 3], {}],
    [[0, 0], { border: 'constant:90' }],
    [[0, 6], { border: 'renormalize' }],
    [[8, 2], { border: 'wrap', flip: true }],
    [[5, 5], { channels: 'gray' }],
    [[2, 2], { alpha: 'premultiply', stride: 2 }],
    [[1, 1], {}],
  ] as const)('explain works out sample %j with %j', async (at, options) => {
    const kernel = await loadKernel('{"weights":[[1,2,3],[4,5,6],[7,8,9]],"divisor":45,"bias":3}');
    const { flip = false, ...rest } = options as { flip?: boolean };
    const found = await explain(rgba, kernel, at, options);
    const { convolve } = await import('../../../dist/index.js');
    const map = await (flip ? convolve : correlate)(rgba, kernel, rest);
    for (const [c, channel] of found.channels.entries()) {
      expect(channel.response).toBe(map.data[(at[1] * map.width + at[0]) * map.channels + c]);
      const { sum, scale, alpha, exact } = channel;
      expect((alpha === 0 ? 0 : (sum * scale) / 45 / alpha!) + 3).toBeCloseTo(exact, 6);
      expect(Math.abs(exact - channel.response)).toBeLessThan(1e-3);
    }
  });
});

describe('on the command line', () => {
  const png = async (image: Samples) => Buffer.concat(await encode(image, 'png', 'x'));
  const colours = (ref: string, image: Samples) => loadKernel(ref).then((kernel) => correlate(image, kernel));
  const bytesOf = (run: { after: Readonly<Record<string, string>> }, path: string) =>
    Buffer.from(run.after[path]!, 'latin1');

  it('single, small and large pictures, arrays, JPEG and pages agree', async () => {
    const large = withAlpha(8, 2048, 1500);
    const files: Record<string, Uint8Array> = { 'rgba.png': await png(rgba), 'large.png': await png(large) };
    for (let i = 0; i < 16; i++) files[`in/${i}.png`] = await png(rgba);
    const single = await convtool(['apply', '-k', 'box-3', '-o', 'one.png', 'rgba.png'], { files });
    const expected = byFastPng(bytesOf(single, 'one.png'));
    expect(expected.channels).toBe(4);
    const averaged = await colours('box-3', rgba);
    channelsOf({ data: Uint8Array.from(expected.data), channels: 4 }, 0, 3).forEach((v, i) => {
      expect(Math.abs(v - averaged.data[i]!)).toBeLessThanOrEqual(0.501);
    });
    const many = await convtool(['apply', '-k', 'box-3', '-o', 'out/', 'in', 'large.png'], { files });
    expect(many.after['out/7.box-3.png']).toBe(single.after['one.png']);
    const big = byFastPng(bytesOf(many, 'out/large.box-3.png'));
    const wide = await correlate(large, await loadKernel('box-3'));
    const wrong = wide.data.findIndex(
      (v, i) => Math.abs(v - big.data[Math.floor(i / 3) * 4 + (i % 3)]!) > 0.501,
    );
    expect(wrong).toBe(-1);
    const array = await convtool(
      ['apply', '-k', 'box-3', '-k', 'sobel-x', '--stack', '-o', 'x.npy', 'rgba.png'],
      {
        files,
      },
    );
    const { shape, data } = byNpyjs(bytesOf(array, 'x.npy'));
    expect(shape).toEqual([2, 7, 9, 3]);
    expect([...data].slice(0, averaged.data.length)).toEqual([...averaged.data]);
    const jpeg = await convtool(['apply', '-k', 'box-3', '-o', 'x.jpg', 'rgba.png'], { files });
    expect([jpeg.status, jpeg.stderr]).toEqual([0, 'note: rgba.png: alpha is left out: jpeg has none\n']);
  });

  it('explain and --explain-plan agree with apply', async () => {
    const files = { 'rgba.png': await png(rgba) };
    const applied = await convtool(['apply', '-k', 'box-3', '-o', 'one.png', 'rgba.png'], { files });
    const { data } = byFastPng(bytesOf(applied, 'one.png'));
    const told = await convtool(['explain', '--at', '6,4', '-k', 'box-3', '--json', 'rgba.png'], { files });
    const stored = told.stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).stored);
    expect(stored).toEqual(Array.from(data).slice((4 * 9 + 6) * 4, (4 * 9 + 6) * 4 + 3));
    expect(told.stderr).toContain('samples are shown multiplied by alpha');
    const plan = await convtool(['apply', '-k', 'box-3', '--explain-plan', '--json', 'rgba.png'], { files });
    expect(JSON.parse(plan.stdout.toString()).source.depth).toBe('float');
  });
});
