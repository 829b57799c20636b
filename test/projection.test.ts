// Projection and its inverse beside SciPy's transforms and NumPy's matrices (fixtures/make_projection.py), and the laws
// that they obey on banks of all kinds.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadKernels, parseKernel, type Samples } from '../dist/convtool.js';
import { parseBorder } from '../dist/plan/border.js';
import { adjointOf } from '../dist/projection/adjoint.js';
import { analysisOf } from '../dist/projection/analysis.js';
import { energies, sparsity } from '../dist/projection/figures.js';
import { frameOf } from '../dist/projection/frame.js';
import { kept } from '../dist/projection/keep.js';
import { defaultStride, patchesOf, patchOf } from '../dist/projection/patches.js';
import { project } from '../dist/projection/project.js';
import { reconstruct } from '../dist/projection/reconstruct.js';
import { solve } from '../dist/projection/solve.js';
import { randomImage } from './random-run.js';

const file = new URL('./fixtures/projection.json', import.meta.url);
const fixtures = JSON.parse(readFileSync(file, 'utf8')) as {
  blocks: Blocks[];
  frames: FrameCase[];
  inverses: Inverse[];
};

interface Blocks {
  bank: string;
  width: number;
  height: number;
  image: number[];
  shape: [number, number, number];
  coefficients: number[];
  energy: number[];
  shareFor99: number;
  hoyer: number;
}

interface FrameCase {
  name: string;
  stride: [number, number];
  kernels: number[][][];
  lower: number;
  upper: number;
  redundancy: number;
}

interface Inverse {
  name: string;
  stride: [number, number];
  width: number;
  height: number;
  border: string;
  kernels: number[][][];
  image: number[];
  exact: number[];
  asked: number[];
  nearest: number[];
}

const options = { threads: 1, limitPixels: 1e9, label: 'image', mostSteps: 1000 };
const projecting = { ...options, channel: 'each' } as const;
const bankOf = (kernels: number[][][]) => kernels.map((weights, k) => parseKernel({ weights }, `k${k}`));
const grey = (width: number, height: number, image: readonly number[]): Samples => {
  return { width, height, channels: 1, depth: 8, hasAlpha: false, data: Uint8Array.from(image) };
};
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

describe.each(fixtures.blocks)('$bank over $width×$height', (entry) => {
  const image = grey(entry.width, entry.height, entry.image);

  it('has the coefficients, energies and sparsity that SciPy finds', async () => {
    const { kernels } = await loadKernels(entry.bank);
    const stride = defaultStride(kernels);
    const found = await project(image, kernels, patchOf(kernels), {
      ...projecting,
      ...{ stride, border: parseBorder('replicate') },
    });
    expect([kernels.length, found.patches.rows, found.patches.columns]).toEqual(entry.shape);
    const numbers = found.channels[0]!.flatMap((map) => [...map]);
    expect(largest(numbers, entry.coefficients)).toBeLessThan(5e-4);
    const all = energies(found.channels);
    const total = all.reduce((sum, energy) => sum + energy, 0);
    expect(
      largest(
        all,
        entry.energy.map((share) => share * total),
      ),
    ).toBeLessThan(1e-6 * total);
    const { shareFor99, hoyer } = sparsity(found.channels);
    expect(shareFor99).toBeCloseTo(entry.shareFor99, 12);
    expect(hoyer).toBeCloseTo(entry.hoyer, 5);
  });

  it('comes back to 1e-4 in one step', async () => {
    const { kernels } = await loadKernels(entry.bank);
    const patches = patchesOf(image, patchOf(kernels), defaultStride(kernels), parseBorder('replicate'));
    const area = patches.rows * patches.columns;
    const maps = kernels.map((_, k) => Float32Array.from(entry.coefficients.slice(k * area, (k + 1) * area)));
    const { plane, steps } = await solve(maps, kernels, patches, options);
    expect(largest(plane, entry.image)).toBeLessThan(1e-4);
    expect(steps).toBe(1);
  });
});

describe('frame bounds', () => {
  it.each(fixtures.frames)('$name: those of the whole operator', ({ kernels, stride, ...expected }) => {
    const bank = bankOf(kernels);
    const frame = frameOf(bank, patchOf(bank), stride)!;
    expect(frame.lower).toBeCloseTo(expected.lower, 8);
    expect(frame.upper).toBeCloseTo(expected.upper, 8);
    expect(frame.redundancy).toBe(expected.redundancy);
    expect(frame.kind).toBe(expected.lower === 0 ? 'none' : expected.redundancy === 1 ? 'basis' : 'frame');
  });

  it.each([
    ['dct:8', [8, 8], 'orthonormal', 1],
    ['dct:16', [16, 16], 'orthonormal', 1],
    ['hadamard:8', [8, 8], 'orthonormal', 1],
    ['dct:8', [1, 1], 'tight', 64],
    ['dct:8', [4, 2], 'tight', 8],
    ['identity | scale:3', [1, 1], 'orthogonal', 9],
    ['dct:8', [9, 8], 'none', 0],
    ['sobel-x', [1, 1], 'none', 0],
    ['gabor-bank:orientations=4,scales=2', [1, 1], 'none', 0],
  ] as const)('%s at stride %s is %s', async (ref, stride, kind, bound) => {
    const { kernels } = await loadKernels(ref);
    const frame = frameOf(kernels, patchOf(kernels), stride)!;
    expect(frame.kind).toBe(kind);
    expect(frame.lower).toBeCloseTo(bound, 9);
  });

  it('says where and how much is lost', async () => {
    const sobel = (await loadKernels('sobel-x')).kernels;
    expect(frameOf(sobel, patchOf(sobel), [1, 1])).toMatchObject({ rank: 0, weakest: [0, 0] });
    const few = (await loadKernels('dct:4')).kernels.slice(3);
    expect(frameOf(few, patchOf(few), [4, 4])).toMatchObject({ kind: 'none', rank: 13, dimensions: 16 });
  });
});

