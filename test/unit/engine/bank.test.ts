// A bank gives exactly the same bytes and statistics as each of its kernels alone: for every mix of methods, sizes and
// depths, on one thread and on two, in reused memory, and image after image.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeatureMap, Samples } from '../../../dist/core/image.js';
import type { PictureRequest } from '../../../dist/engine/output/value-mapping.js';
import { warmPool } from '../../../dist/engine/pool.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import { type Filtered, type FilterOptions, filter, filterBank } from '../../../dist/pipeline/filter.js';
import { optionsOf } from '../../support/by-hand.js';
import {
  expectSameBytes,
  fractions,
  holds,
  randomImage,
  randomOf,
  smallKernel,
  stored,
} from '../../support/random-run.js';

const RESPONSES: PictureRequest = { depth: 'float', map: null, gain: 1 };
const REQUESTS: readonly PictureRequest[] = [
  RESPONSES,
  { depth: 8, map: 'clamp', gain: 1 },
  { depth: 8, map: 'signed', gain: 0.5 },
  { depth: 16, map: 'abs', gain: 3 },
  { depth: 16, map: 'minmax', gain: 1 },
  { depth: 'float', map: 'abs', gain: 2 },
];

function kernelOf(name: string, width: number, height: number, at: (x: number, y: number) => number): Kernel {
  const weights = Float64Array.from({ length: width * height }, (_, i) =>
    at(i % width, Math.floor(i / width)),
  );
  const anchor = [width >> 1, height >> 1] as const;
  return { name, width, height, inChannels: null, weights, divisor: 1, bias: 0, anchor };
}

function fraction(name: string, size: number, seed: number, planes: number | null = null): Kernel {
  const random = randomOf(seed);
  const kernel = kernelOf(name, size, size * (planes ?? 1), () => (random(2001) - 1000) / 1009);
  return { ...kernel, height: size, inChannels: planes, anchor: [size >> 1, 0] };
}

const bell = (sigma: number) => (x: number, y: number) =>
  Math.exp(-((x - 8) ** 2 + (y - 8) ** 2) / (2 * sigma ** 2));

/** Kernels of every method that `auto` chooses, several of each, some of which share their input. */
const MIXED: readonly Kernel[] = [
  kernelOf('sobel', 3, 3, (x, y) => (x - 1) * (y === 1 ? 2 : 1)),
  kernelOf('laplacian', 3, 3, (x, y) => (x === 1 && y === 1 ? 8 : -1)),
  { ...kernelOf('box 9', 9, 9, () => 1), divisor: 81 },
  fraction('dense a', 15, 1),
  kernelOf('bell', 17, 17, bell(2)),
  fraction('dense b', 15, 2),
  { ...kernelOf('box 5 × 12', 5, 12, () => 2), divisor: 60, bias: 4 },
  kernelOf('wider bell', 17, 17, bell(3)),
  fraction('across', 11, 3, 3),
  fraction('small', 3, 5),
  fraction('across again', 11, 4, 3),
  kernelOf('whole 13', 13, 13, (x, y) => ((x * 7 + y * y) % 19) - 9),
  { ...fraction('dense c', 15, 6), bias: -7.5, divisor: 3 },
  kernelOf('nothing', 3, 3, () => 0),
  kernelOf('one', 1, 1, () => 1),
  kernelOf('whole 5', 5, 5, (x, y) => ((x * 7 + y * y) % 190) - 9),
];

/** Fails unless a bank's result is that of each kernel alone. */
async function expectAlone(
  found: readonly Filtered[],
  image: Samples,
  kernels: readonly Kernel[],
  options: FilterOptions,
  request: PictureRequest,
): Promise<void> {
  expect(found).toHaveLength(kernels.length);
  for (const [i, kernel] of kernels.entries()) {
    const { map, hasAlpha } = await filter(image, { ...kernel }, { ...options, threads: 1 }, request);
    const about = `${kernel.name}, ${JSON.stringify(request)}`;
    expectSameBytes(found[i]!.map.data, map.data, about);
    expect({ ...found[i]!.map, data: null }, about).toEqual({ ...map, data: null });
    expect(found[i]!.hasAlpha).toBe(hasAlpha);
  }
}

