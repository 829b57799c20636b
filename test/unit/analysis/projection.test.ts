// Projection and its inverse compared with SciPy's transforms and NumPy's matrices (fixtures/make_projection.py), and
// laws that hold for banks of all kinds.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjointOf } from '../../../dist/analysis/projection/adjoint.js';
import { analysisOf } from '../../../dist/analysis/projection/analysis.js';
import { energies, sparsity } from '../../../dist/analysis/projection/figures.js';
import { frameOf } from '../../../dist/analysis/projection/frame.js';
import { keepStrongest } from '../../../dist/analysis/projection/keep.js';
import { defaultStride, patchesOf, patchOf } from '../../../dist/analysis/projection/patches.js';
import { PatchSums, parsePca } from '../../../dist/analysis/projection/pca.js';
import { project } from '../../../dist/analysis/projection/project.js';
import { reconstruct } from '../../../dist/analysis/projection/reconstruct.js';
import { solve } from '../../../dist/analysis/projection/solve.js';
import { loadKernels, parseKernel, type Samples } from '../../../dist/index.js';
import { parseBorder } from '../../../dist/plan/border.js';
import { randomImage } from '../../support/random-run.js';

const file = new URL('../../fixtures/projection.json', import.meta.url);
const fixtures = JSON.parse(readFileSync(file, 'utf8')) as {
  blocks: Blocks[];
  frames: FrameCase[];
  inverses: Inverse[];
  pca: { n: number; images: { width: number; height: number; data: number[] }[]; components: number[][] };
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

  it('has the coefficients, energies and sparsity of SciPy', async () => {
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

  it('is reconstructed to 1e-4 in one step', async () => {
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
  it.each(fixtures.frames)('$name: those of the complete operator', ({ kernels, stride, ...expected }) => {
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

  it('reports where and how much is lost', async () => {
    const sobel = (await loadKernels('sobel-x')).kernels;
    expect(frameOf(sobel, patchOf(sobel), [1, 1])).toMatchObject({ rank: 0, weakest: [0, 0] });
    const few = (await loadKernels('dct:4')).kernels.slice(3);
    expect(frameOf(few, patchOf(few), [4, 4])).toMatchObject({ kind: 'none', rank: 13, dimensions: 16 });
  });
});

describe('least squares', () => {
  it.each(fixtures.inverses)('$name: coefficients, and the image by NumPy', async (entry) => {
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

  it('coefficients of 0 give black, without any step', async () => {
    const { kernels } = await loadKernels('dct:4');
    const patches = patchesOf({ width: 6, height: 5 }, patchOf(kernels), [4, 4], parseBorder('wrap'));
    const none = kernels.map(() => new Float32Array(patches.rows * patches.columns));
    const { plane, steps } = await solve(none, kernels, patches, options);
    expect([...plane]).toEqual(Array(30).fill(0));
    expect(steps).toBe(0);
  });
});

describe('a basis learned from images', () => {
  const { n, images, components } = fixtures.pca;
  const sums = new PatchSums(n);
  for (const { width, height, data } of images) sums.add(grey(width, height, data));

  it('equals the basis of NumPy, up to a sign that is undefined at ties', () => {
    const { kernels } = sums.bank('pca', n * n);
    expect(kernels).toHaveLength(n * n);
    kernels.forEach(({ weights }, k) => {
      const turned = components[k]!.map((weight) => -weight);
      const apart = Math.min(largest(weights, components[k]!), largest(weights, turned));
      expect(apart, `component ${k}`).toBeLessThan(1e-6);
    });
  });

  it('is orthonormal, and its first components are those of a larger one', () => {
    const { kernels } = sums.bank('pca', n * n);
    expect(frameOf(kernels, patchOf(kernels), [n, n])).toMatchObject({ kind: 'orthonormal' });
    const few = sums.bank('pca', 3).kernels;
    expect(few.map(({ weights }) => weights)).toEqual(kernels.slice(0, 3).map(({ weights }) => weights));
  });

  it('needs something to learn from', () => {
    const none = new PatchSums(8);
    none.add(grey(7, 9, Array(63).fill(1)));
    expect(() => none.bank('pca:n=8', 64)).toThrow(/bank pca:n=8: expected images of more than 8×8/);
    const flat = new PatchSums(2);
    flat.add(grey(9, 9, Array(81).fill(7)));
    const { kernels } = flat.bank('pca', 4);
    expect(frameOf(kernels, patchOf(kernels), [2, 2])).toMatchObject({ kind: 'orthonormal' });
  });

  it.each([
    'pca',
    'pca:0',
    'pca:17',
    'pca:8,components=65',
    'pca:8,components=0',
    'pca:m=8',
  ])('%s is refused', (text) => {
    expect(() => parsePca(text)).toThrow(/^--bank pca.*: expected .*, found /);
  });

  it('is distinguished from other references', () => {
    expect(parsePca('pca:8')).toEqual({ size: 8, components: 64 });
    expect(parsePca('pca:n=4,components=3')).toEqual({ size: 4, components: 3 });
    expect(parsePca('pcax:8')).toBeNull();
  });
});

describe('a Gabor frame', () => {
  const refs = ['gabor-bank:orientations=4,scales=3,lambda=2.5,per-octave=1,gamma=1', 'gaussian:sigma=3'];

  it('is reconstructed with more than 60 dB by the dual frame, from all coefficients', async () => {
    const kernels = (await Promise.all(refs.map((ref) => loadKernels(ref)))).flatMap((bank) => bank.kernels);
    const frame = frameOf(kernels, patchOf(kernels), [1, 1])!;
    expect(frame.kind).toBe('frame');
    const image = randomImage(24, 19, 1, 8, 3);
    const smooth = {
      ...image,
      data: image.data.map((_, i) => 128 + 90 * Math.sin(i / 7) * Math.cos(i / 61)),
    };
    const settings = { ...projecting, stride: [1, 1], border: parseBorder('replicate') } as const;
    const { patches, channels } = await project(smooth, kernels, patchOf(kernels), settings);
    const shares: number[] = [];
    const onAdvance = (share: number) => void shares.push(share);
    const found = await reconstruct(channels, kernels, patches, { ...options, mostSteps: 200, onAdvance });
    const { samples, hasSettled, steps } = found;
    expect(shares).toHaveLength(steps);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
    const rmse = Math.sqrt(
      dot(
        samples.data.map((v, i) => (v - smooth.data[i]!) ** 2),
        Array(456).fill(1),
      ) / 456,
    );
    expect(20 * Math.log10(255 / rmse)).toBeGreaterThan(60);
    expect(hasSettled).toBe(true);
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

  it('bases reconstruct exactly, for any size, border, channels and depth', async () => {
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

it('an image with a sample that is not finite is not projected', async () => {
  const { kernels } = await loadKernels('dct:4');
  const image = {
    ...grey(4, 4, []),
    depth: 'float',
    data: new Float32Array(16).fill(Number.NaN, 6, 7),
  } as const;
  const settings = { ...projecting, stride: [1, 1], border: parseBorder('replicate') } as const;
  const projection = project(image, kernels, patchOf(kernels), settings);
  await expect(projection).rejects.toThrow('image: sample 2,1: expected a finite number, found NaN');
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
    const found = keepStrongest(channels, keep);
    expect(found.channels[0]!.flatMap((map) => [...map])).toEqual(expected);
    expect(found).toMatchObject({ left, total: 6 });
    expect(found.energy).toBeCloseTo(energy(expected) / 53, 12);
    expect(channels[0]![0]).toEqual(Float32Array.of(1, -5, 0));
  });
});

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
}
