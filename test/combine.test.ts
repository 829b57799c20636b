// One map out of a bank's: each way to combine, against the responses of each kernel alone.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correlate } from '../dist/convtool.js';
import { COMBINES, type Combine } from '../dist/engine/combine.js';
import { filterCombined } from '../dist/filter.js';
import type { FeatureMap } from '../dist/samples.js';
import { optionsOf } from './by-hand.js';
import { expectNear, fractions, holds, stored } from './random-run.js';

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
  test('every way is here', () => expect(Object.keys(combined)).toEqual(COMBINES));

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
    ),
  );
});
