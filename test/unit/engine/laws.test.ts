// Laws of convolution and correlation on random images and kernels: identities that need no other program as a
// reference. Seeds are fixed; a failure prints the smallest case that was found.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeatureMap } from '../../../dist/core/image.js';
import { type ConvolveOptions, convolve, correlate, rotate180, type Samples } from '../../../dist/index.js';
import { defaultAnchor, type Kernel } from '../../../dist/kernels/kernel.js';
import { BORDER_MODES } from '../../../dist/plan/border.js';
import type { Extent } from '../../../dist/plan/convolution-options.js';
import {
  expectNear,
  fractions,
  holds,
  kernelOfImage,
  randomImage,
  smallImage,
  smallKernel,
  stored,
} from '../../support/random-run.js';

const run = { threads: 1 } as const;
const side = (max: number) => fc.integer({ min: 1, max });
const border = fc.constantFrom(...BORDER_MODES.map((mode) => (mode === 'constant' ? 'constant:3' : mode)));
const extent = fc.constantFrom<Extent>('same', 'valid', 'full');

function imageOf({ width, height, channels, data }: FeatureMap): Samples {
  return { width, height, channels, depth: 'float', hasAlpha: false, data };
}

const valuesOf = ({ data }: FeatureMap) => Array.from(data, (v) => v + 0);
const fits = (image: Samples, kernel: Kernel) =>
  fc.pre(kernel.width <= image.width && kernel.height <= image.height);

/** The part of a map that starts at (left, top). */
function crop(
  map: FeatureMap,
  left: number,
  top: number,
  width: number,
  height: number,
  step = [1, 1],
): number[] {
  const values: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = ((top + y * step[1]!) * map.width + left + x * step[0]!) * map.channels;
      for (let c = 0; c < map.channels; c++) values.push(map.data[at + c]! + 0);
    }
  }
  return values;
}

/** Full convolution with nothing but 0 outside, as polynomials are multiplied. */
const times = async (image: Samples, kernel: Samples) =>
  imageOf(await convolve(image, kernelOfImage(kernel), { ...run, border: 'constant', extent: 'full' }));

describe('convolution', () => {
  test('is correlation with the kernel turned by 180°', () =>
    holds(fc.tuple(stored, fractions, border, extent), 200, async ([image, kernel, border, extent]) => {
      if (extent === 'valid') fits(image, kernel);
      const options: ConvolveOptions = { ...run, border, extent };
      const flipped = await convolve(image, kernel, options);
      const turned = await correlate(image, rotate180(kernel), options);
      const slack = 1e-4 * Math.max(1, Math.abs(flipped.min), Math.abs(flipped.max));
      expectNear(turned.data, flipped.data, image.depth === 'float' || border === 'renormalize' ? slack : 0);
    }));

  test('commutes', () =>
    holds(fc.tuple(smallImage(), smallImage()), 200, async ([a, b]) => {
      expect(await times(a, b)).toEqual(await times(b, a));
    }));

  test('is associative', () =>
    holds(fc.tuple(smallImage(5), smallImage(5), smallImage(5)), 200, async ([a, b, c]) => {
      expect(await times(await times(a, b), c)).toEqual(await times(a, await times(b, c)));
    }));

  test('of an impulse is the kernel; correlation gives it turned by 180°', () =>
    holds(fc.tuple(smallKernel(), fc.nat(8), fc.nat(8)), 200, async ([kernel, x, y]) => {
      const data = new Uint8Array(81);
      data[y * 9 + x] = 1;
      const image: Samples = { width: 9, height: 9, channels: 1, depth: 8, hasAlpha: false, data };
      const options: ConvolveOptions = { border: 'constant', extent: 'full', threads: 1 };
      const { width, height, weights } = kernel;
      const convolved = await convolve(image, kernel, options);
      expect(crop(convolved, x, y, width, height)).toEqual(Array.from(weights, (w) => w + 0));
      expect(convolved.data.filter((v) => v !== 0)).toHaveLength(weights.filter((w) => w !== 0).length);
      const correlated = await correlate(image, kernel, options);
      expect(crop(correlated, x, y, width, height)).toEqual(Array.from(weights, (w) => w + 0).reverse());
    }));
});

