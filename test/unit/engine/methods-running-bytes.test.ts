// Boxes whose sums become bytes in registers: widths that are not a multiple of the block, any number of channels,
// boxes up to the height that 16-bit totals hold and higher, values at the ends of the range, consecutive tiles.
// Expected sums are those of boxes.ts, divided and rounded here.

import { describe, expect, test } from 'vitest';
import type { Samples } from '../../../dist/core/image.js';
import { canSumAsBytes } from '../../../dist/engine/methods/running-sums-u8.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import {
  type ConvolutionOptions,
  DEFAULT_CONVOLUTION_OPTIONS,
} from '../../../dist/plan/convolution-options.js';
import { makePlan } from '../../../dist/plan/make-plan.js';
import type { FixedMap, Plan } from '../../../dist/plan/plan.js';
import { box, type Outside, sums } from '../../support/boxes.js';
import { expectSameBytes, randomImage, runThreaded } from '../../support/random-run.js';
import { runPlan } from '../../support/run-plan.js';

interface Case {
  readonly image: Samples;
  readonly kernel: Kernel;
  readonly map?: FixedMap;
  readonly convolution?: Partial<ConvolutionOptions>;
}

function planOf({ image, kernel, map = 'clamp', convolution }: Case): Plan {
  return makePlan(kernel, image, {
    convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, ...convolution },
    channels: 'each',
    filterAlpha: false,
    method: 'running-sums',
    output: { depth: 8, map, gain: 1 },
    limitPixels: 1e6,
    label: 'image',
  });
}

const mean = (width: number, height: number): Kernel => box(width, height, { divisor: width * height });

/** The nearest integer, of two the even one. */
function rounded(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The picture values of a box, in float64 or from float32 responses. */
async function expectRight(
  one: Case,
  plan: Plan,
  outside: Outside = 'replicate',
  respond = (v: number) => v,
) {
  const { map } = await runPlan(plan, one.image.data, 1);
  const { weights, divisor } = one.kernel;
  const responses = sums(one.image, one.kernel, outside).map((sum) => respond((sum * weights[0]!) / divisor));
  const wanted = responses.map((v) => Math.min(255, rounded(v + (one.map === 'signed' ? 128 : 0))));
  expect(Array.from(map.data)).toEqual(wanted);
  expect([map.min, map.max]).toEqual([
    Math.fround(Math.min(...responses)),
    Math.fround(Math.max(...responses)),
  ]);
  return map;
}

function flat(value: number, channels: number): Samples {
  const image = randomImage(70, 6, channels, 8, 1);
  return { ...image, data: image.data.map(() => value) };
}

describe('means of bytes', () => {
  test.each([1, 2, 3, 4, 5, 7])('%i channels, rows of every length', async (channels) => {
    for (let width = 1; width <= 40; width++) {
      const one = { image: randomImage(width, 5, channels, 8, width), kernel: mean(1 + (width % 7), 3) };
      const plan = planOf(one);
      expect(canSumAsBytes(plan, plan.box!)).toBe(width % 7 !== 1 && width % 7 !== 3 && width % 7 !== 5);
      expect((await expectRight(one, plan)).clipped).toBe(0);
    }
  });

  test.each([
    [1, 128, true],
    [1, 129, false],
    [51, 51, true],
    [85, 127, true],
    [87, 127, false],
  ])('%i × %i', async (width, height, isNarrow) => {
    for (const image of [randomImage(83, 30, 3, 8, 2), flat(255, 1), flat(0, 4)]) {
      const plan = planOf({ image, kernel: mean(width, height) });
      expect(canSumAsBytes(plan, plan.box!)).toBe(isNarrow);
      await expectRight({ image, kernel: mean(width, height) }, plan);
    }
  });

  test.each([0, 255])('a constant of %i outside', async (value) => {
    const one = {
      image: randomImage(37, 11, 3, 8, 4),
      kernel: mean(9, 5),
      convolution: { border: { mode: 'constant', value } },
    } as const;
    const plan = planOf(one);
    expect(canSumAsBytes(plan, plan.box!)).toBe(true);
    await expectRight(one, plan, value);
  });

  test('weights that are fractions, powers of 2 as divisors', async () => {
    const image = randomImage(45, 9, 3, 8, 6);
    const weight = Math.fround(1 / 35);
    const fraction = { image, kernel: box(5, 7, { weight }) };
    const plan = planOf(fraction);
    expect(canSumAsBytes(plan, plan.box!)).toBe(true);
    await expectRight(fraction, plan, 'replicate', Math.fround);
    for (const divisor of [32, 64]) {
      const halves = { image, kernel: box(8, 4, { divisor }) };
      expect(canSumAsBytes(planOf(halves), planOf(halves).box!)).toBe(true);
      await expectRight(halves, planOf(halves));
    }
  });

  test('other kernels take another path to the same values', async () => {
    const image = randomImage(45, 9, 3, 8, 6);
    for (const [kernel, map] of [
      [box(5, 5, { divisor: 24 }), 'clamp'],
      [box(5, 5, { divisor: 23 }), 'clamp'],
      [box(3, 5, { weight: 2, divisor: 30 }), 'clamp'],
      [mean(5, 5), 'signed'],
    ] as const) {
      const plan = planOf({ image, kernel, map });
      expect(canSumAsBytes(plan, plan.box!)).toBe(false);
      await expectRight({ image, kernel, map }, plan);
    }
  });
});

test.each([
  [1, 5],
  [5, 1],
  [9, 13],
  [3, 49],
])('a %i × %i box in tiles of any size, on one thread and on two', async (width, height) => {
  for (const channels of [1, 3]) {
    const one = { image: randomImage(61, 40, channels, 8, 9), kernel: mean(width, height) };
    const plan = planOf(one);
    expect(canSumAsBytes(plan, plan.box!)).toBe(true);
    for (const [w, h] of [
      [61, 1],
      [7, 1],
      [8, 3],
      [61, 7],
      [16, 40],
      [1, 1],
      [60, 39],
    ] as const) {
      const tiled = { ...plan, tile: { width: w, height: h } };
      const map = await expectRight(one, tiled);
      expectSameBytes((await runThreaded(tiled, one.image.data)).data, map.data, `${w}×${h} on two threads`);
    }
  }
});
