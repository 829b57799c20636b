// Fitting kernels to pairs of images. The images were filtered by OpenCV and SciPy; the expected weights, standard
// errors and residuals are from NumPy's least squares.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchKnownKernel } from '../../../dist/analysis/fit/match-known-kernel.js';
import {
  convolve,
  correlate,
  type FitOptions,
  type FoundKernel,
  fitKernel,
  ImageError,
  loadKernel,
  mapResponses,
  type NoKernel,
  parseKernel,
  type Samples,
  UsageError,
} from '../../../dist/index.js';
import { eigen } from '../../../dist/math/eigen.js';
import fixture from '../../fixtures/fit.json' with { type: 'json' };

type Stored = (typeof fixture.cases)[number]['before'];

function samples({ width, height, channels, depth, data }: Stored): Samples {
  const bytes = Uint8Array.from(Buffer.from(data, 'base64'));
  return {
    width,
    height,
    channels,
    depth: depth as 8 | 16,
    data: depth === 8 ? bytes : new Uint16Array(bytes.buffer),
    hasAlpha: false,
  };
}

const optionsOf = ({ size, options }: (typeof fixture.cases)[number]) => {
  const { constant: _, ...rest } = options as Partial<FitOptions> & { constant?: number };
  return { size: size as [number, number], ...rest };
};

const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((x, y) => Math.max(x, y), 0);

async function found(before: Samples, after: Samples, options: FitOptions): Promise<FoundKernel> {
  const fit = await fitKernel(before, after, options);
  if (!fit.isDetermined) throw new Error(fit.reason);
  return fit;
}

describe.each(fixture.cases)('$name', (one) => {
  const { leastSquares } = one;
  const fitted = () => found(samples(one.before), samples(one.after), optionsOf(one));

  it('is found, to 1e-3 and within its stated errors', async () => {
    const { kernel, weightErrors, residual } = await fitted();
    const off = worst(kernel.weights, one.kernel);
    expect(off).toBeLessThan(1e-3);
    expect(worst([kernel.bias], [(one.options as { constant?: number }).constant ?? 0])).toBeLessThan(0.1);
    if (residual.rms === 0) return expect(off).toBeLessThan(1e-9);
    // 95 % of errors are within the stated bound; hardly any exceeds twice the bound.
    expect(off).toBeLessThan(2 * Math.max(...weightErrors));
    const ratios = Array.from(kernel.weights, (w, i) => (w - one.kernel[i]!) / (weightErrors[i]! / 1.959964));
    const spread = Math.sqrt(ratios.reduce((sum, ratio) => sum + ratio ** 2, 0) / ratios.length);
    expect(spread).toBeGreaterThan(0.35);
    expect(spread).toBeLessThan(1.7);
  });

  it('equals the result of numpy.linalg.lstsq', async () => {
    const { kernel, weightErrors, residual, equations } = await fitted();
    expect(equations).toBe(leastSquares.equations);
    expect(worst(kernel.weights, leastSquares.weights)).toBeLessThan(1e-8);
    expect(kernel.bias).toBeCloseTo(leastSquares.bias, 6);
    if (residual.rms === 0) return expect(leastSquares.rms).toBeLessThan(1e-9);
    expect(residual.rms / leastSquares.rms).toBeCloseTo(1, 6);
    expect(
      worst(
        weightErrors,
        leastSquares.standardErrors.map((error) => 1.959964 * error),
      ),
    ).toBeLessThan(1e-9);
  });

  it('is the same on one thread and on three', async () => {
    const [before, after] = [samples(one.before), samples(one.after)];
    const fits = [1, 3].map((threads) => fitKernel(before, after, { ...optionsOf(one), threads }));
    const [first, second] = await Promise.all(fits);
    expect(second).toEqual(first);
  });
});

function noise(width: number, height: number, channels = 1, depth: 8 | 'float' = 8): Samples {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % 256;
  };
  const values = Array.from({ length: width * height * channels }, next);
  const data = depth === 8 ? Uint8Array.from(values) : Float32Array.from(values, (value) => value / 255);
  return { width, height, channels, depth, data, hasAlpha: false };
}

const asSamples = (map: Omit<Samples, 'hasAlpha'>): Samples => ({ ...map, hasAlpha: false });