describe('a bank of all methods', () => {
  const image = randomImage(160, 120, 3, 8, 3);

  test('uses all methods', async () => {
    const results = await filterBank(image, MIXED, optionsOf());
    const methods = results.map(({ plan }) => plan.method);
    expect([...new Set(methods)].sort()).toEqual(['direct', 'fft', 'running-sums', 'separable']);
    expect(methods.filter((method) => method === 'fft').length).toBeGreaterThanOrEqual(4);
  });

  const depths = ([8, 16, 'float'] as const).flatMap((depth) =>
    [1, 2].map((threads) => ({ depth, threads })),
  );
  test.each(depths)('of $depth bits on $threads threads', async ({ depth, threads }) => {
    if (threads > 1) warmPool(threads);
    const source = randomImage(320, 200, 3, depth, 5);
    for (const request of depth === 8 ? REQUESTS : REQUESTS.slice(0, 2)) {
      const options = optionsOf({ threads });
      const results = await filterBank(source, MIXED, options, request);
      if (threads > 1) expect(Math.max(...results.map((one) => one.threads))).toBe(2);
      await expectAlone(results, source, MIXED, options, request);
    }
  });

  test('in reused memory, where it fits', async () => {
    for (const threads of [1, 2]) {
      for (const request of [REQUESTS[0]!, REQUESTS[1]!, REQUESTS[4]!]) {
        const options = optionsOf({ threads });
        const other = randomImage(160, 120, 3, 8, 6);
        const earlier = (await filterBank(other, MIXED, options, request)).map(({ map }) => map);
        // Maps in another order fit some of the kernels only.
        for (const reuse of [[...earlier].reverse(), earlier.slice(0, 4)]) {
          const results = await filterBank(image, MIXED, options, request, reuse);
          await expectAlone(results, image, MIXED, options, request);
          const memories = results.map(({ map }) => map.data.buffer);
          expect(new Set(memories).size).toBe(memories.length);
        }
      }
    }
  });

  test('image after image: no trace of the previous one', async () => {
    const options = optionsOf();
    const shapes = [image, randomImage(160, 120, 3, 8, 8), randomImage(161, 119, 3, 8, 9), image];
    for (const source of shapes) {
      await expectAlone(await filterBank(source, MIXED, options), source, MIXED, options, RESPONSES);
      const some = MIXED.slice(2, 9);
      await expectAlone(await filterBank(source, some, options), source, some, options, RESPONSES);
    }
  });

  test.each(MIXED)('image after image, one straight after the other: $name', async (kernel) => {
    // Small ones, which are a single tile, and larger ones.
    for (const [width, height] of [
      [24, 9],
      [160, 70],
    ] as const) {
      const images = [1, 2].map((seed) => randomImage(width, height, 3, 8, seed));
      for (const request of [RESPONSES, REQUESTS[4]!]) {
        const results: Filtered[] = [];
        for (const one of images) results.push(await filter(one, kernel, optionsOf(), request));
        for (const [i, one] of images.entries())
          await expectAlone([results[i]!], one, [kernel], optionsOf(), request);
      }
    }
  });

  test('weights changed in between are used', async () => {
    const changing = MIXED.map((kernel) => ({ ...kernel, weights: kernel.weights.slice() }));
    const options = optionsOf();
    await filterBank(image, changing, options);
    for (const kernel of changing) kernel.weights[kernel.weights.length - 1]! += 2;
    const results = await filterBank(image, changing, options);
    const copies = changing.map((kernel) => ({ ...kernel, weights: kernel.weights.slice() }));
    await expectAlone(results, image, copies, options, RESPONSES);
  });

  test('two banks at the same time do not disturb each other', async () => {
    const other = randomImage(160, 120, 3, 8, 10);
    for (const threads of [1, 2]) {
      const options = optionsOf({ threads });
      const [first, second, third] = await Promise.all([
        filterBank(image, MIXED, options),
        filterBank(other, MIXED, options),
        filterBank(image, [...MIXED].reverse(), options),
      ]);
      await expectAlone(first, image, MIXED, options, RESPONSES);
      await expectAlone(second, other, MIXED, options, RESPONSES);
      await expectAlone(third, image, [...MIXED].reverse(), options, RESPONSES);
    }
  });
});

