// Every case of fixtures/scipy.json through the library, by the chosen method and by the definition, and in small tiles
// on two threads. The expected responses are from SciPy, which shares no code with convtool.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toSharedMemory } from '../../../dist/core/image.js';
import {
  convolve,
  correlate,
  ImageError,
  type Kernel,
  parseKernel,
  type Samples,
} from '../../../dist/index.js';
import { parseBorder } from '../../../dist/plan/border.js';
import type { ChannelChoice, Extent } from '../../../dist/plan/convolution-options.js';
import { makePlan } from '../../../dist/plan/make-plan.js';
import { jobOf } from '../../support/random-run.js';
import { runOnPool } from '../../support/run-plan.js';

interface Fixtures {
  readonly images: Record<string, Omit<Samples, 'data' | 'hasAlpha'> & { readonly data: number[] }>;
  readonly cases: readonly Case[];
}

interface Case {
  readonly name: string;
  readonly image: string;
  readonly kernel: object;
  readonly options: {
    readonly flip: boolean;
    readonly border: string;
    readonly extent: Extent;
    readonly stride: readonly [number, number];
    readonly dilation: readonly [number, number];
    readonly channels: ChannelChoice;
  };
  readonly exact: boolean;
  readonly expected: {
    readonly width: number;
    readonly height: number;
    readonly channels: number;
    readonly data: number[];
  };
}

const fixtures: Fixtures = JSON.parse(
  readFileSync(new URL('../../fixtures/scipy.json', import.meta.url), 'utf8'),
);
const ARRAYS = { 8: Uint8Array, 16: Uint16Array, float: Float32Array } as const;

function imageOf(key: string): Samples {
  const image = fixtures.images[key]!;
  return { ...image, data: ARRAYS[image.depth].from(image.data), hasAlpha: false };
}

/** Σ|w| · max|s| / |divisor|: the scale of errors. */
function magnitudeOf({ data }: Samples, kernel: Kernel, border: string): number {
  const weights = kernel.weights.reduce((sum, w) => sum + Math.abs(w), 0);
  const top = Math.max(Math.abs(parseBorder(border).value), ...Array.from(data, Math.abs));
  return (weights * top) / Math.abs(kernel.divisor);
}

/** The samples that are further from `expected` than `slack` and the rounding to float32 allow. */
function faults(found: ArrayLike<number>, expected: readonly number[], slack: number): unknown[] {
  return expected.flatMap((e, i) => {
    const near = slack === 0 ? found[i] === Math.fround(e) : Math.abs(found[i]! - e) <= slack + tie(e);
    return near ? [] : [{ at: i, expected: e, found: found[i] }];
  });
}

const tie = (v: number) => Math.abs(v) * 2 ** -24 + 2 ** -150;

test('all fixtures are present', () => {
  expect(fixtures.cases.length).toBeGreaterThanOrEqual(500);
  expect(fixtures.cases.filter((one) => one.exact).length).toBeGreaterThanOrEqual(150);
});

const methods = [
  { method: 'auto', slack: 1e-6 },
  { method: 'direct', slack: 1e-6 },
  { method: 'reference', slack: 1e-12 },
] as const;

// Methods that round at every step have a larger tolerance; those that cannot take a kernel throw. `exactly`: integers
// stay integers.
const forced = [
  { method: 'separable', slack: 4e-6, exactly: true, atLeast: 150, exactOnes: 30 },
  { method: 'running-sums', slack: 1e-6, exactly: true, atLeast: 7, exactOnes: 3 },
  { method: 'fft', slack: 4e-6, exactly: false, atLeast: 400, exactOnes: 100 },
] as const;

test.each(forced)('method $method, forced, matches SciPy for every kernel that it takes', async (one) => {
  let taken = 0;
  let exactOnes = 0;
  for (const { name, image: key, kernel: file, options, exact, expected } of fixtures.cases) {
    const image = imageOf(key);
    const kernel = parseKernel(file);
    const { flip, ...rest } = options;
    const slide = flip ? convolve : correlate;
    const map = await slide(image, kernel, { ...rest, method: one.method, threads: 1 }).catch((error) => {
      expect(error, name).toBeInstanceOf(ImageError);
      return null;
    });
    if (map === null) continue;
    taken++;
    if (exact) exactOnes++;
    const unit = magnitudeOf(image, kernel, options.border);
    const limit = exact && one.exactly ? 0 : one.slack * unit + 1e-12 * Math.abs(kernel.bias);
    expect(map.data).toHaveLength(expected.data.length);
    expect(faults(map.data, expected.data, limit), name).toEqual([]);
    expect([map.min, map.max], name).toEqual([Math.min(...map.data), Math.max(...map.data)]);
  }
  expect(taken).toBeGreaterThanOrEqual(one.atLeast);
  expect(exactOnes).toBeGreaterThanOrEqual(one.exactOnes);
});

describe.each(methods)('method $method matches SciPy', ({ method, slack }) => {
  test.each(fixtures.cases)('$name', async ({ image: key, kernel: file, options, exact, expected }) => {
    const image = imageOf(key);
    const kernel = parseKernel(file);
    const { flip, ...rest } = options;
    const map = await (flip ? convolve : correlate)(image, kernel, { ...rest, method, threads: 1 });
    const { data, ...shape } = expected;
    expect(map).toMatchObject({ ...shape, depth: 'float', clipped: 0 });
    const limit = exact
      ? 0
      : slack * magnitudeOf(image, kernel, options.border) + 1e-12 * Math.abs(kernel.bias);
    expect(map.data).toHaveLength(data.length);
    expect(faults(map.data, data, limit)).toEqual([]);
    expect([map.min, map.max]).toEqual([Math.min(...map.data), Math.max(...map.data)]);
  });
});

test('small tiles on two threads change no byte', async () => {
  for (const { name, image: key, kernel: file, options, expected } of fixtures.cases) {
    const image = imageOf(key);
    const kernel = parseKernel(file);
    const { flip, border, extent, stride, dilation, channels } = options;
    const whole = await (flip ? convolve : correlate)(image, kernel, { ...options, threads: 1 });
    const plan = makePlan(kernel, image, {
      convolution: { flip, border: parseBorder(border), extent, stride, dilation },
      channels,
      filterAlpha: false,
      method: 'auto',
      output: { depth: 'float', map: null, gain: 1 },
      limitPixels: 1e6,
      label: name,
    });
    const target = toSharedMemory(new Float32Array(expected.data.length).fill(Number.NaN));
    await runOnPool(jobOf({ ...plan, tile: { width: 3, height: 2 } }, image.data, target), 2);
    expect(Buffer.from(target.buffer).equals(Buffer.from(whole.data.buffer)), name).toBe(true);
  }
});
