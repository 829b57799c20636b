// Filtering in linear light, against the sRGB curve and a correlation written out here.

import { describe, expect, test } from 'vitest';
import { fullScale } from '../../../dist/core/image.js';
import type { Kernel } from '../../../dist/index.js';
import { filter } from '../../../dist/pipeline/filter.js';
import { channelsOf, KERNEL as kernel, optionsOf, slide, withAlpha } from '../../support/by-hand.js';
import { expectNear } from '../../support/random-run.js';
import { toPicture } from '../../support/to-picture.js';

describe('linear light', () => {
  // IEC 61966-2-1, in amounts of 1.
  const decode = (v: number) => (v > 0.04045 ? Math.exp(2.4 * Math.log((v + 0.055) / 1.055)) : v / 12.92);
  const encode = (light: number): number => {
    if (light < 0) return -encode(-light);
    return light > 0.0031308 ? 1.055 * Math.exp(Math.log(light) / 2.4) - 0.055 : 12.92 * light;
  };
  const edge: Kernel = { ...kernel, weights: Float64Array.of(1, -2, 3, -4, 0, 2), divisor: 5 };
  const kernels = [
    ['smooth', kernel],
    ['edge', edge],
  ] as const;
  const rows = kernels.flatMap(([name, k]) =>
    ([8, 16, 'float'] as const).flatMap((depth) =>
      [null, 0.5].map((constant) => ({ name, k, depth, constant })),
    ),
  );
  test.each(rows)('$name over $depth bits, outside $constant of full scale', async ({
    k,
    depth,
    constant,
  }) => {
    const image = withAlpha(depth);
    const scale = fullScale(depth);
    const border = {
      mode: constant === null ? 'replicate' : 'constant',
      value: (constant ?? 0) * scale,
    } as const;
    const { map } = await filter(image, k, optionsOf({ linear: true }, { border }));
    for (let c = 0; c < 3; c++) {
      const light = channelsOf(image, c, c + 1).map((v) => decode(v / scale));
      const right = slide(light, 9, k, constant === null ? null : decode(constant)).map(
        (v) => encode(v) * scale,
      );
      expectNear(channelsOf(map, c, c + 1), right, 1e-4 * scale);
    }
    expect([map.min, map.max]).toEqual([Math.min(...map.data), Math.max(...map.data)]);
  });

  test('a kernel of a single weight of 1 returns the picture', async () => {
    const one: Kernel = {
      ...kernel,
      width: 1,
      height: 1,
      weights: Float64Array.of(1),
      divisor: 1,
      anchor: [0, 0],
    };
    for (const depth of [8, 16] as const) {
      for (const alpha of ['keep', 'filter'] as const) {
        const image = withAlpha(depth);
        const request = { depth, map: 'clamp', gain: 1 } as const;
        const filtered = await filter(image, one, optionsOf({ linear: true, alpha }), request);
        expect(toPicture(filtered, image, true).data).toEqual(image.data);
      }
    }
  });

  describe('alpha has no curve', () => {
    const image = withAlpha();
    const alpha = channelsOf(image, 3, 4);
    test.each(['filter', 'premultiply'] as const)('with --alpha %s', async (mode) => {
      const { map } = await filter(image, kernel, optionsOf({ linear: true, alpha: mode }));
      expectNear(channelsOf(map, 3, 4), slide(alpha, 9, kernel), 1e-3);
    });

    test('if it is the filtered channel', async () => {
      const { map } = await filter(image, kernel, optionsOf({ linear: true, channels: 'a' }));
      expectNear(map.data, slide(alpha, 9, kernel), 1e-3);
    });

    test('outside, where it is the border constant', async () => {
      const border = { mode: 'constant', value: 100 } as const;
      const { map } = await filter(image, kernel, optionsOf({ linear: true, alpha: 'filter' }, { border }));
      expectNear(channelsOf(map, 3, 4), slide(alpha, 9, kernel, 100), 1e-3);
    });
  });
});
