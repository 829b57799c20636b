// Taps in pairs: in products of rows and columns, pairs that share a weight or its negative; with 32-bit sums, pairs
// one above the other. Integers are exact, against sums computed here; the rest is close to the definition.

import { describe, expect, test } from 'vitest';
import type { Samples } from '../../../dist/core/image.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import {
  type ConvolutionOptions,
  DEFAULT_CONVOLUTION_OPTIONS,
  type Method,
} from '../../../dist/plan/convolution-options.js';
import { makePlan } from '../../../dist/plan/make-plan.js';
import type { AxisTap, Plan } from '../../../dist/plan/plan.js';
import { fold } from '../../../dist/plan/separable/symmetric-taps.js';
import {
  ARRAYS,
  expectNear,
  expectSameBytes,
  largestOf,
  randomImage,
  randomOf,
  runThreaded,
  SHARES,
} from '../../support/random-run.js';
import { runPlan, runPlans } from '../../support/run-plan.js';

function planOf(
  image: Samples,
  kernel: Kernel,
  method: Method,
  convolution: Partial<ConvolutionOptions> = {},
): Plan {
  return makePlan(kernel, image, {
    convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, ...convolution },
    channels: 'each',
    filterAlpha: false,
    method,
    output: { depth: 'float', map: null, gain: 1 },
    limitPixels: 1e6,
    label: 'image',
  });
}

/** The definition's responses. */
async function definition(image: Samples, kernel: Kernel, convolution: Partial<ConvolutionOptions> = {}) {
  return (await runPlan(planOf(image, kernel, 'reference', convolution), image.data, 1)).map.data;
}

function product(row: readonly number[], column: readonly number[]): Kernel {
  const [width, height] = [row.length, column.length];
  const weights = Float64Array.from(
    { length: width * height },
    (_, i) => row[i % width]! * column[Math.floor(i / width)]!,
  );
  const anchor = [width >> 1, height >> 1] as const;
  return { name: 'k', width, height, inChannels: null, weights, divisor: 1, bias: 0, anchor };
}

describe('folding', () => {
  const taps = (...weights: number[]): AxisTap[] =>
    weights.map((weight, i) => ({ distance: 2 * i - 5, weight })).filter((tap) => tap.weight !== 0);
  const cases: readonly [string, AxisTap[], [number, number, number]][] = [
    ['symmetric, odd', taps(1, 2, 3, 2, 1), [2, 0, 1]],
    ['symmetric, even', taps(1, 2, 2, 1), [2, 0, 0]],
    ['antisymmetric', taps(1, 2, 0, -2, -1), [0, 2, 0]],
    ['mixed', taps(1, 2, 3, -2, 1), [1, 1, 1]],
    ['none', taps(1, 2, 3, 4), [0, 0, 4]],
    ['with holes', taps(1, 0, 3, 2, 1), [1, 0, 2]],
    ['one', taps(7), [0, 0, 1]],
    ['of no tap', [], [0, 0, 0]],
  ];
  test.each(cases)('%s', (_, list, [sums, differences, singles]) => {
    const folded = fold(list);
    expect([folded.sums.length, folded.differences.length, folded.singles.length]).toEqual([
      sums,
      differences,
      singles,
    ]);
    // Unfolded they are the taps that were given.
    const back = new Map(folded.singles.map(({ distance, weight }) => [distance, weight]));
    for (const [pairs, sign] of [
      [folded.sums, 1],
      [folded.differences, -1],
    ] as const)
      for (const { distances, weight } of pairs)
        back.set(distances[0], weight).set(distances[1], sign * weight);
    expect([...back].sort(([a], [b]) => a - b)).toEqual(
      list.map(({ distance, weight }) => [distance, weight]),
    );
  });
});

const SHAPES: Readonly<Record<string, (n: number) => number[]>> = {
  symmetric: (n) => Array.from({ length: n }, (_, i) => 1 + Math.min(i, n - 1 - i)),
  antisymmetric: (n) => (n === 1 ? [4] : Array.from({ length: n }, (_, i) => 2 * i - (n - 1))),
  'of neither': (n) => Array.from({ length: n }, (_, i) => ((i * 5) % 7) + 1),
  mixed: (n) =>
    Array.from({ length: n }, (_, i) => (i % 3 === 1 && i > n / 2 ? -1 : 1) * (1 + Math.min(i, n - 1 - i))),
};
const pairs = Object.keys(SHAPES).flatMap((row) =>
  Object.keys(SHAPES).map((column) => [row, column] as const),
);

const slidings: readonly Partial<ConvolutionOptions>[] = [
  {},
  { stride: [2, 3], border: { mode: 'reflect101', value: 0 } },
  { dilation: [3, 2], flip: true, border: { mode: 'wrap', value: 0 } },
  { extent: 'full', border: { mode: 'constant', value: 3 } },
];

describe('products', () => {
  test.each(pairs)('row %s, column %s', async (row, column) => {
    for (const [w, h] of [
      [1, 6],
      [7, 2],
      [6, 9],
    ] as const) {
      for (const convolution of slidings) {
        const kernel = product(SHAPES[row]!(w), SHAPES[column]!(h));
        const [bytes, words] = [randomImage(27, 19, 3, 8, w), randomImage(26, 19, 1, 16, h)];
        for (const image of [bytes, words]) {
          const plan = planOf(image, kernel, 'separable', convolution);
          expect([plan.method, plan.errorBound]).toEqual(['separable', 0]);
          const { map } = await runPlan(plan, image.data, 1);
          expectNear(map.data, await definition(image, kernel, convolution), 0);
          // One row per tile is the hardest case for the carried-over sums.
          const tile = { width: image === bytes ? 99 : 9, height: image === bytes ? 1 : 4 };
          expectSameBytes((await runPlan({ ...plan, tile }, image.data, 1)).map.data, map.data);
        }
        const thirds = { ...kernel, weights: kernel.weights.map((v) => v / 3) };
        const float = randomImage(27, 13, 2, 'float', 3);
        const { map } = await runPlan(planOf(float, thirds, 'separable', convolution), float.data, 1);
        const total = thirds.weights.reduce((sum, v) => sum + Math.abs(v), 0);
        const slack = SHARES.separable * total * Math.max(largestOf(float.data), 3);
        expectNear(map.data, await definition(float, thirds, convolution), slack);
      }
    }
  });
});