describe('convolution', () => {
  test('over a shifted image shifts the map, where the border wraps', () =>
    holds(fc.tuple(stored, fractions, fc.nat(20), fc.nat(9)), 200, async ([image, kernel, dx, dy]) => {
      const { width, height } = image;
      const roll = ({ data, channels }: Pick<Samples, 'data' | 'channels'>) =>
        data.map((_, i) => {
          const c = i % channels;
          const x = (Math.floor(i / channels) + dx) % width;
          const y = (Math.floor(i / channels / width) + dy) % height;
          return data[(y * width + (((x % width) + width) % width)) * channels + c]!;
        });
      const map = await correlate(image, kernel, { ...run, border: 'wrap' });
      const shifted = await correlate({ ...image, data: roll(image) }, kernel, { ...run, border: 'wrap' });
      expect(shifted.data).toEqual(roll(map));
    }));

  test('with a stride takes every n-th sample of the map without it', () =>
    holds(
      fc.tuple(stored, fractions, border, extent, fc.tuple(side(7), side(7))),
      300,
      async ([image, kernel, border, extent, stride]) => {
        if (extent === 'valid') fits(image, kernel);
        const all = await convolve(image, kernel, { ...run, border, extent });
        const some = await convolve(image, kernel, { ...run, border, extent, stride });
        expect(some).toMatchObject({
          width: Math.ceil(all.width / stride[0]),
          height: Math.ceil(all.height / stride[1]),
        });
        expect(valuesOf(some)).toEqual(crop(all, 0, 0, some.width, some.height, stride));
      },
    ));

  test('with a dilation is convolution with the kernel with zeros between its weights', () =>
    holds(
      fc.tuple(stored, fractions, border, fc.tuple(side(6), side(6))),
      200,
      async ([image, kernel, border, dilation]) => {
        const [dx, dy] = dilation;
        const width = (kernel.width - 1) * dx + 1;
        const height = (kernel.height - 1) * dy + 1;
        const weights = new Float64Array(width * height);
        kernel.weights.forEach((w, i) => {
          weights[Math.floor(i / kernel.width) * dy * width + (i % kernel.width) * dx] = w;
        });
        const spread: Kernel = {
          ...kernel,
          width,
          height,
          weights,
          anchor: [kernel.anchor[0] * dx, kernel.anchor[1] * dy],
        };
        const options: ConvolveOptions = { ...run, border, extent: 'full' };
        expect(await convolve(image, kernel, { ...options, dilation })).toEqual(
          await convolve(image, spread, options),
        );
      },
    ));

  test('same is full cropped at the anchor, valid is the inside of same', () =>
    holds(fc.tuple(stored, fractions, border), 200, async ([image, kernel, border]) => {
      fits(image, kernel);
      const of = (extent: Extent) => correlate(image, kernel, { ...run, border, extent });
      const [same, full, valid] = [await of('same'), await of('full'), await of('valid')];
      const [x, y] = kernel.anchor;
      expect(valuesOf(same)).toEqual(
        crop(full, kernel.width - 1 - x, kernel.height - 1 - y, image.width, image.height),
      );
      expect(valuesOf(valid)).toEqual(crop(same, x, y, valid.width, valid.height));
      expect([valid.width, full.width]).toEqual([
        image.width - kernel.width + 1,
        image.width + kernel.width - 1,
      ]);
    }));

  test('is linear in the image and in the kernel', () =>
    holds(
      fc.tuple(stored, fc.nat(), smallKernel(), smallKernel(), border),
      200,
      async ([shape, seed, k, l, border]) => {
        fc.pre(border !== 'constant:3' && border !== 'renormalize');
        const { width, height, channels } = shape;
        const [a, b] = [
          randomImage(width, height, channels, 8, 2 * seed + 1),
          randomImage(width, height, channels, 8, 2 * seed + 3),
        ];
        const both: Samples = {
          ...a,
          depth: 16,
          data: Uint16Array.from(a.data, (v, i) => 2 * v + 3 * b.data[i]!),
        };
        const of = async (image: Samples, kernel: Kernel) =>
          valuesOf(await correlate(image, kernel, { ...run, border }));
        const [ofA, ofB] = [await of(a, k), await of(b, k)];
        expect(await of(both, k)).toEqual(ofA.map((v, i) => 2 * v + 3 * ofB[i]! + 0));
        fc.pre(k.width === l.width && k.height === l.height);
        const other = { ...l, anchor: k.anchor };
        const added = { ...k, weights: k.weights.map((w, i) => w + l.weights[i]!) };
        const ofOther = await of(a, other);
        expect(await of(a, added)).toEqual(ofA.map((v, i) => v + ofOther[i]! + 0));
      },
    ));
});

describe('over special images and kernels', () => {
  const value = fc.constantFrom(0, 1, 7, 128, 255);
  test('a constant image gives sum · value / divisor + bias under every border', () =>
    holds(
      fc.tuple(stored, value, fractions, border, extent),
      300,
      async ([shape, value, kernel, mode, extent]) => {
        if (extent === 'valid') fits(shape, kernel);
        const constant = mode.startsWith('constant');
        const weights = mode === 'renormalize' ? kernel.weights.map((w) => Math.abs(w) + 1) : kernel.weights;
        const image = { ...shape, data: shape.data.map(() => value) };
        const options: ConvolveOptions = { ...run, border: constant ? `constant:${value}` : mode, extent };
        const map = await correlate(image, { ...kernel, weights }, options);
        const sum = weights.reduce((total, w) => total + w, 0);
        const response = (sum * value) / kernel.divisor + kernel.bias;
        expectNear(
          map.data,
          Array.from(map.data, () => response),
          1e-5 * Math.abs(response) + 1e-3,
        );
      },
    ));

  // Kernels that are their own turn by 180°, or the negative of it.
  test.each([1, -1])('turning a kernel of symmetry %i multiplies the map by it', (symmetry) =>
    holds(fc.tuple(stored, smallKernel(3), border), 200, async ([image, half, border]) => {
      fc.pre(half.width % 2 === 1 && half.height % 2 === 1 && border !== 'renormalize');
      const turned = rotate180(half).weights;
      const weights = half.weights.map((w, i) => w + symmetry * turned[i]!);
      const kernel = { ...half, weights, anchor: defaultAnchor(half.width, half.height) };
      const map = valuesOf(await correlate(image, kernel, { ...run, border }));
      const flipped = valuesOf(await convolve(image, kernel, { ...run, border }));
      const slack = image.depth === 'float' ? 0.05 : 0;
      expectNear(
        flipped,
        map.map((v) => symmetry * v),
        slack,
      );
    }));

  test('arguments are not modified', () =>
    holds(
      fc.tuple(stored, fractions, border, fc.boolean(), fc.boolean()),
      200,
      async ([image, kernel, border, linear, alpha]) => {
        const given = { ...image, hasAlpha: alpha && image.channels > 1 };
        const before = structuredClone({ given, kernel });
        const options: ConvolveOptions = { ...run, border, linear, alpha: alpha ? 'premultiply' : 'filter' };
        for (const slide of [correlate, convolve]) await slide(given, kernel, options);
        await correlate(given, kernel, { ...run, method: 'reference' });
        expect({ given, kernel }).toEqual(before);
      },
    ));
});