describe('any kernel', () => {
  it('is recovered from its float map, with and without flip, at any size', async () => {
    const image = noise(40, 37);
    const weight = fc.double({ min: -4, max: 4, noNaN: true });
    const kernels = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
      .chain(([w, h]) =>
        fc.array(fc.array(weight, { minLength: w, maxLength: w }), { minLength: h, maxLength: h }),
      );
    const extents = fc.constantFrom('same' as const, 'valid' as const, 'full' as const);
    await fc.assert(
      fc.asyncProperty(kernels, fc.boolean(), extents, async (rows, flip, extent) => {
        const kernel = parseKernel(rows);
        const after = await (flip ? convolve : correlate)(image, kernel, { extent });
        const size = [kernel.width, kernel.height] as const;
        const fit = await found(image, asSamples(after), { size, flip, extent });
        expect(worst(fit.kernel.weights, kernel.weights)).toBeLessThan(1e-6);
      }),
      { numRuns: 40 },
    );
  });

  it('is found from border samples if there are no others', async () => {
    const kernel = await loadKernel('gaussian-3');
    for (const border of ['replicate', 'symmetric', 'reflect101', 'wrap', 'constant:40']) {
      const image = noise(4, 5);
      const after = asSamples(await correlate(image, kernel, { border }));
      const fit = await found(image, after, { size: 3, border });
      expect(fit.equations, border).toBe(20);
      expect(
        worst(
          fit.kernel.weights,
          kernel.weights.map((w) => w / kernel.divisor),
        ),
        border,
      ).toBeLessThan(1e-6);
      const wrong = border === 'wrap' ? 'symmetric' : 'wrap';
      const other = await found(image, after, { size: 3, border: wrong });
      expect(other.residual.rms, wrong).toBeGreaterThan(1);
    }
  });

  it('is the same with and without threads', async () => {
    const image = noise(700, 500);
    const after = asSamples(
      mapResponses(await correlate(image, await loadKernel('sobel-x')), {
        depth: 8,
        map: 'signed',
        gain: 0.125,
      }),
    );
    const options = { size: 7, map: 'signed', gain: 0.125 } as const;
    const [one, three] = await Promise.all(
      [1, 3].map((threads) => found(image, after, { ...options, threads })),
    );
    expect(three).toEqual(one);
  });
});

describe('which channels', () => {
  it('are taken: luma, a letter, alpha left out', async () => {
    const image = { ...noise(40, 40, 4, 'float'), hasAlpha: true };
    const kernel = await loadKernel('prewitt-y');
    for (const channels of ['gray', 'g', 'a'] as const) {
      const after = asSamples(await correlate(image, kernel, { channels }));
      const { kernel: fitted } = await found(image, after, { size: 3, channels });
      expect(worst(fitted.weights, kernel.weights), channels).toBeLessThan(1e-5);
    }
    const after = asSamples(await correlate(image, kernel));
    expect((await found(image, after, { size: 3 })).equations).toBe(3 * 38 * 38);
  });
});

describe('a pair that determines no kernel', () => {
  const filled = (width: number, height: number, value: (x: number, y: number) => number): Samples => ({
    ...noise(width, height),
    data: Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
  });
  it.each([
    ['flat', () => 90, 1, /flat, so that only the sum of all weights/],
    ['black', () => 0, 0, /0 at all positions used/],
    ['upright stripes', (x: number) => (x * x * 37) % 251, 3, /does not change along y.*each column/],
    ['level stripes', (_: number, y: number) => (y * y * 37) % 251, 3, /does not change along x.*each row/],
    [
      'checks',
      (x: number, y: number) => ((x + y) % 2 === 0 ? 20 : 200),
      2,
      /every \(-?1, 1\) and every \(1, 1\) samples/,
    ],
    [
      'period 2 along x',
      (x: number, y: number) => (x % 2) * 100 + ((y * y * 37) % 97),
      4,
      /repeats itself every \(2, 0\) samples/,
    ],
  ])('%s: rank and reason', async (_, value, rank, reason) => {
    const image = filled(40, 40, value as (x: number, y: number) => number);
    const fit = (await fitKernel(image, { ...noise(40, 40) }, { size: 3 })) as NoKernel;
    expect(fit.isDetermined).toBe(false);
    expect(fit.rank).toBe(rank);
    expect(fit.reason).toMatch(reason);
    expect(fit.free).toHaveLength(9 - rank);
    // Undetermined weights change no response.
    for (const direction of fit.free) {
      const kernel = parseKernel([0, 3, 6].map((i) => [...direction.subarray(i, i + 3)]));
      const { min, max } = await correlate(image, kernel, { extent: 'valid' });
      expect(Math.max(-min, max)).toBeLessThan(1e-3);
    }
  });

  it('one direction that is free', async () => {
    const image = filled(40, 40, (_, y) => (y * y * 37) % 251);
    const fit = (await fitKernel(image, { ...noise(40, 40) }, { size: [2, 1] })) as NoKernel;
    expect(fit.isDetermined).toBe(false);
    expect(fit.rank).toBe(1);
    expect(fit.free).toHaveLength(1);
  });

  it('too few samples', async () => {
    const fit = (await fitKernel(noise(4, 4), noise(4, 4), { size: 3 })) as NoKernel;
    expect(fit.rank).toBe(4);
    expect(fit.reason).toBe('it gives 4 equations for 9 weights');
  });
});

