// The last step of a row: sums to picture values and counts of clipped values, against values computed here with
// integers or by hand. Covers every sum around the ends of the range and every tie, in rows of any length.

import { describe, expect, test } from 'vitest';
import type { Depth, Samples } from '../../../dist/core/image.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import { filter } from '../../../dist/pipeline/filter.js';
import { DEFAULT_CONVOLUTION_OPTIONS } from '../../../dist/plan/convolution-options.js';
import { makePlan } from '../../../dist/plan/make-plan.js';
import type { FixedMap, Plan } from '../../../dist/plan/plan.js';
import { optionsOf } from '../../support/by-hand.js';
import { ARRAYS, expectNear, randomOf } from '../../support/random-run.js';
import { runPlan } from '../../support/run-plan.js';

const MAPS = ['clamp', 'abs', 'signed'] as const;

/** 250 · first + second − third, three samples of 16 bits above one another. */
const PARTS: Kernel = {
  name: 'parts',
  width: 1,
  height: 3,
  inChannels: null,
  weights: Float64Array.of(250, 1, -1),
  divisor: 1,
  bias: 0,
  anchor: [0, 0],
};

/** An image whose map by PARTS, from three rows each, consists of the given sums, in rows of the given length. */
function imageOf(sums: readonly number[], width: number): Samples {
  const height = Math.ceil(sums.length / width);
  const data = new Uint16Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const sum = sums[i % sums.length]!;
    const first = Math.floor(Math.max(0, sum) / 250);
    const left = sum - 250 * first;
    const at = Math.floor(i / width) * 3 * width + (i % width);
    data[at] = first;
    data[at + width] = Math.max(0, left);
    data[at + 2 * width] = Math.max(0, -left);
  }
  return { width, height: height * 3, channels: 1, depth: 16, hasAlpha: false, data };
}

/** The nearest integer to sum / divisor, of two as near the even one, mapped. */
function pictureOf(sum: number, divisor: number, map: FixedMap, top: number) {
  const floor = Math.floor(sum / divisor);
  const middle = map === 'signed' ? (top + 1) / 2 : 0;
  const twice = 2 * (sum - floor * divisor);
  const up = twice > divisor || (twice === divisor && (floor + middle) % 2 !== 0);
  const rounded = floor + (up ? 1 : 0) + middle;
  const mapped = map === 'abs' ? Math.abs(rounded) : rounded;
  const value = Math.min(top, Math.max(0, mapped));
  return { value, clipped: value !== rounded };
}

function planOf(image: Samples, kernel: Kernel, depth: Depth, map: FixedMap | null): Plan {
  const stride = kernel === PARTS || kernel.name === 'parts' ? ([1, 3] as const) : ([1, 1] as const);
  return makePlan(kernel, image, {
    convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, extent: 'valid', stride },
    channels: 'each',
    filterAlpha: false,
    method: 'direct',
    output: { depth, map, gain: 1 },
    limitPixels: 1e7,
    label: 'image',
  });
}

/** Sums around every multiple of a divisor that matters: all of them, or those near the ends and near halves. */
function sumsAround(divisor: number, top: number): number[] {
  const sums: number[] = [];
  const add = (from: number, to: number) => {
    for (let sum = Math.ceil(from); sum <= to; sum++) sums.push(sum);
  };
  if (top === 255) add(-3 * divisor, 300 * divisor);
  else {
    add(-3 * divisor, 3 * divisor);
    add(32_760 * divisor, 32_776 * divisor);
    add(65_530 * divisor, Math.min(65_545 * divisor, 250 * 65_535));
  }
  for (const half of [-129, -128.5, -127.5, -32_768.5, -32_767.5].filter((v) => -v * divisor <= 65_533))
    add(half * divisor - 2, half * divisor + 2);
  return sums;
}

