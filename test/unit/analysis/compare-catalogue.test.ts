// The effect of a flip as predicted by symmetry.ts, against the maps: for every shipped kernel and bank, and every
// generator with a few sets of parameters, predicted difference 0 ⇔ measured 0, sign only ⇔ maps are negatives, and if
// a flip only shifts the map, the maps are equal after shifting back.

import { describe, expect, it, test } from 'vitest';
import { analyse, compare, type Kernel, loadKernels } from '../../../dist/index.js';
import { minusRotated } from '../../../dist/kernels/analysis/symmetry.js';
import { exampleCall } from '../../../dist/kernels/generators/arguments.js';
import { generators } from '../../../dist/kernels/generators/list.js';
import { hasIntegerWeights, sumOfMagnitudes } from '../../../dist/kernels/kernel.js';
import type { Method } from '../../../dist/plan/convolution-options.js';
import { shippedNames } from '../../support/kernel-source.js';
import { randomImage } from '../../support/random-run.js';

/** Calls of generators: small and large, even and odd, rotated. A generator without a row here is called by its example. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  gaussian: [
    'gaussian:0.8',
    'gaussian:sigma=2,sigma-y=1,angle=30',
    'gaussian:sigma=1.5,order-x=1',
    'gaussian:sigma=1.5,order-x=2,order-y=1,angle=20',
    'gaussian:sigma=2,kind=discrete',
    'gaussian:sigma=1.2,kind=integrated,dc=zero,order-y=2',
  ],
  box: ['box:1', 'box:2', 'box:5', 'box:8'],
  binomial: ['binomial:1', 'binomial:3'],
  disk: ['disk:1', 'disk:3.5'],
  'gaussian-pyramid-scales': ['gaussian-pyramid-scales:levels=3'],
  motion: ['motion:9', 'motion:length=7.5,angle=33', 'motion:length=12,angle=-110', 'motion:6'],
  comet: ['comet:2', 'comet:sigma=1.5,towards=up'],
  unsharp: ['unsharp:1', 'unsharp:amount=0.5,sigma=2'],
  highpass: ['highpass:1.5'],
  laplacian: ['laplacian', 'laplacian:0.7'],
  log: ['log:1.4'],
  dog: ['dog:1', 'dog:sigma1=2,sigma2=1'],
  derivative: [
    'derivative:1',
    'derivative:order=2,axis=y',
    'derivative:order=3,accuracy=4',
    'derivative:order=4',
    'derivative:order=5,axis=y',
  ],
  gabor: [
    'gabor',
    'gabor:theta=45,lambda=8,sigma=4',
    'gabor:theta=17,lambda=5.5',
    'gabor:theta=30,psi=90,lambda=6',
    'gabor:theta=30,psi=40,lambda=6',
    'gabor:theta=75,part=imaginary,lambda=5',
    'gabor:theta=200,lambda=4,dc=zero,envelope=unit',
  ],
  'gabor-bank': [
    'gabor-bank:orientations=5,scales=2',
    'gabor-bank:orientations=3,scales=1,parts=pairs,dc=keep',
  ],
  steerable: [
    'steerable',
    'steerable:theta=25',
    'steerable:theta=25,kind=h2',
    'steerable:theta=-100,kind=g1',
    'steerable:kind=pair',
  ],
  dct: ['dct:4', 'dct:5'],
  hadamard: ['hadamard:4', 'hadamard:n=8,order=sequency'],
  random: ['random:1', 'random:seed=2,size=4', 'random:seed=3,size=5,mean=zero'],
};

/** Noise, to which no kernel is blind. */
const image = randomImage(64, 48, 1, 8, 5);

/** Within rounding: 0 for whole-number kernels, whose sums are exact. */
function boundOf(kernel: Kernel): number {
  if (hasIntegerWeights(kernel)) return 0;
  return (1e-6 * sumOfMagnitudes(kernel) * 255) / Math.abs(kernel.divisor);
}

const calls = generators.flatMap((generator) => CALLS[generator.name] ?? [exampleCall(generator)]);
const refs = [...(await shippedNames()), ...calls];

test('calls are of generators', () => {
  const names = generators.map(({ name }) => name);
  expect(Object.keys(CALLS).filter((name) => !names.includes(name))).toEqual([]);
  expect(calls.length).toBeGreaterThanOrEqual(names.length);
});

