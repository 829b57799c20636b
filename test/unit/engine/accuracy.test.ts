// Critical cases for rounding: long sums, cancelling weights, sums at the limit of each accumulator type, divisors that
// do not divide. Exact results are computed here with BigInt, not with convtool's own definition.

import { describe, expect, test } from 'vitest';
import type { Depth } from '../../../dist/core/image.js';
import { correlate, type Kernel, loadKernel, rotate180, type Samples } from '../../../dist/index.js';
import { defaultAnchor } from '../../../dist/kernels/kernel.js';
import { filter, planFor } from '../../../dist/pipeline/filter.js';
import { optionsOf } from '../../support/by-hand.js';
import { ARRAYS, largestOf, randomImage, randomOf } from '../../support/random-run.js';

function kernel(
  width: number,
  height: number,
  weights: Iterable<number>,
  more: Partial<Kernel> = {},
): Kernel {
  const anchor = defaultAnchor(width, height);
  const plain = { name: 'k', inChannels: null, divisor: 1, bias: 0 };
  return { ...plain, width, height, anchor, weights: Float64Array.from(weights), ...more };
}

function grid(width: number, height: number, depth: Depth, at: (x: number, y: number) => number): Samples {
  const values = Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)));
  return { width, height, channels: 1, depth, hasAlpha: false, data: ARRAYS[depth].from(values) };
}

/** Σ weight · sample at every position, exactly; edges repeated, or a constant outside. */
function sums({ width, height, data }: Samples, k: Kernel, constant: number | null = null): bigint[] {
  return Array.from(data, (_, i) => {
    let sum = 0n;
    k.weights.forEach((w, t) => {
      const x = (i % width) + (t % k.width) - k.anchor[0];
      const y = Math.floor(i / width) + Math.floor(t / k.width) - k.anchor[1];
      const inside = x >= 0 && x < width && y >= 0 && y < height;
      const at = Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1);
      sum += BigInt(w) * BigInt(inside || constant === null ? data[at]! : constant);
    });
    return sum;
  });
}

/** The integer nearest to numerator / denominator; of two as near, the even one. */
function nearest(numerator: bigint, denominator: bigint): bigint {
  const [n, d] = denominator < 0n ? [-numerator, -denominator] : [numerator, denominator];
  const floor = (n - (((n % d) + d) % d)) / d;
  const twice = 2n * (n - floor * d);
  return twice > d || (twice === d && floor % 2n !== 0n) ? floor + 1n : floor;
}

describe('long and cancelling sums are near float64: within a share of Σ|w| · max / |divisor|', () => {
  const bell = (x: number) => Math.exp(-(x * x) / 128);
  const random = randomOf(7);
  const fractions = (count: number) => Array.from({ length: count }, () => (random(2001) - 1000) / 997);
  const kernels: Record<string, Kernel> = {
    'box of 1/4575': kernel(61, 75, Array(61 * 75).fill(1 / 4575)),
    'box of 0.1 over 457.5': kernel(61, 75, Array(61 * 75).fill(0.1), { divisor: 457.5 }),
    'bell 41×41': kernel(
      41,
      41,
      Array.from({ length: 1681 }, (_, i) => bell((i % 41) - 20) * bell(Math.floor(i / 41) - 20)),
    ),
    'signs in turn': kernel(
      31,
      31,
      Array.from({ length: 961 }, (_, i) => (i % 2 ? -1 : 1) / 3),
    ),
    'random fractions': kernel(33, 29, fractions(33 * 29)),
    'row of 1000': kernel(
      1000,
      1,
      Array.from({ length: 1000 }, (_, i) => Math.sin(i) / 7),
    ),
    'column of 1000': kernel(1, 1000, Array(1000).fill(0.001)),
    '65 taps': kernel(65, 1, Array(65).fill(1 / 65)),
    'large then small': kernel(
      81,
      1,
      Array.from({ length: 81 }, (_, i) => (i === 0 ? 1e4 : i === 80 ? -1e4 : 1e-3)),
    ),
  };
  const images: Record<string, Samples> = {
    'white 8': grid(40, 12, 8, () => 255),
    'white 16': grid(40, 12, 16, () => 65535),
    'random 8': randomImage(40, 12, 1, 8, 1),
    'random 16': randomImage(20, 12, 2, 16, 3),
    'random float': randomImage(40, 12, 1, 'float', 5),
  };
  const all = Object.keys(kernels).flatMap((k) => Object.keys(images).map((image) => [k, image] as const));
  // Products of rows and columns round twice, transforms at every stage. What auto chooses is one of these.
  const shares = { direct: 1e-6, separable: 4e-6, 'running-sums': 1e-6, fft: 4e-6 } as const;
  test.each(all)('%s over %s', async (k, name) => {
    const image = images[name]!;
    const weights = kernels[k]!;
    const sum = weights.weights.reduce((total, w) => total + Math.abs(w), 0);
    const unit = (sum * largestOf(image.data)) / Math.abs(weights.divisor);
    const right = await correlate(image, weights, { threads: 1, method: 'reference' });
    const chosen = await correlate(image, weights, { threads: 1 });
    const bytes: Buffer[] = [];
    for (const method of ['direct', 'separable', 'running-sums', 'fft'] as const) {
      const fast = await correlate(image, weights, { threads: 1, method }).catch(() => null);
      if (fast === null) continue;
      const worst = largestOf(fast.data.map((v, i) => v - right.data[i]!));
      expect(worst, method).toBeLessThanOrEqual(shares[method] * unit);
      bytes.push(Buffer.from(fast.data.buffer));
    }
    expect(bytes.some((one) => one.equals(Buffer.from(chosen.data.buffer)))).toBe(true);
  });
});

