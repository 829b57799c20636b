// Critical cases for transforms, against the definition: every block length, maps just below, at and above the edges of
// tiles and their halves, rows and columns, strides longer than a block's useful part, many channels.

import { describe, expect, test } from 'vitest';
import type { Samples } from '../../../dist/core/image.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import {
  type ConvolutionOptions,
  DEFAULT_CONVOLUTION_OPTIONS,
  type Method,
} from '../../../dist/plan/convolution-options.js';
import { makePlan, type PlanOptions } from '../../../dist/plan/make-plan.js';
import type { Plan } from '../../../dist/plan/plan.js';
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

/** Weights −1…1 without symmetry, `few` of them other than 0 if requested, at least at both ends. */
function kernelOf(width: number, height: number, seed: number, few = Number.POSITIVE_INFINITY): Kernel {
  const random = randomOf(seed);
  const count = width * height;
  const weight = () => (random(20_001) - 10_000) / 9973 || 0.5;
  const weights = Float64Array.from({ length: count }, () => (count > few ? 0 : weight()));
  if (count > few) for (let i = 0; i < few; i++) weights[random(count)] = weight();
  // The four corners keep the span as wide as the kernel.
  for (const at of [0, width - 1, count - width, count - 1]) weights[at] = weight();
  const anchor = [random(width), random(height)] as const;
  return { name: 'k', width, height, inChannels: null, weights, divisor: 1, bias: 0, anchor };
}

function planOf(
  image: Samples,
  kernel: Kernel,
  method: Method,
  convolution: Partial<ConvolutionOptions> = {},
): Plan {
  const output: PlanOptions['output'] = { depth: 'float', map: null, gain: 1 };
  return makePlan(kernel, image, {
    convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, ...convolution },
    channels: 'each',
    filterAlpha: false,
    method,
    output,
    limitPixels: 1e7,
    label: 'image',
  });
}

/** Runs by transforms and by the definition, compares, and returns the plan. */
async function compare(
  image: Samples,
  kernel: Kernel,
  convolution: Partial<ConvolutionOptions> = {},
): Promise<Plan> {
  const plan = planOf(image, kernel, 'fft', convolution);
  const { map } = await runPlan(plan, image.data, 1);
  const { map: right } = await runPlan(planOf(image, kernel, 'reference', convolution), image.data, 1);
  const total = kernel.weights.reduce((sum, w) => sum + Math.abs(w), 0);
  const top = Math.max(largestOf(image.data), Math.abs(convolution.border?.value ?? 0));
  expectNear(map.data, right.data, SHARES.fft * total * top);
  return plan;
}

const ZERO = { mode: 'constant', value: 0 } as const;
const LENGTHS = [32, 64, 128, 256, 512, 1024];

describe('blocks of every length, along both axes', () => {
  const seen = new Set<string>();
  // Kernels as long as half a block and a little less than the next; few weights, for the definition's sake.
  const spans = [17, 33, 60, 100, 130, 300, 520, 1000, 1024];
  const cases = spans.flatMap((span) => [[span, 3] as const, [3, span] as const, [span, 1] as const]);
  test.each([...cases, [1, 1024], [70, 70]] as const)('%i × %i', async (w, h) => {
    const kernel = kernelOf(w, h, w * 7 + h, 60);
    for (const [width, height, channels] of [
      [37, 29, 1],
      [9, 40, 3],
    ] as const) {
      const image = randomImage(width, height, channels, 8, 1);
      const plan = await compare(image, kernel, { border: { mode: 'symmetric', value: 0 } });
      seen.add(`x${plan.blocks!.size[0]}`).add(`y${plan.blocks!.size[1]}`);
    }
  });

  test('1024 × 1024', async () => {
    await compare(randomImage(4, 3, 1, 8, 1), kernelOf(1024, 1024, 1, 60));
  });

  test('a kernel one longer is refused', () => {
    const image = randomImage(8, 8, 1, 8, 1);
    expect(() => planOf(image, kernelOf(1025, 1, 1, 9), 'fft')).toThrow(/spans more samples/);
  });

  test('all lengths occurred', () => {
    expect([...seen].sort()).toEqual([...LENGTHS.map((l) => `x${l}`), ...LENGTHS.map((l) => `y${l}`)].sort());
  });
});

// Every way a map can end within tiles: what a plan would choose is replaced by the smallest block that there is,
// so that small images have many tiles.
describe('maps around the edges of tiles and halves', () => {
  const span = 9;
  const block = 32;
  const useful = block - span + 1;
  const around = (n: number) => [n - 1, n, n + 1];
  const heights = [1, 2, 3, 5, ...around(useful), ...around(2 * useful), ...around(3 * useful), 99];
  const widths = [1, 2, ...around(useful), ...around(2 * useful)];
  const kernel = kernelOf(span, span, 3);

  test.each(heights)('of %i rows', async (height) => {
    for (const width of widths) {
      for (const channels of [1, 2]) {
        const image = randomImage(width, height, channels, height % 2 ? 8 : 'float', height + 1);
        const { terms: _, ...plan } = planOf(image, kernel, 'fft');
        const tile = { width: Math.min(width, useful), height: Math.min(height, 2 * useful) };
        const small = { ...plan, blocks: { ...plan.blocks!, size: [block, block] as const }, tile };
        const { map } = await runPlan(small, image.data, 1);
        const { map: right } = await runPlan(planOf(image, kernel, 'reference'), image.data, 1);
        const total = kernel.weights.reduce((sum, w) => sum + Math.abs(w), 0);
        expectNear(map.data, right.data, SHARES.fft * total * largestOf(image.data));
        const threaded = await runThreaded(small, image.data);
        expectSameBytes(threaded.data, map.data, `${width}×${height}×${channels}`);
        expect(threaded).toMatchObject({ min: map.min, max: map.max });
      }
    }
  });
});

