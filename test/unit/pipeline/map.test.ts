// Responses to picture values: each mapping, gain, depth and rounding by tables of numbers, both in the engine and on
// existing responses.

import { describe, expect, test } from 'vitest';
import { type Depth, fullScale } from '../../../dist/core/image.js';
import {
  correlate,
  type FeatureMap,
  loadKernel,
  mapResponses,
  type PictureMap,
  type Samples,
} from '../../../dist/index.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import { filter } from '../../../dist/pipeline/filter.js';
import { optionsOf } from '../../support/by-hand.js';
import { expectNear, randomImage, randomOf } from '../../support/random-run.js';

const options = optionsOf();

function responsesOf(values: readonly number[]): FeatureMap {
  const known = values.filter((v) => !Number.isNaN(v));
  const [min, max] = [Math.min(...known), Math.max(...known)];
  const shape = { width: values.length, height: 1, channels: 1, depth: 'float' } as const;
  return { ...shape, data: Float32Array.from(values), min, max, sourceScale: 255, clipped: 0 };
}

// Depth of the source and of the picture, mapping, gain, how many lose sign or range | response→value.
const TABLE = `
8     8  clamp  1   0 | 0→0 0.25→0 0.5→0 0.75→1 1.5→2 2.5→2 254.5→254 255→255
8     8  clamp  1   0 | 255.4→255 -0.4→0 -0.5→0
8     8  clamp  1   6 | -1→0 -300→0 255.6→255 256→255 1e9→255 -1e9→0 100→100
8     8  abs    1   0 | 0→0 0.25→0 0.5→0 0.75→1 1.5→2 2.5→2 254.5→254 255→255 -0.5→0 -0.25→0
8     8  abs    1   6 | -1→1 -1.5→2 -2.5→2 -255→255 -256→255 256→255 7→7
8     8  signed 1   0 | 0→128 -128→0 127→255 0.5→128 1.5→130 -0.5→128 -1.5→126
8     8  signed 1   4 | -129→0 128→255 1000→255 -1000→0 -127→1
8     8  clamp  2   0 | 0.25→0 0.75→2 1.25→2 127→254 127.5→255
8     8  clamp  -1  1 | -7→7 0→0 5→0
8     8  signed 0.5 1 | 0→128 100→178 -256→0 254→255 256→255
8     8  abs    0   0 | -7→0 0→0 5→0
8     16 clamp  1   2 | 0→0 1→257 0.5→128 255→65535 254→65278 256→65535 -1→0
8     16 signed 1   1 | 0→32768 1→33025 -1→32511 127→65407 128→65535
16    8  clamp  1   0 | 0→0 257→1 128→0 129→1 65535→255 65407→255 65406→254
16    8  abs    1   2 | -257→1 -65535→255 514→2
16    16 clamp  1   2 | 0.5→0 1.5→2 65534.5→65534 65535.25→65535 65536→65535 -1→0
16    16 signed 1   1 | 0→32768 -32768→0 32767→65535 32768→65535
float 8  clamp  1   2 | 0→0 1→255 0.5→128 0.1→26 1.1→255 -0.1→0
float 16 signed 1   1 | 0→32768 0.25→49152 -0.5→0 1→65535
float 8  clamp  1   3 | NaN→0 Infinity→255 -Infinity→0 0.2→51
float 16 abs    1   3 | NaN→0 Infinity→65535 -Infinity→65535 0.2→13107
float 8  signed 1   3 | NaN→0 Infinity→255 -Infinity→0 0→128
`;
const depthOf = (word: string | undefined) => (word === 'float' ? word : (Number(word) as Depth));
const rows = TABLE.trim()
  .split('\n')
  .map((row) => {
    const [settings, pairs] = row.split(' | ');
    const [from, to, map, gain, lost] = settings!.split(/ +/);
    return {
      row: row.replaceAll(/ +/g, ' '),
      from: depthOf(from),
      to: depthOf(to),
      map: map as PictureMap,
      gain: Number(gain),
      lost: Number(lost),
      pairs: pairs!.split(' ').map((pair) => pair.split('→').map(Number) as [number, number]),
    };
  });

describe('mapResponses', () => {
  test.each(rows)('$row', ({ from, to, map, gain, pairs, lost }) => {
    const responses = responsesOf(pairs.map(([response]) => response));
    const before = structuredClone(responses);
    const found = mapResponses({ ...responses, sourceScale: fullScale(from) }, { depth: to, map, gain });
    expect([...found.data]).toEqual(pairs.map(([, value]) => value));
    expect(found.clipped).toBe(lost / pairs.length);
    expect(found).toMatchObject({ depth: to, min: responses.min, max: responses.max });
    expect(responses).toEqual(before);
  });

  const minmax: readonly [from: readonly number[], depth: Depth, to: readonly number[]][] = [
    [[-100, 0, 155], 8, [0, 100, 255]],
    [[0, 1, 2], 8, [0, 128, 255]],
    [[-3, 0, 1, 2], 16, [0, 39321, 52428, 65535]],
    [[5, 5, 5], 8, [0, 0, 0]],
    [[-2, 6, 2], 'float', [0, 255, 127.5]],
  ];
  test.each(minmax)('minmax stretches %j over %s to %j', (from, depth, to) => {
    const found = mapResponses(responsesOf(from), { depth, map: 'minmax', gain: 9 });
    expect([...found.data]).toEqual(to);
    expect(found.clipped).toBe(0);
  });

  const floats: readonly [
    map: PictureMap | null,
    gain: number,
    from: readonly number[],
    to: readonly number[],
    lost: number,
  ][] = [
    [null, 1, [-300, 0.25, 300], [-300, 0.25, 300], 0],
    [null, -0.5, [-300, 0.25, 300], [150, -0.125, -150], 0],
    ['clamp', 1, [-300, 0.25, 300], [0, 0.25, 255], 2],
    ['abs', 2, [-300, -0.25, 3], [255, 0.5, 6], 2],
    ['signed', 1, [-300, 0.25, 300], [0, 128.25, 255], 2],
  ];
  test.each(floats)('to float, %s, gain %d: %j to %j', (map, gain, from, to, lost) => {
    const found = mapResponses(responsesOf(from), { depth: 'float', map, gain });
    expect([...found.data]).toEqual(to);
    expect(found.clipped).toBe(lost / from.length);
  });
});

