// Critical cases for transforms of rows, then columns, against the definition: consecutive and separate tiles, odd and
// even spans, maps just below, at and above the edges of tiles, single rows, several terms. Plans are changed to short
// transforms, so that small images have many tiles.

import { describe, expect, test } from 'vitest';
import type { Samples } from '../../../dist/core/image.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import {
  type ConvolutionOptions,
  DEFAULT_CONVOLUTION_OPTIONS,
  type Method,
} from '../../../dist/plan/convolution-options.js';
import { makePlan, type PlanOptions } from '../../../dist/plan/make-plan.js';
import type { Plan, Term } from '../../../dist/plan/plan.js';
import { gridOf } from '../../../dist/plan/separable/grid.js';
import { separate as separateGrid } from '../../../dist/plan/separable/separable.js';
import {
  expectNear,
  expectSameBytes,
  largestOf,
  randomImage,
  randomOf,
  runThreaded,
  SHARES,
} from '../../support/random-run.js';
import { runPlan } from '../../support/run-plan.js';

/** The terms of taps, however many; `isWhole`: in integers only. */
function separate(taps: Float64Array, isWhole: boolean): readonly Term[] | null {
  return separateGrid({ ...gridOf(taps)!, isWhole }, Number.POSITIVE_INFINITY);
}

const RESPONSES = { depth: 'float', map: null, gain: 1 } as const;
const ZERO = { mode: 'constant', value: 0 } as const;

/** A sum of `rank` products without symmetry, of fractions, every end other than 0. */
function kernelOf(width: number, height: number, rank = 1, seed = 5, divisor = 1): Kernel {
  const random = randomOf(seed);
  const line = (length: number) => Array.from({ length }, () => (random(20_001) - 10_000) / 9973 || 0.5);
  const terms = Array.from({ length: rank }, () => ({ row: line(width), column: line(height) }));
  const weights = Float64Array.from({ length: width * height }, (_, i) =>
    terms.reduce((sum, { row, column }) => sum + row[i % width]! * column[Math.floor(i / width)]!, 0),
  );
  const anchor = [random(width), random(height)] as const;
  return { name: 'k', width, height, inChannels: null, weights, divisor, bias: 0, anchor };
}

function planOf(
  image: Samples,
  kernel: Kernel,
  method: Method,
  convolution: Partial<ConvolutionOptions> = {},
  output: PlanOptions['output'] = RESPONSES,
  more: Partial<PlanOptions> = {},
): Plan {
  return makePlan(kernel, image, {
    convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, ...convolution },
    channels: 'each',
    filterAlpha: false,
    method,
    output,
    limitPixels: 1e7,
    label: 'image',
    ...more,
  });
}

/** The plan by transforms, as one along lines of these lengths. */
function byLines(plan: Plan, size: readonly [number, number], rank: number): Plan {
  const { span } = plan.blocks!;
  const terms = separate(plan.taps, false)!;
  expect(terms).toHaveLength(rank);
  const width = Math.min(plan.output.width, size[0] - span[0] + 1);
  const height = Math.min(plan.output.height, (size[1] - span[1] + 1) & ~1);
  return { ...plan, terms, blocks: { ...plan.blocks!, size }, tile: { width, height } };
}

interface Case {
  readonly image: Samples;
  readonly kernel: Kernel;
  readonly size?: readonly [number, number];
  readonly rank?: number;
  readonly convolution?: Partial<ConvolutionOptions>;
  readonly output?: PlanOptions['output'];
  readonly more?: Partial<PlanOptions>;
}

