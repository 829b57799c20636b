// Plans of all kinds in one run: only those whose tiles contain the same numbers may share them. Each gives the same
// result as alone, whichever plans run with it.

import { expect, test } from 'vitest';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import { DEFAULT_CONVOLUTION_OPTIONS } from '../../../dist/plan/convolution-options.js';
import { groupPlans } from '../../../dist/plan/group.js';
import { makePlan, type PlanOptions } from '../../../dist/plan/make-plan.js';
import type { Plan } from '../../../dist/plan/plan.js';
import { expectSameBytes, randomImage, randomOf } from '../../support/random-run.js';
import { runPlan, runPlans } from '../../support/run-plan.js';

const image = randomImage(53, 41, 3, 8, 2);

function kernelOf(size: number, seed: number, divisor: number, planes: number | null = null): Kernel {
  const random = randomOf(seed);
  const weights = Float64Array.from({ length: size * size * (planes ?? 1) }, () => random(9) - 3);
  const shape = { width: size, height: size, inChannels: planes, anchor: [size >> 1, 0] as const };
  return { name: `k${seed}`, weights: weights.map((w) => w / divisor), divisor: 1, bias: 0, ...shape };
}

const zero = { mode: 'constant', value: 0 } as const;
const RESPONSES = { depth: 'float', map: null, gain: 1 } as const;

/** Options that differ in one thing each; the first three have nothing between them. */
const VARIANTS: readonly Partial<PlanOptions>[] = [
  {},
  {},
  {},
  { convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, border: { mode: 'wrap', value: 0 } } },
  { convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, border: zero } },
  { convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, border: { mode: 'constant', value: 200 } } },
  { convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, stride: [2, 1] } },
  { convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, stride: [1, 2] } },
  { convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, extent: 'valid' } },
  { convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, extent: 'full', border: zero } },
  { convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, flip: true } },
  { convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, dilation: [2, 3] } },
  { channels: 'r' },
  { channels: 'b' },
  { channels: 'gray' },
  { output: { depth: 8, map: 'abs', gain: 1 } },
  { output: { depth: 8, map: 'signed', gain: 0.5 } },
  { output: { depth: 16, map: 'clamp', gain: 257 } },
];

function planOf(kernel: Kernel, variant: Partial<PlanOptions>, method: PlanOptions['method']): Plan {
  const plain = {
    convolution: DEFAULT_CONVOLUTION_OPTIONS,
    channels: 'each',
    filterAlpha: false,
    output: RESPONSES,
  } as const;
  return makePlan(kernel, image, { ...plain, method, limitPixels: 1e6, label: 'image', ...variant });
}

test.each([
  ['direct', 1],
  ['direct', 7],
  ['separable', 7],
  ['fft', 7],
  ['reference', 7],
] as const)('%s, weights over %i', async (method, divisor) => {
  const plans = VARIANTS.flatMap((variant, i) => {
    const kernels = [kernelOf(3, i, divisor), kernelOf(4, i + 50, divisor)];
    if (method !== 'separable' && !variant.channels) kernels.push(kernelOf(3, i + 90, divisor, 3));
    return kernels.map((kernel) => planOf(kernel, variant, method));
  });
  // Some do share; in any order all results are as alone.
  expect(groupPlans(plans).length).toBeLessThan(plans.length - 4);
  for (const order of [plans, [...plans].reverse()]) {
    const results = await runPlans(order, image.data, { threads: 1 });
    for (const [i, plan] of order.entries()) {
      const { map } = await runPlan({ ...plan }, image.data, 1);
      expectSameBytes(results[i]!.map.data, map.data, `${i}`);
      expect({ ...results[i]!.map, data: null }).toEqual({ ...map, data: null });
    }
  }
});

test('the same plans give the same groups, and others do not', () => {
  const plans = [1, 2, 3].map((seed) => planOf(kernelOf(3, seed, 1), {}, 'direct'));
  const [group] = groupPlans(plans);
  expect(groupPlans([...plans])[0]).toBe(group);
  expect(group!.indices).toEqual([0, 1, 2]);
  expect(groupPlans(plans.slice(0, 2))[0]!.indices).toEqual([0, 1]);
  expect(groupPlans([plans[0]!, plans[2]!, plans[1]!])[0]!.plans.map(({ kernel }) => kernel)).toEqual([
    'k1',
    'k3',
    'k2',
  ]);
});
