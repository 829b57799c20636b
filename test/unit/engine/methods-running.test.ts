// Critical cases for running sums: thin and large boxes, interleaved channels, sums near the limits of 32 bits and of
// float32's integers, weights and divisors, consecutive and separate tiles. Expected sums are those of boxes.ts.

import { describe, expect, test } from 'vitest';
import type { Depth, Samples } from '../../../dist/core/image.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import { filter } from '../../../dist/pipeline/filter.js';
import type { ConvolutionOptions } from '../../../dist/plan/convolution-options.js';
import type { Plan } from '../../../dist/plan/plan.js';
import { box, type Outside, planOf, sums } from '../../support/boxes.js';
import { optionsOf } from '../../support/by-hand.js';
import { ARRAYS, expectSameBytes, randomImage, runThreaded } from '../../support/random-run.js';
import { runPlan } from '../../support/run-plan.js';

async function run(plan: Plan, image: Samples): Promise<number[]> {
  const { map } = await runPlan(plan, image.data, 1);
  return Array.from(map.data, (v) => v + 0);
}

describe('boxes of any shape over any number of channels', () => {
  const boxes = [
    [1, 1],
    [1, 9],
    [9, 1],
    [2, 3],
    [5, 5],
    [16, 4],
    [31, 31],
    [60, 3],
    [3, 60],
  ] as const;
  const images = [1, 2, 3, 4, 5, 7].flatMap((channels) =>
    ([8, 16] as const).map((depth) => ({ channels, depth })),
  );
  test.each(images)('$channels channels of $depth bits', async ({ channels, depth }) => {
    for (const [width, height] of boxes) {
      for (const [w, h] of [
        [37, 23],
        [1, 29],
        [30, 1],
        [6, 5],
      ] as const) {
        const image = randomImage(w, h, channels, depth, width + height);
        const kernel = box(width, height);
        const plan = planOf(image, kernel);
        expect([plan.method, plan.errorBound]).toEqual(['running-sums', 0]);
        expect(await run(plan, image)).toEqual(
          sums(image, kernel, 'replicate').map((sum) => Math.fround(sum)),
        );
      }
    }
  });
});

describe('weights, divisors, anchors, borders', () => {
  const cases: readonly [string, Kernel, Partial<ConvolutionOptions>, Outside][] = [
    ['a weight of 7', box(5, 4, { weight: 7 }), {}, 'replicate'],
    ['a negative weight', box(4, 5, { weight: -3 }), {}, 'replicate'],
    ['a divisor and a bias', box(5, 5, { divisor: 25, bias: 3 }), {}, 'replicate'],
    ['a negative divisor', box(3, 5, { weight: 2, divisor: -7 }), {}, 'replicate'],
    ['an anchor in a corner', box(6, 4, { anchor: [5, 0] }), {}, 'replicate'],
    ['an anchor in a corner, flipped', box(6, 4, { anchor: [5, 0] }), { flip: true }, 'replicate'],
    ['an anchor off centre, flipped', box(7, 9, { anchor: [1, 7] }), { flip: true }, 'replicate'],
    ...[0, 9, 255, 256, -4, 65_536, -70_000, 2 ** 24].map(
      (value) =>
        [
          `a constant of ${value} outside`,
          box(4, 3),
          { border: { mode: 'constant', value } },
          value,
        ] as (typeof cases)[number],
    ),
  ];
  test.each(cases)('%s', async (_, kernel, convolution, outside) => {
    for (const depth of [8, 16] as const) {
      for (const channels of [1, 3, 4]) {
        const image = randomImage(33, 14, channels, depth, 7);
        const right = sums(image, kernel, outside, convolution.flip).map((sum) =>
          Math.fround((sum * kernel.weights[0]!) / kernel.divisor + kernel.bias),
        );
        expect(await run(planOf(image, kernel, convolution), image)).toEqual(right);
      }
    }
  });

  test.each([
    2 ** 24 + 1,
    -(2 ** 24) - 1,
    30_000_001,
  ])('a constant of %i, which is not a float32', async (value) => {
    const kernel = box(5, 5);
    const convolution = { border: { mode: 'constant', value } } as const;
    for (const depth of [8, 16] as const) {
      // By any method that takes it: integers stay whole.
      const image = randomImage(33, 14, 1, depth, 7);
      const { map, plan } = await filter(image, kernel, optionsOf({}, convolution));
      expect(plan.errorBound).toBe(0);
      expect(Array.from(map.data, (v) => v + 0)).toEqual(
        sums(image, kernel, value).map((sum) => Math.fround(sum)),
      );
    }
  });

  test('weights that are not integers are near', async () => {
    for (const weight of [1 / 35, 0.1, -Math.PI, 1e-9, 1e9]) {
      const image = randomImage(40, 20, 3, 8, 5);
      const kernel = box(7, 5, { weight, divisor: 3 });
      const found = await run(planOf(image, kernel), image);
      const right = sums(image, kernel, 'replicate').map((sum) => (sum * weight) / 3);
      const unit = (35 * Math.abs(weight) * 255) / 3;
      found.forEach((v, i) => {
        expect(Math.abs(v - right[i]!)).toBeLessThanOrEqual(1e-6 * unit);
      });
    }
  });
});