/** Runs along lines and by the definition and compares, also with two threads. */
async function compare({ image, kernel, size = [32, 32], rank = 1, convolution, output, more }: Case) {
  const plan = byLines(planOf(image, kernel, 'fft', convolution, output, more), size, rank);
  const { map } = await runPlan(plan, image.data, 1);
  const definition = planOf(image, kernel, 'reference', convolution, output, more);
  const { map: right } = await runPlan(definition, image.data, 1);
  const total = kernel.weights.reduce((sum, w) => sum + Math.abs(w), 0) / Math.abs(kernel.divisor);
  const top = Math.max(largestOf(image.data), Math.abs(convolution?.border?.value ?? 0));
  const slack = SHARES.fft * total * top;
  expectNear(map.data, right.data, output?.map ? 1 + Math.abs(output.gain) * slack : slack);
  const threaded = await runThreaded(plan, image.data);
  expectSameBytes(threaded.data, map.data);
  expect(threaded).toMatchObject({ min: map.min, max: map.max });
  return map;
}

// 9 taps leave 24 outputs of a transform of 32, 8 taps 25, of which columns give 24.
describe.each([9, 8])('maps around the edges of tiles, %i taps', (span) => {
  const around = (n: number) => [n - 1, n, n + 1];
  const heights = [1, 2, 3, 5, ...around(24), ...around(48), ...around(72), 7 * 24, 20 * 24 + 7];
  const widths = [1, 2, 7, ...around(32 - span + 1), ...around(2 * (32 - span + 1))];
  const kernel = kernelOf(span, span);
  test.each(heights)('of %i rows', async (height) => {
    for (const width of height > 100 ? [50] : widths)
      for (const channels of [1, 3])
        await compare({
          image: randomImage(width, height, channels, height % 2 ? 8 : 'float', height + 1),
          kernel,
        });
  });
});

describe('shapes', () => {
  const cases: readonly [string, [number, number, number], [number, number], Partial<ConvolutionOptions>?][] =
    [
      ['one row', [300, 1, 1], [11, 1]],
      ['one row under a tall kernel', [300, 1, 3], [5, 21], { border: { mode: 'reflect101', value: 0 } }],
      ['one column', [1, 300, 1], [1, 11]],
      ['one column and a wide kernel', [1, 300, 4], [21, 5], { border: { mode: 'wrap', value: 0 } }],
      ['a row as long as the transform', [70, 60, 1], [32, 3]],
      ['a column one shorter than the transform', [30, 40, 1], [3, 31]],
      ['one sample', [1, 1, 1], [15, 15], { extent: 'full', border: ZERO }],
      ['a kernel larger than the image', [7, 5, 2], [29, 28], { border: { mode: 'wrap', value: 0 } }],
      ['a kernel larger than the image, full', [7, 5, 1], [29, 28], { extent: 'full', border: ZERO }],
      ['valid extent', [75, 90, 3], [9, 7], { extent: 'valid' }],
      ['a constant beyond bytes', [50, 60, 1], [9, 9], { border: { mode: 'constant', value: -1000 } }],
      [
        'a constant that is no whole number',
        [50, 60, 1],
        [9, 9],
        { border: { mode: 'constant', value: 0.5 } },
      ],
      ['dilation', [120, 110, 1], [5, 4], { dilation: [4, 5] }],
      ['flipped', [70, 60, 1], [8, 11], { flip: true }],
      ['two channels', [61, 77, 2], [7, 6]],
      ['four channels', [61, 77, 4], [7, 6]],
      ['eleven channels', [40, 60, 11], [9, 9]],
    ];
  test.each(cases)('%s', async (_, [width, height, channels], size, convolution = {}) => {
    for (const depth of [8, 16, 'float'] as const) {
      const image = randomImage(width, height, channels, depth, 6);
      await compare({ image, kernel: kernelOf(...size), convolution });
    }
  });

  test('some channels of several, and luma', async () => {
    const image = randomImage(60, 70, 3, 8, 3);
    for (const channels of ['b', 'gray'] as const)
      await compare({ image, kernel: kernelOf(9, 8), more: { channels } });
  });
});