const identity: Kernel = {
  name: 'identity',
  width: 1,
  height: 1,
  inChannels: null,
  weights: Float64Array.of(1),
  divisor: 1,
  bias: 0,
  anchor: [0, 0],
};

describe('out of the engine', () => {
  // The same table with the responses as samples of a float image: they then have the scale of float, 1.
  test.each(rows)('$row', async ({ from, to, map, gain, pairs, lost }) => {
    for (const repeat of [1, 5]) {
      // Repeated, so that full vectors and a remainder both occur.
      const all = Array.from({ length: repeat }, () => pairs).flat();
      const data = Float32Array.from(all, ([response]) => response);
      const image: Samples = {
        width: all.length,
        height: 1,
        channels: 1,
        depth: 'float',
        hasAlpha: false,
        data,
      };
      const request = { depth: to, map, gain: gain / fullScale(from) };
      const { map: found } = await filter(image, identity, options, request);
      expect([...found.data]).toEqual(all.map(([, value]) => value));
      expect(found.clipped).toBeCloseTo(lost / pairs.length, 12);
      const known = data.filter((v) => !Number.isNaN(v));
      expect([found.min, found.max]).toEqual([Math.min(...known), Math.max(...known)]);
    }
  });

  const kernels: Record<string, (random: (top: number) => number) => Partial<Kernel>> = {
    'small whole weights': (random) => ({ weights: Float64Array.from({ length: 9 }, () => random(9) - 4) }),
    'smoothing, divided': (random) => ({
      weights: Float64Array.from({ length: 9 }, () => random(9)),
      divisor: 41,
    }),
    'large whole weights': (random) => ({
      weights: Float64Array.from({ length: 9 }, () => random(99999) - 50000),
      divisor: 40000,
    }),
    'half a response': (random) => ({
      weights: Float64Array.from({ length: 9 }, () => random(5) - 2),
      divisor: 2,
      bias: 3,
    }),
  };
  const cases = Object.keys(kernels).flatMap((kernel) =>
    ([8, 16] as const).flatMap((from) =>
      ([8, 16] as const).flatMap((to) =>
        (['clamp', 'abs', 'signed'] as const).map((map) => ({ kernel, from, to, map })),
      ),
    ),
  );
  test.each(cases)('$kernel, $from to $to bits, $map: as from responses', async ({
    kernel: name,
    from,
    to,
    map,
  }) => {
    const kernel = {
      ...identity,
      width: 3,
      height: 3,
      anchor: [1, 1] as const,
      ...kernels[name]!(randomOf(9)),
    };
    const image = randomImage(83, 9, 2, from, 5);
    for (const gain of [1, 2, 0.5, -1]) {
      const request = { depth: to, map, gain };
      const fused = (await filter(image, kernel, options, request)).map;
      const responses = await correlate(image, kernel, { threads: 1 });
      const mapped = mapResponses({ ...responses, sourceScale: fullScale(from) }, request);
      // Where float32 cannot represent the half, the response is rounded twice.
      expectNear(fused.data, mapped.data, from === 16 && name.startsWith('large') ? 1 : 0);
      expect({ ...fused, data: mapped.data }).toEqual(mapped);
    }
  });
});

test('a negative gain turns minmax round', () => {
  const responses = responsesOf([-3, 0, 1]);
  const plain = mapResponses(responses, { depth: 8, map: 'minmax' });
  const turned = mapResponses(responses, { depth: 8, map: 'minmax', gain: -2 });
  expect([...plain.data]).toEqual([0, 191, 255]);
  expect([...turned.data]).toEqual([255, 64, 0]);
});

test('NaN hides no other sample from the extremes', async () => {
  const kernel = await loadKernel('identity');
  for (let hole = 0; hole < 19; hole++) {
    const data = Float32Array.from({ length: 19 }, (_, i) => (i === hole ? Number.NaN : ((i * 7) % 19) - 9));
    const known = data.filter((v) => !Number.isNaN(v));
    const map = await correlate(
      { width: 19, height: 1, channels: 1, depth: 'float', data, hasAlpha: false },
      kernel,
    );
    expect([map.min, map.max], `NaN at ${hole}`).toEqual([Math.min(...known), Math.max(...known)]);
  }
});