test('every verdict has its cases', async () => {
  const kinds = new Map<string, number>();
  for (const ref of refs) {
    for (const kernel of (await loadKernels(ref)).kernels) {
      const { symmetry, flip } = analyse(kernel);
      const kind = symmetry === 'neither' ? `neither, ${flip?.sign ?? 'no shift'}` : symmetry;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
  }
  expect(kinds.get('symmetric')).toBeGreaterThan(80);
  expect(kinds.get('antisymmetric')).toBeGreaterThan(50);
  expect(kinds.get('neither, no shift')).toBeGreaterThan(20);
  expect(kinds.get('neither, 1')).toBeGreaterThan(20);
  expect(kinds.get('neither, -1')).toBeGreaterThan(20);
});

describe.each(refs)('%s', (ref) => {
  it('differs by a flip exactly as its symmetry predicts', async () => {
    for (const kernel of (await loadKernels(ref)).kernels) {
      const { symmetry, figures, rounding, found } = await compare(image, kernel);
      const bound = boundOf(kernel);
      const { name } = kernel;
      expect(figures.maxAbsDifference <= bound, `${name}: ${figures.maxAbsDifference}`).toBe(
        symmetry === 'symmetric',
      );
      const isNegative = figures.maxAbsSum <= bound && symmetry !== 'symmetric';
      expect(isNegative, `${name}: ${figures.maxAbsSum}`).toBe(symmetry === 'antisymmetric');
      expect(rounding).toBeGreaterThanOrEqual(bound);
      if (symmetry === 'neither') {
        // Far above rounding, so that the verdict does not hang on the bound.
        const clear = (1e-4 * sumOfMagnitudes(kernel) * 255) / Math.abs(kernel.divisor);
        expect(figures.maxAbsDifference, name).toBeGreaterThan(clear);
        expect(figures.maxAbsSum, name).toBeGreaterThan(clear);
        expect(found).toMatch(/^differences up to/);
      }
    }
  });

  it('moves its map by a flip as FlipEffect predicts', async () => {
    for (const kernel of (await loadKernels(ref)).kernels) {
      const { flip, plain, flipped } = await compare(image, kernel, { border: 'wrap' });
      const bound = boundOf(kernel);
      if (flip === null) continue;
      const { width, height } = plain;
      const at = (x: number, y: number) =>
        (((y % height) + height) % height) * width + (((x % width) + width) % width);
      let apart = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const moved = flipped.data[at(x + flip.shift[0], y + flip.shift[1])]! - kernel.bias;
          const expected = flip.sign * (plain.data[at(x, y)]! - kernel.bias);
          apart = Math.max(apart, Math.abs(moved - expected));
        }
      }
      expect(apart, kernel.name).toBeLessThanOrEqual(bound);
    }
  });
});

describe('by every method, and over valid positions', () => {
  const methods: Method[] = ['direct', 'separable', 'fft', 'reference'];
  const cases = [
    'sobel-x',
    'gaussian:1.5',
    'gabor:theta=17,lambda=5.5',
    'gabor:theta=75,part=imaginary,lambda=5',
    'gabor:theta=40,psi=40,lambda=5,gamma=1',
  ];
  it.each(methods.flatMap((method) => cases.map((ref) => ({ method, ref }))))('$ref by $method', async ({
    method,
    ref,
  }) => {
    const [kernel] = (await loadKernels(ref)).kernels;
    const { symmetry, figures, rounding } = await compare(image, kernel!, { method, extent: 'valid' });
    expect(figures.maxAbsDifference <= rounding).toBe(symmetry === 'symmetric');
    expect(figures.maxAbsSum <= rounding).toBe(symmetry === 'antisymmetric');
  });
});

test('weights that are symmetric except for rounding differ by rounding only, which is reported', async () => {
  const [whole] = (await loadKernels('gaussian:1.5')).kernels;
  const weights = whole!.weights.map((weight, i) => weight * (1 + ((i * 7) % 5) * 2e-14));
  const tilted = { ...whole!, weights };
  const { symmetry, figures, rounding, found } = await compare(image, tilted, { method: 'direct' });
  expect(symmetry).toBe('symmetric');
  expect(figures.maxAbsDifference).toBeLessThanOrEqual(rounding);
  // float32 holds no such digits, unless one of them decides a rounding.
  expect(found).toMatch(/^(both maps are the same|differences up to \S+, the rounding of sums)/);
});