// The largest Σ of weights of one sign for which sums still fit 16 bits signed and unsigned, float32 and
// float64, and the first for which they do not; with each depth's full scale as the largest sample.
const edges: readonly [depth: 8 | 16, sum: number][] = [
  ...[128, 129, 257, 258, 65_793, 65_794, 65_795, 131_068, 2 ** 40].map((sum) => [8, sum] as [8, number]),
  ...[256, 257, 32_767, 32_768, 65_535, 65_536, 2 ** 36, 137_438_953_471].map(
    (sum) => [16, sum] as [16, number],
  ),
];

describe('sums at the limits of each accumulator type are exact', () => {
  const shapes: Record<string, (sum: number) => Kernel> = {
    'one tap': (sum) => kernel(1, 1, [sum]),
    'one negative tap': (sum) => kernel(1, 1, [-sum]),
    'two signs': (sum) => kernel(3, 1, [sum, 0, -sum]),
    '3×3 of both signs': (sum) => {
      const part = Math.floor(sum / 4);
      return kernel(3, 3, [part, -part, part, -part, sum - 3 * part, -part, part, -(sum - 3 * part), 0]);
    },
    '100 taps': (sum) =>
      kernel(
        10,
        10,
        Array.from(
          { length: 100 },
          (_, i) => Math.floor((sum * (i + 1)) / 100) - Math.floor((sum * i) / 100),
        ),
      ),
  };
  const rows = edges.flatMap(([depth, sum]) => Object.keys(shapes).map((shape) => ({ depth, sum, shape })));
  test.each(rows)('$depth bits, Σ $sum, $shape', async ({ depth, sum, shape }) => {
    const top = depth === 8 ? 255 : 65535;
    const images = [
      grid(70, 6, depth, () => top),
      grid(70, 6, depth, (x) => (x % 2 ? top : 0)),
      grid(70, 6, depth, (x, y) => ((x + y) % 3 ? 0 : top)),
      randomImage(70, 6, 1, depth, 11),
    ];
    for (const image of images) {
      for (const k of [shapes[shape]!(sum), rotate180(shapes[shape]!(sum))]) {
        const exact = sums(image, k);
        const { data } = await correlate(image, k, { threads: 1 });
        expect(Array.from(data, (v) => v + 0)).toEqual(exact.map((v) => Math.fround(Number(v))));
        for (const map of ['clamp', 'abs', 'signed'] as const) {
          const picture = await filter(image, k, optionsOf(), { depth, map, gain: 1 });
          expect([...picture.map.data]).toEqual(exact.map((v) => stored(v, map, BigInt(top))));
        }
      }
    }
  });

  const lanes: readonly [sum: number, depth: 8 | 16, positive: string, mixed: string][] = [
    [128, 8, 'i16', 'i16'],
    [129, 8, 'u16', 'f32'],
    [257, 8, 'u16', 'f32'],
    [258, 8, 'f32', 'f32'],
    [65_793, 8, 'f32', 'f32'],
    [65_794, 8, 'f64', 'f64'],
    [256, 16, 'f32', 'f32'],
    [257, 16, 'i32', 'i32'],
    [32_767, 16, 'i32', 'i32'],
    [65_536, 16, 'f64', 'f64'],
  ];
  test.each(lanes)('Σ %i of %i bits is summed as %s, both signs as %s', (sum, depth, positive, mixed) => {
    const image = grid(4, 1, depth, () => 0);
    const laneOf = (weights: number[]) =>
      planFor(image, kernel(weights.length, 1, weights), { ...optionsOf(), alpha: 'keep' }).accumulator;
    expect([laneOf([sum]), laneOf([1, sum - 1])]).toEqual([positive, positive]);
    expect([laneOf([sum, -sum]), laneOf([-1, sum])]).toEqual([mixed, mixed]);
  });
});

/** A picture value: mapped, within the depth. */
function stored(rounded: bigint, map: 'clamp' | 'abs' | 'signed', top: bigint): number {
  const v = map === 'signed' ? rounded + (top + 1n) / 2n : map === 'abs' && rounded < 0n ? -rounded : rounded;
  return Number(v < 0n ? 0n : v > top ? top : v);
}

