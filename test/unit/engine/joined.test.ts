// One map of a bank, computed tile by tile, against the responses of each kernel alone, combined and mapped here by
// hand: every rule, depth and map, on one thread and on two, with and without shared tiles.

import { describe, expect, test } from 'vitest';
import type { Depth, Samples } from '../../../dist/core/image.js';
import type { PictureRequest } from '../../../dist/engine/output/value-mapping.js';
import { warmPool } from '../../../dist/engine/pool.js';
import { COMBINES, type Combine } from '../../../dist/kernels/combine.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import { filter, filterBank, filterCombined } from '../../../dist/pipeline/filter.js';
import { groupPlans } from '../../../dist/plan/group.js';
import { optionsOf } from '../../support/by-hand.js';
import { expectSameBytes, randomImage, randomOf } from '../../support/random-run.js';

const MAPS = ['clamp', 'abs', 'signed', 'minmax', null] as const;
const SCALES: Readonly<Record<Depth, number>> = { 8: 255, 16: 65535, float: 1 };

function kernelOf(size: number, seed: number, divisor = 1, planes: number | null = null): Kernel {
  const random = randomOf(seed);
  const weights = Float64Array.from({ length: size * size * (planes ?? 1) }, () => random(19) - 9);
  const anchor = [size >> 1, 0] as const;
  return {
    name: `k${seed}`,
    width: size,
    height: size,
    inChannels: planes,
    weights,
    divisor,
    bias: 1,
    anchor,
  };
}

const box = (size: number): Kernel => ({
  ...kernelOf(size, 1),
  weights: new Float64Array(size * size).fill(1),
});

/** Banks, and into how many groups their plans fall. */
const BANKS: readonly (readonly [string, readonly Kernel[], number])[] = [
  ['one kernel', [kernelOf(3, 1)], 1],
  ['three that share tiles', [kernelOf(3, 2), kernelOf(5, 3), kernelOf(2, 4)], 1],
  ['two of fractions that share tiles', [kernelOf(3, 5, 7), kernelOf(4, 6, -3)], 1],
  ['one box', [box(7)], 1],
  ['two boxes, which run apart', [box(7), box(5)], 2],
  ['two lanes, which cannot share', [kernelOf(3, 8), { ...kernelOf(3, 9), weights: thirds(3) }], 2],
  ['planes summed', [kernelOf(5, 10, 1, 3), kernelOf(6, 11, 2, 3)], 1],
];

function thirds(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, i) => ((i * 5) % 7) / 3 - 1);
}

/** One response out of those there, in float64, rounded to float32. */
function combine(rule: Combine, responses: readonly number[]): number {
  const total = (of: (v: number) => number) => responses.reduce((sum, v) => sum + of(v), 0);
  const results: Record<Combine, () => number> = {
    max: () => Math.max(...responses),
    min: () => Math.min(...responses),
    sum: () => total((v) => v),
    mean: () => total((v) => v) / responses.length,
    rss: () => Math.sqrt(total((v) => v * v)),
    maxabs: () => Math.max(...responses.map(Math.abs)),
  };
  return Math.fround(results[rule]());
}

/** Fails unless a value is the response mapped, clamped and rounded; of a response halfway, either neighbour. */
function expectMapped(
  found: ArrayLike<number>,
  responses: readonly number[],
  { depth, map, gain }: PictureRequest,
  scale: number,
): void {
  const low = Math.min(...responses);
  const high = Math.max(...responses);
  const top = depth === 'float' ? scale : SCALES[depth];
  const exact = (r: number) => {
    if (map === null) return r * gain;
    const straight = (r * gain * top) / scale;
    if (map === 'clamp') return straight;
    if (map === 'abs') return Math.abs(straight);
    if (map === 'signed') return straight + (top === 1 ? 0.5 : (top + 1) / 2);
    const share = high > low ? (r - low) / (high - low) : 0;
    return top * (gain < 0 && high > low ? 1 - share : share);
  };
  responses.forEach((r, i) => {
    const wanted = map === null ? exact(r) : Math.min(top, Math.max(0, exact(r)));
    const slack = depth === 'float' ? Math.abs(wanted) * 2 ** -23 + 1e-9 * top : 0.5 + 1e-9 * top;
    if (Math.abs(found[i]! - wanted) > slack)
      expect({ at: i, response: r, value: found[i] }).toEqual({ at: i, response: r, value: wanted });
  });
}

