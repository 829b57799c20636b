// Alpha copied, filtered like colour, used as the weight of colour, and dropped.

import { describe, expect, test } from 'vitest';
import { fullScale } from '../../../dist/core/image.js';
import type { PictureRequest } from '../../../dist/engine/output/value-mapping.js';
import { correlate, type Depth, type Extent, type Kernel, type Samples } from '../../../dist/index.js';
import { type FilterOptions, filter } from '../../../dist/pipeline/filter.js';
import type { ConvolutionOptions } from '../../../dist/plan/convolution-options.js';
import { channelsOf, KERNEL as kernel, optionsOf, slide, withAlpha } from '../../support/by-hand.js';
import { ARRAYS, expectNear, randomOf } from '../../support/random-run.js';
import { toPicture } from '../../support/to-picture.js';

function coloursOf(image: Samples): Samples {
  const data = ARRAYS[image.depth].from(channelsOf(image, 0, image.channels - 1));
  return { ...image, channels: image.channels - 1, hasAlpha: false, data };
}

describe('alpha keep, filter and drop', () => {
  test.each(['keep', 'drop'] as const)('%s filters colour only', async (alpha) => {
    const image = withAlpha();
    const { map, hasAlpha } = await filter(image, kernel, optionsOf({ alpha }));
    expect(map).toEqual(await correlate(coloursOf(image), kernel, { threads: 1 }));
    expect([hasAlpha, map.channels]).toEqual([false, 3]);
  });

  test('filter treats alpha as one more channel', async () => {
    const image = withAlpha();
    const { map, hasAlpha } = await filter(image, kernel, optionsOf({ alpha: 'filter' }));
    expect(map).toEqual(await correlate({ ...image, hasAlpha: false }, kernel, { threads: 1 }));
    expect([hasAlpha, map.channels]).toEqual([true, 4]);
  });

  test('summed with colour into one map, it is not alpha', async () => {
    const image = withAlpha(8, 9, 7, 2);
    const sum: Kernel = {
      ...kernel,
      width: 1,
      height: 1,
      inChannels: 2,
      weights: Float64Array.of(1, 2),
      anchor: [0, 0],
    };
    const filtered = await filter(image, sum, optionsOf({ alpha: 'filter' }));
    const [colour, alpha] = [channelsOf(image, 0, 1), channelsOf(image, 1, 2)];
    expectNear(
      filtered.map.data,
      colour.map((v, i) => (v + 2 * alpha[i]!) / 12),
      1e-4,
    );
    expect(filtered).toMatchObject({ hasAlpha: false, map: { channels: 1 } });
  });

  test('channel a is alpha alone, in every alpha mode', async () => {
    const image = withAlpha();
    const plane = { ...image, channels: 1, hasAlpha: false, data: Uint8Array.from(channelsOf(image, 3, 4)) };
    for (const alpha of ['keep', 'filter', 'premultiply', 'drop'] as const) {
      const { map } = await filter(image, kernel, optionsOf({ alpha, channels: 'a' }));
      expect(map).toEqual(await correlate(plane, kernel, { threads: 1 }));
    }
  });

  // Where each output of kernel `wide` (5×3, anchor at 1, 2) is on an axis of 9 and of 7 samples.
  const wide: Kernel = {
    ...kernel,
    width: 5,
    height: 3,
    weights: new Float64Array(15).fill(1),
    anchor: [1, 2],
  };
  const folded = {
    replicate: [0, 0, 0, 8],
    wrap: [6, 7, 8, 0],
    symmetric: [2, 1, 0, 8],
    reflect101: [3, 2, 1, 7],
  };
  const inside = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const spots: readonly [
    border: ConvolutionOptions['border']['mode'],
    extent: Extent,
    xs: number[],
    ys: number[],
  ][] = [
    ['replicate', 'same', inside(0, 9), inside(0, 7)],
    ['wrap', 'valid', inside(1, 6), inside(2, 7)],
    ['constant', 'full', [0, 0, 0, ...inside(0, 9), 8], [...inside(0, 7), 6, 6]],
    ['renormalize', 'full', [0, 0, 0, ...inside(0, 9), 8], [...inside(0, 7), 6, 6]],
    ...(['replicate', 'wrap', 'symmetric', 'reflect101'] as const).map((mode) => {
      const [a, b, c, d] = folded[mode] as [number, number, number, number];
      const below = { replicate: [6, 6], wrap: [0, 1], symmetric: [6, 5], reflect101: [5, 4] }[mode];
      return [mode, 'full', [a, b, c, ...inside(0, 9), d], [...inside(0, 7), ...below]] as [
        typeof mode,
        Extent,
        number[],
        number[],
      ];
    }),
  ];
  const strides = [
    [1, 1],
    [2, 3],
    [4, 1],
    [50, 50],
  ] as const;
  const rows = spots.flatMap(([mode, extent, xs, ys]) =>
    strides.map((stride) => ({ mode, extent, xs, ys, stride })),
  );
  test.each(rows)('kept alpha is that of each output: $mode, $extent, stride $stride', async ({
    mode,
    extent,
    xs,
    ys,
    stride,
  }) => {
    const image = withAlpha();
    const convolution = { border: { mode, value: 0 }, extent, stride };
    const filtered = await filter(image, wide, optionsOf({}, convolution), {
      depth: 8,
      map: 'clamp',
      gain: 1,
    });
    const picture = toPicture(filtered, image, true);
    const every = (values: number[], step: number) => values.filter((_, i) => i % step === 0);
    const wanted = every(ys, stride[1]).flatMap((y) =>
      every(xs, stride[0]).map((x) => image.data[(y * 9 + x) * 4 + 3]!),
    );
    expect(channelsOf(picture, 3, 4)).toEqual(wanted);
    expect(channelsOf(picture, 0, 3)).toEqual([...filtered.map.data]);
    expect(picture).toMatchObject({ channels: 4, hasAlpha: true });
  });

  const depths: readonly [from: Depth, request: PictureRequest, convert: (alpha: number) => number][] = [
    [8, { depth: 16, map: 'clamp', gain: 1 }, (a) => a * 257],
    [16, { depth: 8, map: 'clamp', gain: 3 }, (a) => Math.round(a / 257)],
    ['float', { depth: 8, map: 'abs', gain: 1 }, (a) => Math.round(a * 255)],
    ['float', { depth: 16, map: 'signed', gain: 2 }, (a) => Math.round(a * 65535)],
    [8, { depth: 'float', map: null, gain: 1 }, (a) => a],
    [16, { depth: 'float', map: 'clamp', gain: 1 }, (a) => a],
  ];
  test.each(
    depths,
  )('kept alpha of %s bits stays as opaque in a picture %j', async (from, request, convert) => {
    const image = withAlpha(from);
    const picture = toPicture(await filter(image, kernel, optionsOf(), request), image, true);
    expect(channelsOf(picture, 3, 4)).toEqual(channelsOf(image, 3, 4).map(convert));
  });

  test('a picture has no alpha where none is kept, and none twice', async () => {
    const image = withAlpha();
    const picture = async (alpha: FilterOptions['alpha'], keeps: boolean) =>
      toPicture(await filter(image, kernel, optionsOf({ alpha })), image, keeps);
    expect(await picture('drop', false)).toMatchObject({ channels: 3, hasAlpha: false });
    expect(await picture('filter', true)).toMatchObject({ channels: 4, hasAlpha: true });
    expect(await picture('premultiply', true)).toMatchObject({ channels: 4, hasAlpha: true });
  });
});

