// Factoring kernels into products: which are factored, which are refused, and that the products multiply to the taps.

import { describe, expect, it } from 'vitest';
import { correlate, loadKernel, type Samples } from '../../../dist/index.js';
import { decompose } from '../../../dist/math/svd.js';
import { parseBorder } from '../../../dist/plan/border.js';
import type { Method } from '../../../dist/plan/convolution-options.js';
import { makePlan } from '../../../dist/plan/make-plan.js';
import type { Plan, Tap, Term } from '../../../dist/plan/plan.js';
import { gridOf } from '../../../dist/plan/separable/grid.js';
import { separate as separateGrid } from '../../../dist/plan/separable/separable.js';
import { packTaps } from '../../support/pack-taps.js';
import { runPlan } from '../../support/run-plan.js';

/** The terms of taps, however many; `isWhole`: in integers only. */
function separate(taps: readonly Tap[], isWhole: boolean): readonly Term[] | null {
  return separateGrid({ ...gridOf(packTaps(taps))!, isWhole }, Number.POSITIVE_INFINITY);
}

const SHAPE: Omit<Samples, 'data'> = { width: 640, height: 480, channels: 3, depth: 8, hasAlpha: false };

async function plan(ref: string, method: Method = 'auto', depth: Samples['depth'] = 8): Promise<Plan> {
  return makePlan(
    await loadKernel(ref),
    { ...SHAPE, depth },
    {
      convolution: {
        flip: false,
        border: { mode: 'replicate', value: 0 },
        extent: 'same',
        stride: [1, 1],
        dilation: [1, 1],
      },
      channels: 'each',
      filterAlpha: false,
      method,
      output: { depth: 'float', map: null, gain: 1 },
      limitPixels: 1e9,
      label: 'image',
    },
  );
}

/** Taps of a square of weights, from a function of the place. */
function square(size: number, weight: (x: number, y: number) => number): Tap[] {
  return Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)];
    return { x, y, plane: 0, weight: weight(x - (size >> 1), y - (size >> 1)) };
  }).filter((tap) => tap.weight !== 0);
}

/** The largest difference between taps and the sum of products, as a share of Σ|w|. */
function leftOut(taps: readonly Tap[], terms: readonly Term[]): number {
  const at = (axis: Term['row'], distance: number) =>
    axis.find((tap) => tap.distance === distance)?.weight ?? 0;
  const total = taps.reduce((sum, tap) => sum + Math.abs(tap.weight), 0);
  const faults = taps.map(({ x, y, weight }) =>
    Math.abs(weight - terms.reduce((sum, { row, column }) => sum + at(row, x) * at(column, y), 0)),
  );
  return faults.reduce((a, b) => a + b, 0) / total;
}

describe('rank', () => {
  const gauss = (x: number, y: number, s: number) => Math.exp(-(x * x + y * y) / (2 * s * s));
  const kernels: [string, number, (x: number, y: number) => number][] = [
    ['gaussian', 1, (x, y) => gauss(x, y, 3)],
    ['derivative of a gaussian', 1, (x, y) => x * gauss(x, y, 3)],
    ['difference of gaussians', 2, (x, y) => gauss(x, y, 2) - 0.3 * gauss(x, y, 4)],
    ['gabor with a round envelope', 2, (x, y) => gauss(x, y, 4) * Math.cos(0.7 * x + 0.4 * y + 0.3)],
    ['plane wave', 2, (x, y) => Math.cos(0.5 * x + 0.9 * y)],
    ['one diagonal', 15, (x, y) => (x === y ? 0.5 : 0)],
  ];

  it.each(kernels)('of a %s is %i', (_, rank, weight) => {
    const taps = square(15, weight);
    const terms = separate(taps, false)!;
    expect(terms).toHaveLength(rank);
    expect(leftOut(taps, terms)).toBeLessThan(2e-8);
  });

  it.each(kernels.slice(0, 5))('of a %s is %i at a size beyond singular values too', (_, rank, weight) => {
    const taps = square(61, weight);
    const terms = separate(taps, false)!;
    expect(terms).toHaveLength(rank);
    expect(leftOut(taps, terms)).toBeLessThan(2e-8);
  });

  it('of a large kernel may be too high to be worthwhile', () => {
    expect(
      separate(
        square(61, (x, y) => Math.sin(1 + 7 * x + 31 * y * y + 13 * x * y)),
        false,
      ),
    ).toBeNull();
  });

  it('of random weights is their size, and the products reproduce them', () => {
    const taps = square(9, (x, y) => Math.sin(1 + 7 * x + 31 * y * y + 13 * x * y));
    const terms = separate(taps, false)!;
    expect(terms).toHaveLength(9);
    expect(leftOut(taps, terms)).toBeLessThan(1e-14);
  });
});