test.each([
  ['fft', 11],
  ['direct', 4],
  ['separable', 7],
] as const)('64 kernels on a small image by %s', async (method, size) => {
  warmPool(2);
  const bank = Array.from({ length: 64 }, (_, i) => fraction(`k${i}`, size, i));
  for (const [width, height, channels] of [
    [41, 33, 2],
    [7, 90, 1],
  ] as const) {
    const image = randomImage(width, height, channels, 8, 2);
    for (const threads of [1, 2]) {
      const options = optionsOf({ threads, method }, { border: { mode: 'reflect101', value: 0 } });
      await expectAlone(await filterBank(image, bank, options), image, bank, options, RESPONSES);
    }
  }
});

const border = fc.constantFrom(
  'replicate' as const,
  'wrap' as const,
  'constant' as const,
  'renormalize' as const,
);
const side = fc.constantFrom(1, 1, 1, 2, 3);

test.each(['auto', 'direct', 'fft', 'reference'] as const)('any bank by %s', (method) =>
  holds(
    fc.record({
      image: stored,
      bank: fc.array(fc.oneof(fractions, smallKernel(7)), { minLength: 1, maxLength: 7 }),
      border,
      stride: fc.tuple(side, side),
      extent: fc.constantFrom('same' as const, 'full' as const),
      flip: fc.boolean(),
      request: fc.constantFrom(...REQUESTS),
      planes: fc.nat(3),
    }),
    method === 'reference' ? 30 : 100,
    async ({ image, bank, border, stride, extent, flip, request, planes }) => {
      // One kernel in four sums over channels, where the image has as many.
      const kernels = bank.map((kernel, i) =>
        i % 4 === planes && image.channels > 1 ? overChannels(kernel, image.channels) : kernel,
      );
      const sums = kernels.map(({ weights }) => weights.reduce((sum, w) => sum + w, 0));
      // Transforms take no weights of both signs that are scaled.
      fc.pre(border !== 'renormalize' || (method !== 'fft' && sums.every((sum) => sum !== 0)));
      const convolution = { border: { mode: border, value: 9 }, stride, extent, flip };
      const options = optionsOf({ method }, convolution);
      const results = await filterBank(image, kernels, options, request);
      await expectAlone(results, image, kernels, options, request);
    },
  ));

function overChannels(kernel: Kernel, channels: number): Kernel {
  const planes = Array.from({ length: channels }, (_, c) => [...kernel.weights].map((w) => w * (c + 1) - c));
  return { ...kernel, inChannels: channels, weights: Float64Array.from(planes.flat()) };
}

test('reused memory is that of the kernel at the same index', async () => {
  const image = randomImage(30, 20, 1, 8, 1);
  const bank = MIXED.filter(({ inChannels }) => inChannels === null);
  const earlier: FeatureMap[] = (await filterBank(image, bank, optionsOf())).map(({ map }) => map);
  const results = await filterBank(image, bank, optionsOf(), RESPONSES, earlier);
  expect(results.map(({ map }) => map.data)).toEqual(earlier.map(({ data }) => data));
  for (const [i, { map }] of results.entries()) expect(map.data.buffer).toBe(earlier[i]!.data.buffer);
});