describe('alpha premultiply', () => {
  const premultiply = (
    image: Samples,
    k = kernel,
    more: Partial<FilterOptions> = {},
    convolution: Partial<ConvolutionOptions> = {},
  ) => filter(image, k, optionsOf({ alpha: 'premultiply', ...more }, convolution));

  test.each([8, 16, 'float'] as const)('over an opaque image of %s bits changes nothing', async (depth) => {
    const image = withAlpha(depth);
    const opaque = { ...image, data: image.data.map((v, i) => (i % 4 === 3 ? fullScale(depth) : v)) };
    const { map, hasAlpha } = await premultiply(opaque, { ...kernel, bias: 5 });
    const plain = await correlate(coloursOf(opaque), { ...kernel, bias: 5 }, { threads: 1 });
    expectNear(channelsOf(map, 0, 3), plain.data, 2e-6 * fullScale(depth));
    expectNear(channelsOf(map, 3, 4), channelsOf(opaque, 3, 4), 2e-6 * fullScale(depth));
    expect(hasAlpha).toBe(true);
  });

  test('hidden colour of transparent pixels does not bleed', async () => {
    const image = withAlpha(8, 20, 9);
    const clear = image.data.map((v, i) => (i % 4 === 3 && v < 128 ? 0 : v));
    const random = randomOf(3);
    const others = clear.map((v, i) => (i % 4 < 3 && clear[i - (i % 4) + 3] === 0 ? random(256) : v));
    expect(others).not.toEqual(clear);
    const convolution = { stride: [2, 1], extent: 'full' } as const;
    const { map } = await premultiply({ ...image, data: clear }, kernel, {}, convolution);
    expect(map).toEqual((await premultiply({ ...image, data: others }, kernel, {}, convolution)).map);
    expect((await filter({ ...image, data: others }, kernel, optionsOf())).map).not.toEqual(
      (await filter({ ...image, data: clear }, kernel, optionsOf())).map,
    );
  });

  // Outside a constant border is as opaque as it is bright: 0 is transparent black, 255 opaque white.
  test.each([null, 0, 255, 128])('is Σwαc / Σwα · Σw / divisor + bias, outside %s', async (constant) => {
    const image = withAlpha();
    const k = { ...kernel, divisor: 10, bias: 3 };
    const border = { mode: constant === null ? 'replicate' : 'constant', value: constant ?? 0 } as const;
    const { map } = await premultiply(image, k, {}, { border });
    const alpha = channelsOf(image, 3, 4);
    const opacity = slide(alpha, 9, k, constant);
    const sum = k.weights.reduce((total, w) => total + w, 0);
    for (let c = 0; c < 3; c++) {
      const weighed = channelsOf(image, c, c + 1).map((v, i) => v * alpha[i]!);
      const colour = slide(weighed, 9, k, constant === null ? null : constant * constant);
      const right = colour.map((v, i) => (opacity[i] === 0 ? 3 : ((v / opacity[i]!) * sum) / k.divisor + 3));
      expectNear(channelsOf(map, c, c + 1), right, 0.01);
    }
    expectNear(channelsOf(map, 3, 4), opacity, 0.001);
  });
});