describe('shapes', () => {
  const cases: readonly [string, [number, number, number], [number, number], Partial<ConvolutionOptions>][] =
    [
      ['one row', [300, 1, 1], [11, 1], {}],
      ['one row under a tall kernel', [300, 1, 3], [5, 21], { border: { mode: 'reflect101', value: 0 } }],
      ['one column', [1, 300, 1], [1, 11], {}],
      ['one column and a wide kernel', [1, 300, 4], [21, 5], { border: { mode: 'wrap', value: 0 } }],
      ['one sample', [1, 1, 1], [15, 15], { extent: 'full', border: ZERO }],
      ['a kernel larger than the image', [7, 5, 2], [40, 33], { border: { mode: 'wrap', value: 0 } }],
      ['a kernel larger than the image, full', [7, 5, 1], [40, 33], { extent: 'full', border: ZERO }],
      ['a constant beyond bytes', [50, 40, 1], [9, 9], { border: { mode: 'constant', value: -1000 } }],
      [
        'a constant that is no whole number',
        [50, 40, 1],
        [9, 9],
        { border: { mode: 'constant', value: 0.5 } },
      ],
      ['strides', [90, 77, 1], [9, 7], { stride: [2, 3] }],
      ['a stride across only', [90, 77, 1], [9, 7], { stride: [4, 1] }],
      ['a stride down only', [90, 77, 1], [9, 7], { stride: [1, 5] }],
      ['strides longer than the useful part', [400, 300, 1], [30, 29], { stride: [50, 37] }],
      ['strides over channels', [200, 150, 3], [12, 13], { stride: [7, 33] }],
      ['dilation', [120, 110, 1], [5, 7], { dilation: [9, 11] }],
      ['flipped', [70, 60, 1], [8, 11], { flip: true }],
      ['flipped with stride, dilation and valid extent', [170, 160, 2], [4, 7], { flip: true, ...spread() }],
      ['eleven channels', [40, 30, 11], [9, 9], {}],
      ['many tiles', [500, 70, 1], [13, 13], {}],
    ];
  test.each(cases)('%s', async (_, [width, height, channels], size, convolution) => {
    for (const depth of [8, 16, 'float'] as const) {
      await compare(randomImage(width, height, channels, depth, 6), kernelOf(...size, 5), convolution);
    }
  });

  test.each([2, 3, 5, 8])('kernels of %i planes', async (planes) => {
    for (const [width, height] of [
      [50, 41],
      [1, 33],
    ] as const) {
      for (const stride of [
        [1, 1],
        [2, 3],
      ] as const) {
        const one = kernelOf(9, 7, planes);
        const all = kernelOf(9, 7 * planes, planes + 1);
        const kernel = { ...all, height: one.height, inChannels: planes, anchor: one.anchor };
        await compare(randomImage(width, height, planes, 8, 2), kernel, { stride });
        // A plane without weights, and one with a single one.
        const sparse = kernel.weights.map((w, i) => (i < 63 ? 0 : i < 126 ? (i === 70 ? w : 0) : w));
        await compare(randomImage(width, height, planes, 16, 2), { ...kernel, weights: sparse }, { stride });
      }
    }
  });

  test.each([
    [1, 1000],
    [1000, 1],
    [999_999_937, 999_999_937],
  ] as const)('stride %j', async (x, y) => {
    for (const [width, height] of [
      [1, 1],
      [40, 50],
    ] as const) {
      const image = randomImage(width, height, 1, 'float', 1);
      await compare(image, kernelOf(4, 4, 2), { stride: [x, y] });
    }
  });
});

function spread(): Partial<ConvolutionOptions> {
  return { stride: [3, 2], dilation: [5, 3], extent: 'valid' };
}

test('an impulse gives the kernel, at any position', async () => {
  // Nothing adds up here, so that the smallest misplacement shows.
  const kernel = kernelOf(9, 6, 11);
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
    await compare(image, kernel, { border: ZERO, extent: 'full' });
  }
});

// What `auto` takes must not depend on the method: here transforms spoil both blocks that the sample is part of.
test('a NaN sample affects only the responses that read it', async () => {
  const image = randomImage(300, 300, 1, 'float', 1);
  image.data[150 * 300 + 150] = Number.NaN;
  const { map } = await runPlan(planOf(image, kernelOf(15, 15, 4), 'auto'), image.data, 1);
  expect(map.data.filter((v) => Number.isNaN(v))).toHaveLength(225);
});