describe.each(BANKS)('%s', (_, bank, groups) => {
  const planes = bank[0]!.inChannels ?? 2;
  const images = ([8, 16, 'float'] as const).map((depth) => randomImage(43, 37, planes, depth, 7));

  test('falls into the groups expected', async () => {
    const plans = (await filterBank(images[0]!, bank, optionsOf())).map(({ plan }) => plan);
    expect(groupPlans(plans)).toHaveLength(groups);
  });

  test.each(COMBINES)('%s, in every depth and map', async (rule) => {
    for (const image of images) {
      const alone: ArrayLike<number>[] = [];
      for (const kernel of bank) alone.push((await filter(image, kernel, optionsOf())).map.data);
      const right = Array.from(alone[0]!, (_, i) =>
        combine(
          rule,
          alone.map((map) => map[i]!),
        ),
      );
      const responses = await filterCombined(image, bank, rule, optionsOf());
      expect(Array.from(responses.map.data, (v) => v + 0)).toEqual(right.map((v) => v + 0));
      const extremes = { min: Math.min(...right), max: Math.max(...right) };
      for (const depth of [8, 16, 'float'] as const) {
        for (const map of MAPS) {
          if (map === null && depth !== 'float') continue;
          for (const gain of [1, -0.3]) {
            const request = { depth, map, gain };
            const { map: found } = await filterCombined(image, bank, rule, optionsOf(), request);
            expect(found).toMatchObject({ ...extremes, depth, width: 43, height: 37 });
            expectMapped(found.data, right, request, SCALES[image.depth]);
          }
        }
      }
    }
  });
});

test('clipped values are counted: those that lost their sign or their range', async () => {
  const image = randomImage(29, 31, 3, 8, 2);
  const bank = [kernelOf(3, 21, 3), kernelOf(4, 22, 5)];
  const { map: responses } = await filterCombined(image, bank, 'sum', optionsOf());
  const lost = { clamp: (v: number) => v < -0.5 || v >= 255.5, abs: (v: number) => v < -0.5 || v >= 255.5 };
  for (const map of ['clamp', 'abs'] as const) {
    const { map: found } = await filterCombined(image, bank, 'sum', optionsOf(), {
      depth: 8,
      map,
      gain: 0.25,
    });
    const count = responses.data.filter((v) => lost[map](v * 0.25)).length;
    expect(count).toBeGreaterThan(100);
    expect(found.clipped).toBe(count / responses.data.length);
  }
});

describe('a large job on two threads gives the bytes of one', () => {
  const image: Samples = randomImage(700, 500, 3, 8, 5);
  const banks = {
    direct: [kernelOf(3, 31), kernelOf(5, 32), kernelOf(3, 33)],
    'running-sums': [box(9)],
    fft: [1, 2, 3].map((seed) => ({ ...kernelOf(15, seed), weights: fifteen(seed) })),
    separable: [2, 3].map((sigma) => ({ ...kernelOf(15, 1), weights: bell(sigma) })),
  };
  test.each(Object.entries(banks))('%s', async (method, bank) => {
    warmPool(2);
    for (const rule of ['max', 'rss'] as const) {
      for (const request of [
        { depth: 'float', map: null, gain: 1 },
        { depth: 8, map: 'clamp', gain: 1 },
        { depth: 8, map: 'minmax', gain: 1 },
      ] as const) {
        const one = await filterCombined(image, bank, rule, optionsOf(), request);
        const two = await filterCombined(image, bank, rule, optionsOf({ threads: 2 }), request);
        expect([one.plan.method, one.threads, two.threads]).toEqual([method, 1, 2]);
        expectSameBytes(two.map.data, one.map.data);
        expect({ ...two.map, data: null }).toEqual({ ...one.map, data: null });
      }
    }
  });
});

function fifteen(seed: number): Float64Array {
  const random = randomOf(seed);
  return Float64Array.from({ length: 225 }, () => (random(2001) - 1000) / 997);
}

function bell(sigma: number): Float64Array {
  const at = (i: number) => Math.exp(-((i - 7) ** 2) / (2 * sigma * sigma));
  return Float64Array.from({ length: 225 }, (_, i) => at(i % 15) * at(Math.floor(i / 15)));
}

test('reused memory contains the combined map', async () => {
  const image = randomImage(40, 30, 2, 8, 1);
  const bank = [kernelOf(3, 41), kernelOf(5, 42)];
  for (const request of [
    { depth: 'float', map: null, gain: 1 },
    { depth: 8, map: 'minmax', gain: 1 },
  ] as const) {
    const fresh = await filterCombined(image, bank, 'sum', optionsOf(), request);
    const other = randomImage(40, 30, 2, 8, 2);
    const earlier = (await filterCombined(other, bank, 'mean', optionsOf(), request)).map;
    const again = await filterCombined(image, bank, 'sum', optionsOf({ reuse: earlier }), request);
    expect(again.map.data).toBe(earlier.data);
    expectSameBytes(again.map.data, fresh.map.data);
  }
});

test('minmax of a map that is the same everywhere is 0', async () => {
  const image = randomImage(20, 10, 1, 8, 4);
  image.data.fill(9);
  for (const depth of [8, 16] as const) {
    const { map } = await filter(image, box(3), optionsOf(), { depth, map: 'minmax', gain: 1 });
    expect([...new Set(map.data)]).toEqual([0]);
    expect(map).toMatchObject({ min: 82, max: 82, clipped: 0 });
  }
});
