// Float32 sums of two rows together: which kernels allow it, and that their bytes are those of each row alone.

import { describe, expect, test } from 'vitest';
import { RowPairTaps } from '../../../dist/engine/methods/row-pair-taps.js';
import { instantiateLoops, loopsModule } from '../../../dist/engine/wasm-module.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import {
  type ConvolutionOptions,
  DEFAULT_CONVOLUTION_OPTIONS,
} from '../../../dist/plan/convolution-options.js';
import { makePlan } from '../../../dist/plan/make-plan.js';
import { Arena } from '../../../dist/runtime/arena.js';
import { expectSameBytes, randomImage, randomOf } from '../../support/random-run.js';
import { runPlans } from '../../support/run-plan.js';

const PITCH = 1000;

describe('taps are shared by two rows', () => {
  const cases: readonly [string, number[], boolean][] = [
    ['of a rectangle', [0, 4, 8, 1000, 1004, 1008], true],
    ['of columns with a hole', [0, 8, 1000, 1008, 2000, 2008], true],
    ['not of a single row', [0, 4, 8], false],
    ['not of rows that differ', [0, 4, 1000, 1008], false],
    ['not if a row lacks a tap', [0, 4, 1000], false],
    ['not of rows further apart', [0, 4, 2000, 2004], false],
    ['not of no tap', [], false],
  ];
  test.each(cases)('%s', (_, offsets, areShared) => {
    const arena = new Arena(instantiateLoops(loopsModule()));
    const pairs = new RowPairTaps(offsets.length, arena);
    const list = arena.take(offsets.length * 8);
    const memory = new DataView(arena.commit());
    for (const [i, offset] of offsets.entries()) memory.setUint32(list + i * 8, offset, true);
    pairs.write(memory, list, PITCH);
    expect(pairs.areShared).toBe(areShared);
  });
});

const settings: readonly Partial<ConvolutionOptions>[] = [
  {},
  { flip: true, border: { mode: 'wrap', value: 0 }, extent: 'full' },
  { stride: [2, 1], border: { mode: 'constant', value: 9 } },
  { stride: [1, 2], dilation: [2, 2], border: { mode: 'reflect101', value: 0 } },
];

test.each(
  settings,
)('tiles of one row and of several, alone and in a bank: the same bytes: %j', async (some) => {
  const random = randomOf(5);
  const kernels = [
    [5, 4],
    [3, 5],
    [1, 6],
    [7, 1],
  ].map(([width, height]): Kernel => {
    const weights = Float64Array.from({ length: width! * height! }, () => (random(2000) + 1) / 1500 - 0.7);
    const name = `${width}x${height}`;
    return {
      name,
      width: width!,
      height: height!,
      inChannels: null,
      weights,
      divisor: 1,
      bias: 0,
      anchor: [0, 0],
    };
  });
  for (const depth of [8, 'float'] as const) {
    const image = randomImage(37, 23, 3, depth, 4);
    const plans = kernels.map((kernel) =>
      makePlan(kernel, image, {
        convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, ...some },
        ...{ channels: 'each', filterAlpha: false, method: 'direct', limitPixels: 1e6, label: 'image' },
        output: { depth: 'float', map: null, gain: 1 },
      }),
    );
    const bank = await runPlans(plans, image.data, { threads: 1 });
    for (const [i, plan] of plans.entries()) {
      expect([plan.method, plan.accumulator]).toEqual(['direct', 'f32']);
      for (const height of [1, 2, 5]) {
        const inTiles = { ...plan, tile: { width: 16, height } };
        const [alone] = await runPlans([inTiles], image.data, { threads: 1 });
        expectSameBytes(alone!.map.data, bank[i]!.map.data);
      }
    }
  }
});