test.each(
  slidings,
)('symmetric columns of a bank share rows, whatever their lengths: %j', async (convolution) => {
  // Of an image of one row, strides order the rows of a tile by their phase.
  for (const height of [19, 1]) {
    const image = randomImage(27, height, 3, 8, height);
    const columns = [...[9, 4, 1, 7].map(SHAPES.symmetric!), [1, 2, 0, 2, 1]];
    const kernels = columns.map((column) => product([1, 2, 1], column));
    const plans = kernels.map((kernel) => planOf(image, kernel, 'separable', convolution));
    const maps = await runPlans(plans, image.data, { threads: 1 });
    for (const [i, { map }] of maps.entries())
      expectNear(map.data, await definition(image, kernels[i]!, convolution), 0);
  }
});

describe('the 32-bit lane', () => {
  /** Integer weights up to `most`, zeros among them, so that some have a tap below and some do not. */
  const whole = (
    width: number,
    height: number,
    most: number,
    planes: number | null,
    seed: number,
  ): Kernel => {
    const random = randomOf(seed);
    const count = width * height * (planes ?? 1);
    const weights = Float64Array.from({ length: count }, () =>
      random(3) === 0 ? 0 : random(2 * most + 1) - most,
    );
    weights[0] = most;
    weights[count - 1] = -most;
    const anchor = [random(width), random(height)] as const;
    return { name: 'k', width, height, inChannels: planes, weights, divisor: 1, bias: 0, anchor };
  };
  const cases: readonly [string, 8 | 16, [number, number], number, number, Partial<ConvolutionOptions>][] = [
    ['two columns', 8, [2, 9], 300, 1, {}],
    ['one row', 8, [30, 1], 900, 3, {}],
    ['one column', 16, [1, 31], 60, 2, {}],
    ['an even height', 8, [5, 6], 700, 1, { border: { mode: 'constant', value: 255 } }],
    ['an odd height', 16, [5, 7], 30, 1, { border: { mode: 'constant', value: 65_535 } }],
    ['strides', 8, [6, 5], 500, 3, { stride: [2, 3] }],
    ['dilation', 16, [4, 5], 90, 3, { dilation: [2, 3], flip: true }],
    ['both, full', 8, [5, 5], 400, 2, { dilation: [3, 2], stride: [2, 3], extent: 'full' }],
    ['large weights', 8, [4, 3], 32_767, 1, {}],
    ['large weights of 16 bits', 16, [4, 4], 4000, 1, {}],
    ['nothing outside', 8, [7, 7], 200, 4, { border: { mode: 'constant', value: 0 }, extent: 'full' }],
  ];
  test.each(cases)('%s of %i bits', async (_, depth, size, most, channels, convolution) => {
    for (const planes of [null, channels]) {
      const kernel = whole(...size, most, planes, size[0] * 31 + size[1]);
      for (const [width, height] of [
        [45, 27],
        [1, 1],
        [9, 1],
      ] as const) {
        const random = randomImage(width, height, channels, depth, 5);
        const white = {
          ...random,
          data: new ARRAYS[depth](random.data.length).fill(depth === 8 ? 255 : 65_535),
        };
        const black = { ...random, data: new ARRAYS[depth](random.data.length) };
        for (const image of [random, white, black]) {
          const plan = planOf(image, kernel, 'direct', convolution);
          expect([plan.accumulator, plan.errorBound]).toEqual(['i32', 0]);
          const { map } = await runPlan(plan, image.data, 1);
          expectNear(map.data, await definition(image, kernel, convolution), 0);
        }
        const plan = planOf(random, kernel, 'direct', convolution);
        const { map } = await runPlan(plan, random.data, 1);
        for (const tile of [
          { width: 7, height: 1 },
          { width: 16, height: 5 },
        ])
          expectSameBytes((await runThreaded({ ...plan, tile }, random.data)).data, map.data);
      }
    }
  });

  test.each([
    [8, 17, 32_767],
    [8, 17, -32_767],
    [16, 3, 8000],
    [16, 3, -8000],
    [16, 3, 32_768],
  ] as const)('is not used if sums of %i bits exceed it: %i², %i', async (depth, size, weight) => {
    const shape = { width: size, height: size, inChannels: null, anchor: [0, 0] } as const;
    const weights = new Float64Array(size * size).fill(weight);
    const kernel: Kernel = { name: 'k', weights, divisor: 1, bias: 0, ...shape };
    for (const level of [0, 1]) {
      const image = randomImage(20, 18, 1, depth, 5);
      image.data.fill(level * (depth === 8 ? 255 : 65_535), 20);
      const plan = planOf(image, kernel, 'direct');
      expect([plan.accumulator, plan.errorBound]).toEqual(['f64', 0]);
      const { map } = await runPlan(plan, image.data, 1);
      expectNear(map.data, await definition(image, kernel), 0);
    }
  });
});