describe('refuses', () => {
  const image = noise(20, 10);
  it.each<[string, Samples, FitOptions, typeof ImageError | typeof UsageError, RegExp]>([
    [
      'another size',
      noise(18, 8),
      { size: 3 },
      ImageError,
      /expected 20×10, the map of before .*found 18×8; that is the size with --extent valid$/,
    ],
    ['a size that is no map', noise(7, 8), { size: 3 }, ImageError, /expected 20×10.*found 7×8$/],
    [
      'other channels',
      noise(20, 10, 3),
      { size: 3 },
      ImageError,
      /after: expected 1 channel as before has, .*found 3/,
    ],
    [
      'a channel that is not there',
      image,
      { size: 3, channels: 'b' },
      ImageError,
      /before: --channels b: expected a channel b, found 1 channel/,
    ],
    [
      'a kernel larger than the image',
      image,
      { size: [3, 11] },
      ImageError,
      /expected at least 3×11 samples.*found 20×10; give the --border/,
    ],
    ['abs', image, { size: 3, map: 'abs' }, UsageError, /--map abs: the signs of the responses are lost/],
    [
      'renormalize',
      image,
      { size: 3, border: 'renormalize' },
      UsageError,
      /not sums of weights times samples/,
    ],
    ['too many weights', image, { size: 22 }, UsageError, /at most 441 weights.*found 22×22/],
    ['no gain', image, { size: 3, gain: 0 }, UsageError, /other than 0, found 0/],
    [
      'too few numbers',
      { ...image, width: 21 },
      { size: 3 },
      UsageError,
      /expected width .* = 21 · 10 · 1 samples, found 200/,
    ],
  ])('%s', async (_, after, options, kind, message) => {
    const error = await fitKernel(image, after, options).catch((one) => one);
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(message);
  });

  it('a sample that is NaN', async () => {
    const image = noise(20, 10, 1, 'float');
    image.data[43] = Number.NaN;
    await expect(fitKernel(image, image, { size: 3 })).rejects.toThrow(
      'before: sample 3,2: expected a finite number, found NaN',
    );
  });
});

describe('alike', () => {
  const kernels = () =>
    Promise.all(['sobel-x', 'robinson-e', 'gaussian-3', 'box-3', 'identity'].map((name) => loadKernel(name)));
  const none = new Float64Array(1);
  it.each([
    [
      'the shorter name of the same weights',
      [
        [-1, 0, 1],
        [-2, 0, 2],
        [-1, 0, 1],
      ],
      'sobel-x',
      1,
    ],
    [
      'within a larger one',
      [
        [0, 0, 0, 0, 0],
        [0, -1, 0, 1, 0],
        [0, -2, 0, 2, 0],
        [0, -1, 0, 1, 0],
        [0, 0, 0, 0, 0],
      ],
      'sobel-x',
      1,
    ],
    [
      'a multiple',
      [
        [0.5, 0, -0.5],
        [1, 0, -1],
        [0.5, 0, -0.5],
      ],
      'sobel-x',
      -0.5,
    ],
    [
      'over the divisor',
      [
        [0.0625, 0.125, 0.0625],
        [0.125, 0.25, 0.125],
        [0.0625, 0.125, 0.0625],
      ],
      'gaussian-3',
      1,
    ],
    ['one weight', [[1]], 'identity', 1],
  ])('%s', async (_, rows, name, factor) => {
    const answer = matchKnownKernel(parseKernel(rows), none, await kernels());
    expect(answer?.name).toBe(name);
    expect(answer?.factor).toBeCloseTo(factor, 12);
  });

  it('only close kernels, unless the weights are uncertain', async () => {
    const kernel = parseKernel([
      [-1, 0, 1],
      [-2, 0, 2.1],
      [-1, 0, 1],
    ]);
    expect(matchKnownKernel(kernel, none, await kernels())).toBeNull();
    expect(matchKnownKernel(kernel, Float64Array.of(0.1), await kernels())?.name).toBe('sobel-x');
  });
});