describe('every sum around the ends', () => {
  const divisors: readonly [number, 8 | 16][] = [
    // Of 14, 30, 60 and 126 the reciprocal is so far off that products would miss halves.
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 25, 30, 49, 60, 64, 81, 121, 126].map(
      (d) => [d, 8] as [number, 8],
    ),
    ...[1, 2, 3, 4, 5, 6, 8, 9, 10, 14, 16, 25, 30, 32, 41].map((d) => [d, 16] as [number, 16]),
  ];
  test.each(divisors)('over %i, %i bits', async (divisor, depth) => {
    const top = depth === 8 ? 255 : 65535;
    const sums = sumsAround(divisor, top);
    for (const map of MAPS) {
      for (const width of [8, 13, 64, 1001]) {
        const image = imageOf(sums, width);
        const plan = planOf(image, { ...PARTS, divisor }, depth, map);
        // The arithmetic in question; float64 has none of its pitfalls.
        if (depth === 8 || divisor < 32) expect(plan.finish).toBe('f32');
        const { map: found } = await runPlan(plan, image.data, 1);
        const right = Array.from(found.data, (_, i) => pictureOf(sums[i % sums.length]!, divisor, map, top));
        expectNear(
          found.data,
          right.map(({ value }) => value),
          0,
        );
        expect(found.clipped).toBe(right.filter(({ clipped }) => clipped).length / right.length);
        expect(found.max).toBe(Math.fround(Math.max(...sums.slice(0, right.length)) / divisor));
        expect(found.min).toBe(Math.fround(Math.min(...sums.slice(0, right.length)) / divisor));
      }
    }
  });

  test('in rows of every length, each of which has one clipped value, or none, at any place', async () => {
    for (let width = 1; width <= 26; width++) {
      for (const bad of [-1, 256, -2]) {
        for (const map of MAPS) {
          // Row y has its clipped value at column y − 1; the first has none.
          const sums = Array.from({ length: width * (width + 1) }, (_, i) =>
            (i % width) + 1 === Math.floor(i / width) ? bad * 7 : map === 'signed' ? -7 : 7,
          );
          const image = imageOf(sums, width);
          const plan = planOf(image, { ...PARTS, divisor: 7 }, 8, map);
          const { map: found } = await runPlan(plan, image.data, 1);
          const right = sums.map((sum) => pictureOf(sum, 7, map, 255));
          expect([...found.data]).toEqual(right.map(({ value }) => value));
          expect(found.clipped).toBe(right.filter(({ clipped }) => clipped).length / right.length);
        }
      }
    }
  });
});

describe('float images', () => {
  const one: Kernel = { ...PARTS, name: 'one', height: 1, weights: Float64Array.of(1) };
  const odd = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    -0,
    1e30,
    -1e30,
    3e38,
    1e-40,
  ];
  const halves = [-1.5, -0.5, -0.25, 0.5, 1.5, 2.5, 126.5, 127.5, 253.5, 254.5, 255.25, 255.5, 256, -128.5];
  const near = [0.49999997, 0.50000006, 254.49998, 255.49998, -0.50000006, -0.49999997, 32_767.5, 65_535.5];

  /** The result of a float32 computation: every step rounded to float32. */
  function right(sample: number, gain: number, map: FixedMap, top: number) {
    const f = Math.fround;
    const v = f(f(sample * f(gain)) + (map === 'signed' ? (top + 1) / 2 : 0));
    const floor = Math.floor(v);
    const share = v - floor;
    const rounded = Number.isFinite(v)
      ? floor + (share > 0.5 || (share === 0.5 && floor % 2 !== 0) ? 1 : 0)
      : v;
    const mapped = map === 'abs' ? Math.abs(rounded) : rounded;
    const value = Number.isNaN(mapped) ? 0 : Math.min(top, Math.max(0, mapped));
    return { value, clipped: value !== rounded };
  }

  const gains = [1, -1, 0.5, -0.5, 2, 100, 0];
  const cases = gains.flatMap((gain) => ([8, 16] as const).map((depth) => ({ gain, depth })));
  test.each(cases)('gain $gain, $depth bits', async ({ gain, depth }) => {
    const top = depth === 8 ? 255 : 65535;
    const random = randomOf(3);
    const plainly = Array.from({ length: 40 }, () => random(255));
    // Rows of plain values, with special values at any place, and of special values only.
    const rows = [
      ...[...odd, ...halves, ...near].flatMap((v) =>
        [0, 3, 7, 8, 12].map((at) => plainly.with(at, v).slice(0, 13)),
      ),
      [...odd, ...halves].slice(0, 13),
      Array(13).fill(Number.NaN),
      Array(13).fill(Number.POSITIVE_INFINITY),
      halves.slice(0, 13),
    ];
    const data = Float32Array.from(rows.flat());
    const image: Samples = {
      width: 13,
      height: rows.length,
      channels: 1,
      depth: 'float',
      hasAlpha: false,
      data,
    };
    for (const map of MAPS) {
      const { map: found, plan } = await filter(image, one, optionsOf(), { depth, map, gain: gain / top });
      expect(plan.finish).toBe('f32');
      const wanted = Array.from(data, (v) => right(v, plan.output.gain, map, top));
      expectNear(
        found.data,
        wanted.map(({ value }) => value),
        0,
      );
      expect(found.clipped).toBe(wanted.filter(({ clipped }) => clipped).length / data.length);
      expect([found.min, found.max]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    }
  });

  test('NaN alone has no extremes', async () => {
    const data = new Float32Array(21).fill(Number.NaN);
    const image: Samples = { width: 21, height: 1, channels: 1, depth: 'float', hasAlpha: false, data };
    const { map } = await filter(image, one, optionsOf(), { depth: 8, map: 'clamp', gain: 1 });
    expect([...map.data]).toEqual(Array(21).fill(0));
    expect(map).toMatchObject({ min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, clipped: 1 });
  });
});