describe('quotients are rounded as exact fractions, half to even', () => {
  const divisors = [2, 3, 4, 6, 7, 9, 256, 257, 1000, -3, -2];
  const rows = divisors.flatMap((divisor) => [8, 16].map((depth) => ({ divisor, depth: depth as 8 | 16 })));
  test.each(rows)('divisor $divisor, $depth bits', async ({ divisor, depth }) => {
    const top = depth === 8 ? 255n : 65535n;
    const random = randomOf(depth + divisor);
    for (const bias of [0, 1, -40]) {
      for (const shape of [
        [1, 1],
        [3, 3],
        [4, 2],
        [9, 9],
      ] as const) {
        const size = shape[0] * shape[1];
        const weights = Array.from({ length: size }, () => random(Math.abs(divisor) + 4) - 2);
        const k = kernel(shape[0], shape[1], weights, { divisor, bias });
        const image = randomImage(70, 6, 1, depth, 3 + 4 * size);
        const exact = sums(image, k);
        for (const map of ['clamp', 'abs', 'signed'] as const) {
          const { map: picture } = await filter(image, k, optionsOf(), { depth, map, gain: 1 });
          const right = exact.map((v) =>
            stored(nearest(v + BigInt(bias * divisor), BigInt(divisor)), map, top),
          );
          expect([...picture.data]).toEqual(right);
        }
        const { data } = await correlate(image, k, { threads: 1 });
        expect(Array.from(data, (v) => v + 0)).toEqual(
          exact.map((v) => Math.fround(Number(v) / divisor + bias)),
        );
      }
    }
  });
});

describe('a constant border of any value', () => {
  const k = kernel(5, 3, [1, -2, 3, 0, 4, 0, -5, 6, 7, -8, 9, 1, 1, -1, 2], { anchor: [3, 0] });
  test.each([-1, 255, 256, -255, 1000, -70_000, 65_536, 2 ** 24 + 1])('%i is exact', async (constant) => {
    for (const depth of [8, 16] as const) {
      const image = randomImage(40, 7, 1, depth, 5);
      const { data } = await correlate(image, k, { border: `constant:${constant}`, threads: 1 });
      const right = sums(image, k, constant).map((v) => Math.fround(Number(v)));
      expect(Array.from(data, (v) => v + 0)).toEqual(right);
    }
  });

  test.each([0.5, -1.5, 0.25, -300.75])('%f is exact where float32 holds it', async (constant) => {
    const image = randomImage(40, 7, 1, 8, 5);
    const { data } = await correlate(image, k, { border: `constant:${constant}`, threads: 1 });
    // In quarters everything is whole.
    const quarters = { ...image, data: ARRAYS[16].from(image.data, (v) => 4 * v) };
    const right = sums(quarters, k, 4 * constant).map((v) => Number(v) / 4);
    expect(Array.from(data, (v) => v + 0)).toEqual(right);
  });
});

test('renormalize scales by the weights inside, however small a part of all they are', async () => {
  // The end of a long tail alone inside: full extent, one sample, every response is that sample.
  const image = grid(1, 1, 8, () => 255);
  for (const tail of [1e-3, 1e-8, 1e-10, 1e-11]) {
    const k = kernel(3, 2, [3, 0.1, tail, 2, 0.7, 1], { divisor: 6.8 + tail });
    const { data } = await correlate(image, k, { border: 'renormalize', extent: 'full', threads: 1 });
    for (const v of data) expect(Math.abs(v - 255)).toBeLessThanOrEqual(255e-6);
  }
});

test.each([
  ['gaussian of sigma 10', 600, 'gaussian:10'],
  ['turned gaussian, of high rank', 300, 'gaussian:sigma=6,sigma-y=5,angle=30'],
])('renormalize keeps a flat image flat under a %s, out to the last tap', async (_, size, ref) => {
  const image = grid(size, size, 8, () => 200);
  const data = (await correlate(image, await loadKernel(ref), { border: 'renormalize', extent: 'full' }))
    .data;
  for (const v of data) if (!(Math.abs(v - 200) <= 200e-6)) expect(v).toBe(200);
});

test('transforms are refused if renormalize would scale their rounding up, products are the rows of the kernel', async () => {
  const image = grid(40, 40, 8, (x) => x);
  const blur = await loadKernel('gaussian:3');
  await expect(correlate(image, blur, { border: 'renormalize', method: 'fft' })).rejects.toThrow(
    /scaled up near the edges by renormalize; use --method auto/,
  );
  const disk = await loadKernel('disk:9');
  const [rows, right] = await Promise.all(
    (['separable', 'reference'] as const).map((method) =>
      correlate(image, disk, { border: 'renormalize', method }),
    ),
  );
  expect(largestOf(rows!.data.map((v, i) => v - right!.data[i]!))).toBeLessThanOrEqual(1e-6 * 255);
});