describe('eigen', () => {
  it('gives vectors that the matrix stretches by its values, at right angles, in falling order', () => {
    const number = fc.double({ min: -10, max: 10, noNaN: true });
    const matrices = fc
      .integer({ min: 1, max: 9 })
      .chain((n) => fc.array(number, { minLength: n * n, maxLength: n * n }));
    fc.assert(
      fc.property(matrices, (numbers) => {
        const n = Math.sqrt(numbers.length);
        const matrix = Array.from({ length: n }, (_, i) =>
          Float64Array.from({ length: n }, (_, j) => numbers[Math.min(i, j) * n + Math.max(i, j)]!),
        );
        const { values, vectors } = eigen(matrix);
        const size = Math.max(1, ...numbers.map(Math.abs)) * n;
        const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
        vectors.forEach((vector, k) => {
          const stretched = matrix.map((row) => dot(row, vector));
          expect(
            worst(
              stretched,
              vector.map((x) => x * values[k]!),
            ),
          ).toBeLessThan(1e-12 * size);
          vectors.forEach((other, l) => {
            expect(dot(vector, other)).toBeCloseTo(k === l ? 1 : 0, 11);
          });
          if (k > 0) expect(values[k]!).toBeLessThanOrEqual(values[k - 1]!);
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('gradient descent', () => {
  const named = (name: RegExp) => fixture.cases.find((one) => name.test(one.name))!;
  it.each([
    ['cut off', /^sobel-x, cut off/],
    ['in colour, flipped', /^comet in colour/],
    ['random', /^random 7x7/],
    ['of an even size, with a constant', /^even size/],
  ])('converges to the least-squares solution: %s', async (_, name) => {
    const one = named(name);
    const [before, after] = [samples(one.before), samples(one.after)];
    const losses: number[] = [];
    const onLoss = ({ loss }: { loss: number }) => losses.push(loss);
    const options = { ...optionsOf(one), method: 'sgd' as const, onLoss };
    const { kernel, descent, residual } = await found(before, after, options);
    // Every sample is among the tiles, so that NumPy's weights are the lowest point.
    const largest = Math.max(...one.kernel.map(Math.abs));
    expect(worst(kernel.weights, one.leastSquares.weights) / largest).toBeLessThan(1e-4);
    expect(worst([kernel.bias], [one.leastSquares.bias])).toBeLessThan(0.02);
    expect(descent!.samples).toBe(one.leastSquares.equations);
    expect(descent!.maxAbsDifference).toBeCloseTo(worst(kernel.weights, one.leastSquares.weights), 8);
    expect(descent!.maxAbsDifference).toBeLessThan(descent!.tolerance);
    expect(losses).toEqual(descent!.losses.map(({ loss }) => loss));
    expect(losses).toHaveLength(60);
    expect(losses[0]!).toBeGreaterThan(100 * losses.at(-1)!);
    expect(Math.sqrt(losses.at(-1)!)).toBeCloseTo(residual.rms, 2);
  });

  it('takes the same steps for the same seed, and others for another', async () => {
    const one = named(/^comet, only/);
    const [before, after] = [samples(one.before), samples(one.after)];
    const descend = async (seed: number) => {
      const options = { ...optionsOf(one), method: 'sgd' as const, steps: 5, seed };
      return (await found(before, after, options)).descent!.losses;
    };
    const first = await descend(3);
    expect(await descend(3)).toEqual(first);
    expect(await descend(4)).not.toEqual(first);
  });

  it('reports its distance from convergence after few steps', async () => {
    const one = named(/^random 7x7/);
    const options = { ...optionsOf(one), method: 'sgd' as const, steps: 3 };
    const { descent, kernel, weightErrors } = await found(samples(one.before), samples(one.after), options);
    expect(descent!.maxAbsDifference).toBeGreaterThan(descent!.tolerance);
    // The uncertainty is that of these weights, not of those by least squares.
    const distances = kernel.weights.map((weight, i) => Math.abs(weight - one.leastSquares.weights[i]!));
    for (const [i, distance] of distances.entries()) expect(weightErrors[i]).toBeGreaterThan(distance - 1e-9);
  });
});
