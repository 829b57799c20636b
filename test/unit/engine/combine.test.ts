// A bank combined into one map: each rule, against the responses of each kernel alone.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeatureMap } from '../../../dist/core/image.js';
import { roundHalfToEven } from '../../../dist/engine/output/value-mapping.js';
import { correlate, ImageError, type Kernel, KernelError } from '../../../dist/index.js';
import { COMBINES, type Combine } from '../../../dist/kernels/combine.js';
import { filterCombined } from '../../../dist/pipeline/filter.js';
import { optionsOf } from '../../support/by-hand.js';
import {
  expectNear,
  fractions,
  holds,
  kernelOfImage,
  randomImage,
  stored,
} from '../../support/random-run.js';

// One sample of a combined map out of the responses there.
const combined: Record<Combine, (responses: number[]) => number> = {
  max: (r) => r.reduce((a, b) => Math.max(a, b)),
  min: (r) => r.reduce((a, b) => Math.min(a, b)),
  sum: (r) => r.reduce((a, b) => a + b),
  mean: (r) => r.reduce((a, b) => a + b) / r.length,
  rss: (r) => Math.hypot(...r),
  maxabs: (r) => Math.abs(r.reduce((a, b) => (Math.abs(a) > Math.abs(b) ? a : b))),
};

describe('combining a bank', () => {
  test('every rule is tested', () => expect(Object.keys(combined)).toEqual(COMBINES));

  test.each(COMBINES)('%s is that of the maps of each kernel alone', (combine) =>
    holds(
      fc.tuple(stored, fc.array(fractions, { minLength: 1, maxLength: 5 })),
      60,
      async ([image, bank]) => {
        const { map } = await filterCombined(image, bank, combine, optionsOf());
        const maps: FeatureMap[] = [];
        for (const kernel of bank) maps.push(await correlate(image, kernel, { threads: 1 }));
        const right = Array.from(map.data, (_, i) => combined[combine](maps.map(({ data }) => data[i]!)));
        expectNear(map.data, right, 1e-12);
        expectNear([map.min, map.max], [Math.min(...map.data), Math.max(...map.data)], 0);
      },
    ));

  const wide: Kernel = {
    ...kernelOfImage({ width: 2, height: 1, data: Float32Array.of(1, 1) }),
    name: 'wide',
  };
  const narrow: Kernel = kernelOfImage({ width: 1, height: 1, data: Float32Array.of(1) });
  const image = randomImage(4, 3, 1, 8, 1);

  test('maps of different sizes cannot be combined', async () => {
    const combined = filterCombined(image, [narrow, wide], 'sum', optionsOf({}, { extent: 'valid' }));
    await expect(combined).rejects.toThrow(ImageError);
    await expect(combined).rejects.toThrow('kernel wide: expected a map of 4×3×1');
  });

  test('an empty bank cannot', async () => {
    await expect(filterCombined(image, [], 'sum', optionsOf())).rejects.toThrow(KernelError);
  });

  test('the combined map is mapped like a single map', async () => {
    const request = { depth: 8, map: 'clamp', gain: 0.5 } as const;
    const { map } = await filterCombined(image, [narrow, narrow, narrow], 'sum', optionsOf(), request);
    const right = Array.from(image.data, (v) => Math.min(255, roundHalfToEven(1.5 * v)));
    expect([...map.data]).toEqual(right);
    expect(map.clipped).toBe(image.data.filter((v) => 1.5 * v >= 255.5).length / 12);
  });
});