describe('integers', () => {
  it('are factored into integers or not at all', () => {
    const product = separate(
      square(5, (x, y) => (3 - Math.abs(x)) * (2 * y)),
      true,
    )!;
    expect(product).toHaveLength(1);
    const weights = [...product[0]!.row, ...product[0]!.column].map((tap) => tap.weight);
    expect(weights.every(Number.isInteger)).toBe(true);
    expect(
      separate(
        square(3, (x, y) => (x === 0 && y === 0 ? 8 : -1)),
        true,
      ),
    ).toBeNull();
  });

  it('stay exact: a large box is split, a full-rank kernel is not', async () => {
    expect(await plan('box:31', 'separable')).toMatchObject({
      method: 'separable',
      accumulator: 'f32',
      errorBound: 0,
    });
    expect(await plan('binomial:3')).toMatchObject({ errorBound: 0 });
    expect(await plan('binomial:4', 'auto', 16)).toMatchObject({
      method: 'separable',
      accumulator: 'f64',
      errorBound: 0,
    });
    const full = JSON.stringify(
      Array.from({ length: 9 }, (_, y) => Array.from({ length: 9 }, (_, x) => ((x * 7 + y * y) % 5) - 2)),
    );
    expect(await plan(full)).toMatchObject({ method: 'direct', errorBound: 0 });
    // If requested, it is summed by its rows, which are integers too.
    expect(await plan(full, 'separable')).toMatchObject({ method: 'separable', errorBound: 0 });
  });
});

describe('choice', () => {
  it.each([
    ['sobel-x', 'direct'],
    ['gaussian:sigma=2.5', 'separable'],
    ['gaussian:sigma=4', 'separable'],
    ['[[0.1,0.7],[0.3,0.4]]', 'direct'],
  ])('%s by %s', async (ref, method) => {
    const chosen = await plan(ref);
    expect(chosen.method).toBe(method);
    const [direct, split] = chosen.alternatives;
    const isCheaper = split!.cost !== null && split!.cost < direct!.cost!;
    expect(isCheaper).toBe(method === 'separable');
  });

  it('is never separable where weights sum over channels', async () => {
    const planes = JSON.stringify([0, 1, 2].map(() => Array.from({ length: 7 }, () => Array(7).fill(0.1))));
    expect((await plan(planes)).method).not.toBe('separable');
    await expect(plan(planes, 'separable')).rejects.toThrow(/its weights sum over channels/);
  });
});

it('singular values are those of a known matrix', () => {
  // [[3, 0], [4, 5]]: AᵀA has eigenvalues 45 and 5.
  const { values, left, right } = decompose([Float64Array.of(3, 0), Float64Array.of(4, 5)]);
  expect(values[0]).toBeCloseTo(Math.sqrt(45), 12);
  expect(values[1]).toBeCloseTo(Math.sqrt(5), 12);
  for (const side of [left, right])
    expect(side[0]![0]! * side[1]![0]! + side[0]![1]! * side[1]![1]!).toBeCloseTo(0, 12);
});

describe('tiles that reuse rows of the tile above', () => {
  const width = 53;
  const height = 47;
  const data = Uint8Array.from({ length: width * height }, (_, i) => (i * 2654435761) >>> 24);

  it.each([
    ['gaussian:sigma=1.5', 'symmetric', 'same', [1, 1], [1, 1]],
    ['gaussian:sigma=2', 'renormalize', 'full', [1, 1], [1, 1]],
    ['box:11', 'constant:9', 'full', [2, 1], [1, 1]],
    ['binomial:8', 'symmetric', 'same', [1, 1], [1, 1]],
    ['box:11', 'wrap', 'same', [1, 2], [1, 1]],
    ['{"weights":[[1,1],[1,1]],"anchor":[0,0]}', 'replicate', 'same', [1, 2], [1, 1]],
    ['gaussian:sigma=1', 'reflect101', 'valid', [3, 1], [2, 3]],
  ] as const)('%s, %s, %s, stride %j, dilation %j: the same bytes', async (ref, border, extent, stride, dilation) => {
    const shape = { width, height, channels: 1, depth: 8, hasAlpha: false } as const;
    const whole = makePlan(await loadKernel(ref), shape, {
      convolution: { flip: false, border: parseBorder(border), extent, stride, dilation },
      channels: 'each',
      filterAlpha: false,
      method: 'separable',
      output: { depth: 'float', map: null, gain: 1 },
      limitPixels: 1e9,
      label: 'image',
    });
    const one = (await runPlan({ ...whole, tile: { width: 999, height: 999 } }, data, 1)).map.data;
    for (const [w, h] of [
      [7, 3],
      [64, 1],
      [5, 50],
      [16, 8],
      [1, 2],
    ] as const) {
      const tiled = await runPlan({ ...whole, tile: { width: w, height: h } }, data, 1);
      expect(Buffer.from(tiled.map.data.buffer).equals(Buffer.from(one.buffer)), `${w}×${h}`).toBe(true);
    }
  });
});

it('products in float64 are exact where float32 sums would not be', async () => {
  const kernel = await loadKernel('binomial:6');
  const image = { width: 31, height: 23, channels: 1, depth: 16, hasAlpha: false } as const;
  const data = Uint16Array.from({ length: 31 * 23 }, (_, i) => 65535 - ((i * 40503) % 977));
  const options = { border: 'wrap', threads: 1 } as const;
  const right = await correlate({ ...image, data }, kernel, { ...options, method: 'reference' });
  const split = await correlate({ ...image, data }, kernel, { ...options, method: 'separable' });
  expect(split.data).toEqual(right.data);
});