test('a flip that only shifts leaves no difference in arrays of valid positions', async () => {
  for (const ref of ['roberts-1', 'box:4', 'haar-x', '[[3,1,0],[0,0,0],[0,1,3]]']) {
    const [kernel] = (await loadKernels(ref)).kernels;
    const found = await compare(image, { ...kernel!, anchor: [0, 0] }, { extent: 'valid' });
    const { figures, flip, origins, words } = found;
    expect(flip!.shift).toEqual([kernel!.width - 1, kernel!.height - 1]);
    expect(origins).toEqual([[0, 0], flip!.shift]);
    expect(flip!.sign === 1 ? figures.maxAbsDifference : figures.maxAbsSum, ref).toBeLessThanOrEqual(
      boundOf(kernel!),
    );
    expect(words.at(-1)).toMatch(/no shift remains/);
  }
});

test('the difference is the map of the kernel less its rotation', async () => {
  for (const ref of ['emboss', 'examples/comet.json', 'roberts-1', 'random:seed=2,size=4', 'relief']) {
    const [kernel] = (await loadKernels(ref)).kernels;
    const { plain, flipped } = await compare(image, kernel!, { border: 'reflect101' });
    const alone = await compare(image, minusRotated(kernel!), { border: 'reflect101' });
    const bound = 3 * boundOf(kernel!);
    plain.data.forEach((response, i) => {
      expect(Math.abs(response - flipped.data[i]! - alone.plain.data[i]!)).toBeLessThanOrEqual(
        Math.max(bound, 1e-4),
      );
    });
  }
});

describe('the effect of options', () => {
  const kernelOf = async (ref: string, more: Partial<Kernel> = {}) => ({
    ...(await loadKernels(ref)).kernels[0]!,
    ...more,
  });

  it('a bias keeps its sign', async () => {
    const { figures, words, found } = await compare(image, await kernelOf('scharr-x', { bias: 100.5 }));
    expect(figures).toMatchObject({ maxAbsSum: 0, unnegatedShare: 0 });
    expect(words[1]).toBe(
      'the bias keeps its sign: convolution = 201 − correlation, |maps − 100.5| are equal',
    );
    expect(found).toBe("each sample less the bias is the other's negative");
  });

  it('a dilation lengthens the shift', async () => {
    const options = { dilation: [3, 2], border: 'wrap' } as const;
    const { plain, flipped, words } = await compare(image, await kernelOf('roberts-1'), options);
    expect(words[0]).toMatch(/shifts the map by \(3, 2\), 3 to the right and 2 down$/);
    for (let y = 0; y < 46; y++) {
      for (let x = 0; x < 61; x++)
        expect(flipped.data[(y + 2) * 64 + x + 3]).toBe(-plain.data[y * 64 + x]! + 0 || 0);
    }
  });

  it('a stride divides the remaining shift if the maps start at different positions', async () => {
    const options = { extent: 'full', stride: 2 } as const;
    const { origins, words } = await compare(image, await kernelOf('box:4', { anchor: [0, 0] }), options);
    expect(origins).toEqual([
      [-3, -3],
      [0, 0],
    ]);
    expect(words).toContainEqual(
      expect.stringMatching(/begin at \(-3,-3\) and, flipped, at \(0,0\).*no shift remains/),
    );
  });

  it('linear light changes more than the sign', async () => {
    const light = async (kernel: Kernel) => (await compare(image, kernel, { linear: true })).words.join();
    expect(await light(await kernelOf('sobel-x'))).not.toMatch(/linear/);
    expect(await light(await kernelOf('sobel-x', { bias: 9 }))).toMatch(/in linear light/);
    expect(await light(await kernelOf('emboss'))).toMatch(/in linear light/);
    expect(await light(await kernelOf('box:4'))).not.toMatch(/linear/);
    const { figures, found } = await compare(image, await kernelOf('sobel-x'), { linear: true });
    expect(figures.maxAbsSum).toBe(0);
    expect(found).toBe("each sample is the other's negative");
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 3e38])('a sample of %d leaves no figure', async (value) => {
    const data = Float32Array.from(image.data);
    data[100] = value;
    data[103] = -value;
    const { figures, found } = await compare({ ...image, depth: 'float', data }, await kernelOf('sobel-x'));
    expect(found).toBe('some responses are not finite, so the figures have no meaning');
    expect(Object.values(figures)).toEqual(Object.values(figures).map(() => Number.NaN));
  });

  it('constant maps are the same, and have no correlation', async () => {
    const flat = { ...image, data: image.data.map(() => 9) };
    const { figures, dataRange } = await compare(flat, await kernelOf('gaussian:1'));
    expect(dataRange).toBe(0);
    expect(figures).toMatchObject({ psnr: null, ssim: 1, correlation: null, maxAbsDifference: 0 });
  });
});