test.each([2, 3])('rank %i', async (rank) => {
  for (const [width, height] of [
    [70, 90],
    [33, 24],
    [1, 200],
  ] as const)
    for (const span of [8, 9])
      await compare({ image: randomImage(width, height, 3, 8, 2), kernel: kernelOf(span, span, rank), rank });
});

test.each([32, 64, 128, 256, 512, 1024])('lines of %i', async (length) => {
  const kernel = kernelOf(5, 5, 1, length);
  await compare({ image: randomImage(41, 130, 3, 8, 4), kernel, size: [length, 32] });
  await compare({ image: randomImage(41, 130, 3, 8, 4), kernel, size: [32, length] });
});

test.each([8, 16] as const)('pictures of %i bits', async (depth) => {
  const image = randomImage(60, 90, 3, depth, 7);
  const kernel = { ...kernelOf(9, 9, 1, 8, 7), bias: 3 };
  for (const map of ['clamp', 'abs', 'signed'] as const)
    await compare({ image, kernel, output: { depth, map, gain: 0.5 } });
});

test('an impulse gives the kernel, at any position', async () => {
  // Nothing adds up here, so that the smallest misplacement shows.
  for (const [x, y] of [
    [0, 0],
    [23, 0],
    [24, 47],
    [49, 48],
    [30, 60],
  ] as const) {
    const image = randomImage(50, 61, 1, 8, 1);
    image.data.fill(0);
    image.data[y * 50 + x] = 200;
    await compare({ image, kernel: kernelOf(9, 6, 1, 11), convolution: { border: ZERO, extent: 'full' } });
  }
});

test('consecutive images, and tiles of other positions, reuse no state', async () => {
  const kernel = kernelOf(9, 9);
  const images = [1, 2, 3].map((seed) => randomImage(50, 80, 3, 8, seed));
  const plan = byLines(planOf(images[0]!, kernel, 'fft'), [32, 32], 1);
  for (const image of [...images, images[0]!]) {
    const { map } = await runPlan(plan, image.data, 1);
    const { map: alone } = await runPlan({ ...plan }, image.data, 1);
    expectSameBytes(map.data, alone.data);
  }
});

describe('auto', () => {
  const bell = (sigma: number, taps: number) => {
    const at = (i: number) => Math.exp(-((i - (taps - 1) / 2) ** 2) / (2 * sigma ** 2));
    const weights = Float64Array.from(
      { length: taps * taps },
      (_, i) => at(i % taps) * at(Math.floor(i / taps)),
    );
    const anchor = [taps >> 1, taps >> 1] as const;
    return { name: 'k', width: taps, height: taps, inChannels: null, weights, divisor: 1, bias: 0, anchor };
  };

  test('uses lines for long rows of a product, blocks for many products', () => {
    const image = { width: 6000, height: 4000, channels: 3, depth: 8, hasAlpha: false } as const;
    const plan = (kernel: Kernel) =>
      planOf({ ...image, data: new Uint8Array() }, kernel, 'auto', {}, RESPONSES, { limitPixels: 1e9 });
    expect(plan(bell(10, 81))).toMatchObject({ method: 'fft', terms: [{}] });
    expect(plan(bell(2.5, 21)).method).toBe('separable');
    expect(plan(kernelOf(31, 31, 12)).terms).toBeUndefined();
  });

  test('matches the definition', async () => {
    const image = randomImage(700, 900, 1, 8, 9);
    const kernel = bell(10, 81);
    const plan = planOf(image, kernel, 'auto');
    expect(plan).toMatchObject({ method: 'fft', terms: [{}] });
    const { map } = await runPlan(plan, image.data, 1);
    const { map: right } = await runPlan(planOf(image, kernel, 'direct'), image.data, 1);
    const total = kernel.weights.reduce((sum, w) => sum + w, 0);
    expectNear(map.data, right.data, (SHARES.fft + SHARES.direct) * total * 255);
    expectSameBytes((await runThreaded(plan, image.data)).data, map.data);
  });
});