describe('sums at the limits of number types', () => {
  // The largest boxes whose sums stay below 2^24 and 2^31, and the first beyond.
  const white = (depth: Depth, channels: number) => {
    const image = randomImage(3, 2, channels, depth, 4);
    return { ...image, data: new ARRAYS[depth](image.data.length).fill(depth === 8 ? 255 : 65535) };
  };
  test.each([
    [8, 257, 256],
    [8, 258, 256],
    [8, 400, 300],
    [16, 16, 16],
    [16, 16, 17],
    [16, 181, 181],
    [16, 32_768, 1],
    [16, 1, 32_768],
  ] as const)('%i bits, %i × %i', async (depth, width, height) => {
    const top = (depth === 8 ? 255 : 65535) * width * height;
    expect(top).toBeLessThan(2 ** 31);
    for (const image of [white(depth, 1), randomImage(3, 2, 2, depth, 4)]) {
      const kernel = box(width, height);
      const right = sums(image, kernel, 'replicate').map((sum) => Math.fround(sum));
      expect(await run(planOf(image, kernel), image)).toEqual(right);
      // A quotient of such sums is rounded once, from float64.
      const mean = { ...kernel, divisor: width * height };
      const quotients = sums(image, kernel, 'replicate').map((sum) => Math.fround(sum / (width * height)));
      expect(await run(planOf(image, mean), image)).toEqual(quotients);
    }
  });

  test.each([
    [16, 182, 181],
    [16, 1, 32_769],
  ] as const)('%i bits, %i × %i is refused', (depth, width, height) => {
    const image = white(depth, 1);
    expect(() => planOf(image, box(width, height))).toThrow(/exceed 32 bits/);
  });

  test('integer weights that lead beyond 2^24 and 2^53 are exact in float64, or not marked exact', async () => {
    const image = randomImage(20, 12, 1, 16, 3);
    for (const weight of [300, 70_000, 2 ** 30]) {
      const kernel = box(5, 5, { weight });
      const plan = planOf(image, kernel);
      const right = sums(image, kernel, 'replicate').map((sum) => Math.fround(sum * weight));
      expect(plan.errorBound).toBe(0);
      expect(await run(plan, image)).toEqual(right);
    }
  });
});

describe('tiles', () => {
  const image = randomImage(61, 40, 3, 8, 9);
  const wide = randomImage(61, 40, 1, 16, 9);
  const tiles = [
    [61, 1],
    [7, 1],
    [8, 3],
    [61, 7],
    [16, 40],
    [1, 1],
    [1, 40],
    [60, 39],
  ] as const;
  test.each([
    [1, 1],
    [1, 7],
    [5, 1],
    [9, 12],
    [3, 50],
  ] as const)('a %i × %i box in tiles of any size, on one thread and on two', async (width, height) => {
    for (const source of [image, wide]) {
      const kernel = box(width, height, { anchor: [0, height - 1], divisor: 7 });
      const plan = planOf(source, kernel);
      const right = sums(source, kernel, 'replicate').map((sum) => Math.fround(sum / 7));
      for (const [w, h] of tiles) {
        const tiled = { ...plan, tile: { width: w, height: h } };
        const { map } = await runPlan(tiled, source.data, 1);
        expect(Array.from(map.data), `${w}×${h}`).toEqual(right);
        expectSameBytes((await runThreaded(tiled, source.data)).data, map.data, `${w}×${h} on two threads`);
      }
    }
  });

  // Two fifths of a row are still so long that they are moved as one.
  test.each([5000, 2003])('rows longer than what is finished at once, in tiles of %i', async (width) => {
    for (const channels of [1, 2, 3]) {
      const long = randomImage(5000, 3, channels, 8, 1);
      const kernel = box(33, 2);
      const plan = { ...planOf(long, kernel), tile: { width, height: 2 } };
      expect(await run(plan, long)).toEqual(sums(long, kernel, 'replicate'));
    }
  });
});

test.each([8, 16] as const)('pictures of means of %i bits round as exact quotients do', async (depth) => {
  const image = randomImage(45, 31, 3, depth, 8);
  for (const [width, height] of [
    [4, 4],
    [5, 5],
    [2, 9],
    [31, 31],
  ] as const) {
    const kernel = box(width, height, { divisor: width * height });
    const options = optionsOf({ method: 'running-sums' });
    const { map } = await filter(image, kernel, options, { depth, map: 'clamp', gain: 1 });
    const count = width * height;
    const right = sums(image, kernel, 'replicate').map((sum) => {
      const floor = Math.floor(sum / count);
      const twice = 2 * (sum - floor * count);
      return twice > count || (twice === count && floor % 2 === 1) ? floor + 1 : floor;
    });
    expect([...map.data]).toEqual(right);
    expect(map.clipped).toBe(0);
  }
});
