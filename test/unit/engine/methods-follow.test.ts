// Tiles that reuse sums of the tile above, on a thread that kept its state from the previous image: that state must not
// be mistaken for the tile above the first tile of the next image.

import { expect, test } from 'vitest';
import { toSharedMemory } from '../../../dist/core/image.js';
import { WorkUnits } from '../../../dist/engine/work-units.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import { DEFAULT_CONVOLUTION_OPTIONS } from '../../../dist/plan/convolution-options.js';
import { makePlan } from '../../../dist/plan/make-plan.js';
import type { Plan, Term } from '../../../dist/plan/plan.js';
import { gridOf } from '../../../dist/plan/separable/grid.js';
import { separate as separateGrid } from '../../../dist/plan/separable/separable.js';
import { jobOf, randomImage } from '../../support/random-run.js';
import { runOnPool, runPlan } from '../../support/run-plan.js';

/** The terms of taps, however many; `isWhole`: in integers only. */
function separate(taps: Float64Array, isWhole: boolean): readonly Term[] | null {
  return separateGrid({ ...gridOf(taps)!, isWhole }, Number.POSITIVE_INFINITY);
}

const WIDTH = 40;
const HEIGHT = 60;
const TILE = 6;

const box: Kernel = {
  ...{ name: 'k', width: 5, height: 7, inChannels: null, weights: new Float64Array(35).fill(1) },
  ...{ divisor: 1, bias: 0, anchor: [2, 3] },
};

test.each(['running-sums', 'separable', 'fft'] as const)('%s', async (method) => {
  const [first, second] = [1, 2].map((seed) => randomImage(WIDTH, HEIGHT, 1, 8, seed));
  const whole = makePlan(box, first!, {
    ...{ convolution: DEFAULT_CONVOLUTION_OPTIONS, channels: 'each', filterAlpha: false, method },
    ...{ output: { depth: 'float', map: null, gain: 1 }, limitPixels: 1e6, label: 'image' },
  });
  const plan = { ...whole, ...lines(whole), tile: { width: WIDTH, height: TILE } };
  const target = toSharedMemory(new Float32Array(WIDTH * HEIGHT));
  const job = jobOf(plan, first!.data, target);
  const { count } = new WorkUnits([plan], false);
  expect(count).toBe(HEIGHT / TILE);
  // One thread does the first tile of one image, then all but the first of another.
  const workFrom = (first: number, count: number) => {
    return { next: new Int32Array(new SharedArrayBuffer(4)).fill(first), count };
  };
  await runOnPool({ ...job, work: workFrom(0, 1) }, 1);
  target.fill(Number.NaN);
  await runOnPool({ ...job, source: toSharedMemory(second!.data), work: workFrom(1, count) }, 1);
  const { map } = await runPlan(plan, second!.data, 1);
  expect([...target.subarray(WIDTH * TILE)]).toEqual([...map.data.subarray(WIDTH * TILE)]);
});

/** The changes that turn an fft plan into one along rows and columns. */
function lines({ blocks, taps }: Plan): Partial<Plan> {
  return blocks ? { blocks: { ...blocks, size: [64, 32] }, terms: separate(taps, true)! } : {};
}