describe('responses as they are, in rows of every length', () => {
  const bytes = (width: number, height: number, seed: number): Samples => {
    const random = randomOf(seed);
    const data = ARRAYS[8].from({ length: width * height }, () => random(256));
    return { width, height, channels: 1, depth: 8, hasAlpha: false, data };
  };
  const column = (...weights: number[]): Kernel => ({
    ...PARTS,
    name: 'column',
    height: weights.length,
    weights: Float64Array.from(weights),
  });
  const lanes: readonly [Plan['accumulator'], Kernel][] = [
    ['i16', column(100, -128, 28)],
    ['i16', column(-64, -64)],
    ['u16', column(200, 57)],
    ['u16', column(129)],
    ['f32', column(300, -60_000)],
    ['f32', { ...column(700, -3), divisor: 7, bias: 0 }],
    ['i16', { ...column(100, -100), divisor: 3 }],
    ['u16', { ...column(200, 50), divisor: 0.25 }],
  ];
  test.each(lanes)('%s', async (accumulator, kernel) => {
    for (let width = 1; width <= 40; width++) {
      const image = bytes(width, 5, width);
      const plan = planOf(image, kernel, 'float', null);
      expect(plan.accumulator).toBe(accumulator);
      const { map } = await runPlan(plan, image.data, 1);
      const right = Array.from(map.data, (_, i) => {
        const sum = kernel.weights.reduce((total, w, t) => total + w * image.data[i + t * width]!, 0);
        return Math.fround(sum / kernel.divisor);
      });
      expect(Array.from(map.data, (v) => v + 0)).toEqual(right.map((v) => v + 0));
      expect([map.min + 0, map.max + 0]).toEqual([Math.min(...right) + 0, Math.max(...right) + 0]);
    }
  });

  // Blocks of 64 sums become bytes in registers, the rest of a row in another loop.
  test.each(MAPS)('16-bit sums as bytes, %s', async (map) => {
    for (const kernel of [column(1, -2, 1), column(100, -128, 28), column(1), column(-1)]) {
      for (const width of [1, 15, 63, 64, 65, 127, 128, 200, 4200]) {
        const image = bytes(width, 5, width);
        const plan = planOf(image, kernel, 8, map);
        expect([plan.accumulator, plan.finish]).toEqual(['i16', 'i16']);
        const { map: made } = await runPlan(plan, image.data, 1);
        const sums = Array.from(made.data, (_, i) =>
          kernel.weights.reduce((total, w, t) => total + w * image.data[i + t * width]!, 0),
        );
        const right = sums.map((sum) => pictureOf(sum, 1, map, 255));
        expect(Array.from(made.data)).toEqual(right.map(({ value }) => value));
        expect([made.min + 0, made.max + 0]).toEqual([Math.min(...sums) + 0, Math.max(...sums) + 0]);
        expect(made.clipped * sums.length).toBeCloseTo(right.filter(({ clipped }) => clipped).length);
      }
    }
  });
});