describe('least squares', () => {
  it.each(fixtures.inverses)('$name: coefficients, and the image that NumPy finds', async (entry) => {
    const kernels = bankOf(entry.kernels);
    const patches = patchesOf(entry, patchOf(kernels), entry.stride, parseBorder(entry.border));
    const area = patches.rows * patches.columns;
    const image = grey(entry.width, entry.height, entry.image);
    const exact = await analysisOf(kernels, patches, options)(image);
    expect(
      largest(
        exact.flatMap((map) => [...map]),
        entry.exact,
      ),
    ).toBeLessThan(1e-3);
    const asked = kernels.map((_, k) => Float32Array.from(entry.asked.slice(k * area, (k + 1) * area)));
    const { plane, hasSettled } = await solve(asked, kernels, patches, options);
    expect(largest(plane, entry.nearest)).toBeLessThan(0.02);
    expect(hasSettled).toBe(true);
  });

  it('is no answer where nothing is known: coefficients of 0 give black, in no step', async () => {
    const { kernels } = await loadKernels('dct:4');
    const patches = patchesOf({ width: 6, height: 5 }, patchOf(kernels), [4, 4], parseBorder('wrap'));
    const none = kernels.map(() => new Float32Array(patches.rows * patches.columns));
    const { plane, steps } = await solve(none, kernels, patches, options);
    expect([...plane]).toEqual(Array(30).fill(0));
    expect(steps).toBe(0);
  });
});

describe('laws', () => {
  const borders = ['replicate', 'symmetric', 'reflect101', 'wrap', 'constant'] as const;
  const size = fc.integer({ min: 1, max: 19 });

  it('analysis and adjoint are each the transpose of the other, however they are computed', async () => {
    const banks = ['dct:3', 'gabor-bank:orientations=2,scales=1,lambda=3', '[[1,2],[3,-4]]', 'box:size=9'];
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          ref: fc.constantFrom(...banks),
          border: fc.constantFrom(...borders),
          stride: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
          ...{ width: size, height: size, seed: fc.nat(1000) },
        }),
        async ({ ref, border, stride, width, height, seed }) => {
          const { kernels } = await loadKernels(ref);
          const patches = patchesOf({ width, height }, patchOf(kernels), stride, parseBorder(border));
          const image = randomImage(width, height, 1, 8, seed);
          const maps = await analysisOf(kernels, patches, options)(image);
          const other = maps.map((map, k) => map.map((_, i) => ((i * 31 + k * 17 + seed) % 21) - 10));
          const back = await adjointOf(kernels, patches, options)(other);
          const inMaps = maps.reduce((sum, map, k) => sum + dot(map, other[k]!), 0);
          const size = maps.reduce((sum, map) => sum + Math.sqrt(dot(map, map)), 1);
          expect(Math.abs(dot(image.data, back) - inMaps)).toBeLessThan(1e-4 * size);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('bases come back exactly, whatever size, border, channels and depth', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          ref: fc.constantFrom('dct:4', 'dct:5', 'hadamard:4'),
          border: fc.constantFrom(...borders),
          depth: fc.constantFrom(8 as const, 16 as const),
          channels: fc.constantFrom(1, 3),
          ...{ width: size, height: size, seed: fc.nat(1000) },
        }),
        async ({ ref, border, depth, channels, width, height, seed }) => {
          const { kernels } = await loadKernels(ref);
          const image = randomImage(width, height, channels, depth, seed);
          const stride = defaultStride(kernels);
          const settings = { ...projecting, stride, border: parseBorder(border) };
          const { patches, channels: maps } = await project(image, kernels, patchOf(kernels), settings);
          const { samples } = await reconstruct(maps, kernels, patches, options);
          const tolerance = depth === 8 ? 1e-4 : 0.03;
          expect(largest(samples.data, image.data)).toBeLessThan(tolerance);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('keeping', () => {
  const channels = [[Float32Array.of(1, -5, 0), Float32Array.of(3, 3, -3)]];
  const energy = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number * number, 0);

  it.each([
    [null, [1, -5, 0, 3, 3, -3], 6],
    [{ maps: 1 }, [0, 0, 0, 3, 3, -3], 3],
    [{ maps: 9 }, [1, -5, 0, 3, 3, -3], 6],
    [{ share: 0.5 }, [0, -5, 0, 3, 3, 0], 3],
    [{ share: 0.001 }, [0, -5, 0, 0, 0, 0], 1],
    [{ share: 1 }, [1, -5, 0, 3, 3, -3], 6],
  ] as const)('%s', (keep, expected, left) => {
    const found = kept(channels, keep);
    expect(found.channels[0]!.flatMap((map) => [...map])).toEqual(expected);
    expect(found).toMatchObject({ left, total: 6 });
    expect(found.energy).toBeCloseTo(energy(expected) / 53, 12);
    expect(channels[0]![0]).toEqual(Float32Array.of(1, -5, 0));
  });
});

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
}
