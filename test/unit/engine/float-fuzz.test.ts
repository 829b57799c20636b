// Float images that contain NaN, infinities, the largest float32, values for missing data and denormals: for any kernel
// and options, `auto` gives the result of direct sums, and both give the result of the definition. FUZZ_SEED and
// FUZZ_CASES repeat a printed failure, or try more.

import { expect, it } from 'vitest';
import {
  type ConvolveOptions,
  convolve,
  correlate,
  type FeatureMap,
  type Kernel,
  KernelError,
  loadKernel,
  parseKernel,
  type Samples,
} from '../../../dist/index.js';
import { BORDER_MODES } from '../../../dist/plan/border.js';
import { randomOf } from '../../support/random-run.js';

const SEED = Number(process.env.FUZZ_SEED ?? 1);
const CASES = Number(process.env.FUZZ_CASES ?? 5000);

const LARGEST = (2 - 2 ** -23) * 2 ** 127;
const NODATA = Math.fround(-3.4028235e38);
const SPECIAL = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, LARGEST, -LARGEST, NODATA],
  ...[1e20, -1e20, 1e30, 1e10, 1e-40, -1e-44, 1.4e-45, 1e-30, -9999, 0],
];

const NAMED = [
  ...['box:3', 'box:5', 'box:9', 'gaussian:sigma=1', 'gaussian:sigma=2', 'highpass:2', 'log:1', 'log:2'],
  ...[
    'disk:3',
    'disk:5',
    'unsharp:amount=1',
    'dog:sigma1=1,sigma2=2',
    'sobel-x',
    'laplacian-8',
    'sharpen',
    'emboss',
    'binomial:4',
  ],
  ...[
    'gabor:theta=30,lambda=6,sigma=2',
    'motion:length=9,angle=30',
    'gaussian:sigma=3,angle=20,sigma-y=1',
    'scharr-y',
  ],
];

type Random = ReturnType<typeof randomOf>;

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random(from.length)]!;
}

/** Samples of one kind, a few of them replaced by special ones, some of these side by side. */
function randomImage(random: Random): Samples {
  const [width, height, channels] = [1 + random(14), 1 + random(14), pick(random, [1, 1, 1, 1, 2, 3])];
  const unit = () => random(2 ** 24) / 2 ** 24;
  const ordinary = pick(random, [unit, () => unit() * 2 - 1, () => unit() * 4000 - 100, () => 0, () => 1]);
  const data = Float32Array.from({ length: width * height * channels }, ordinary);
  const kinds = Array.from({ length: 1 + random(3) }, () => pick(random, SPECIAL));
  for (let spots = random(5); spots > 0; spots--) {
    const value = pick(random, kinds);
    const [left, top, size] = [random(width), random(height), 1 + random(random(4) === 0 ? 12 : 2)];
    for (let y = top; y < Math.min(height, top + size); y++) {
      for (let x = left; x < Math.min(width, left + size); x++)
        data[(y * width + x) * channels + random(channels)] = value;
    }
  }
  return { width, height, channels, depth: 'float', hasAlpha: false, data };
}

function randomKernel(random: Random, named: readonly Kernel[]): Kernel {
  if (random(3) === 0) return pick(random, named);
  const [width, height] = [1 + random(9), 1 + random(9)];
  const wide = () => (random(2 ** 20) / 2 ** 20 - 0.5) * 10 ** (random(9) - 4);
  const weight = pick(random, [() => random(7) - 3, () => random(2 ** 20) / 2 ** 20 - 0.3, wide]);
  const column = Array.from({ length: height }, weight);
  const row = Array.from({ length: width }, weight);
  const isProduct = random(2) === 0;
  // Weights far below float32 over a divisor as small, and far above it.
  const unit = pick(random, [1, 1, 1, 1e-46, 1e-80, 1e-300, 1e200]);
  const weights = column.map((c) => row.map((r) => (isProduct ? c * r : weight()) * unit));
  const divisor = pick(random, [1, 3, 25, -7]) * unit;
  return parseKernel({ weights, divisor, bias: pick(random, [0, 0, 0.5]) });
}

function randomOptions(random: Random): ConvolveOptions {
  const border = pick(random, BORDER_MODES);
  return {
    border: border === 'constant' ? `constant:${pick(random, [0, 7, 1e20])}` : border,
    extent: pick(random, ['same', 'same', 'full']),
    stride: pick(random, [1, 1, 1, 2]),
    dilation: pick(random, [1, 1, 1, 2]),
    threads: 1,
  };
}

/** Σ |weight · sample| / |divisor| at each sample. */
async function magnitudesOf(
  image: Samples,
  kernel: Kernel,
  options: ConvolveOptions,
  slide: typeof correlate,
): Promise<Float32Array> {
  const data = image.data.map(magnitudeOf) as Float32Array;
  const weights = kernel.weights.map(Math.abs);
  const positive = { ...kernel, weights, divisor: Math.abs(kernel.divisor), bias: 0 };
  return Float32Array.from(
    (await slide({ ...image, data }, positive, { ...options, method: 'reference' })).data,
  );
}

/** What `magnitudesOf` is at least, from the responses: |Σ weight · sample / divisor|. */
function leastMagnitudes(exact: FeatureMap, kernel: Kernel, { border }: ConvolveOptions): Float32Array {
  // It weights the sum by a factor of its own.
  if (border === 'renormalize') return new Float32Array(exact.data.length);
  return Float32Array.from(exact.data, (response) => magnitudeOf(response - kernel.bias));
}

const magnitudeOf = (value: number) => (Number.isFinite(value) ? Math.abs(value) : 0);

/**
 * The largest error that is allowed at each sample: a share of what lies under the kernel there. Where all samples are of
 * one range, from the largest down to its 65536th part, methods may leave a share of the largest one.
 */
function allowedErrors(
  image: Samples,
  kernel: Kernel,
  options: ConvolveOptions,
  local: Float32Array,
): Float64Array {
  const magnitudes = image.data.map(magnitudeOf) as Float32Array;
  const weights = kernel.weights.map(Math.abs);
  const constant = options.border?.startsWith('constant:') ? Number(options.border.slice(9)) : 0;
  const areFinite = image.data.every(Number.isFinite);
  const largest = magnitudes.reduce((most, sample) => Math.max(most, sample), constant);
  const smallest = magnitudes.reduce(
    (least, sample) => (sample > 0 ? Math.min(least, sample) : least),
    largest,
  );
  const isOfOneRange = areFinite && largest <= smallest * 2 ** 16 && largest <= 2 ** 40;
  const scale = weights.reduce((most, weight) => Math.max(most, weight), 0) || 1;
  const gain = weights.reduce((sum, weight) => sum + weight / scale, 0) / (Math.abs(kernel.divisor) / scale);
  const factor = options.border === 'renormalize' ? 1e3 : 1;
  const anywhere = (isOfOneRange ? 4e-6 * gain * largest : 0) + 1e-6 * Math.abs(kernel.bias);
  // Steps of denormals: each product may be rounded to one.
  const floor = 2 ** -149 * (weights.length + 1) * (2 + gain) * 8;
  return Float64Array.from(local, (sum) => factor * (2e-6 * sum + anywhere + floor));
}

function differenceOf(a: FeatureMap, b: FeatureMap, allowed: Float64Array): string | null {
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [a.data[i]!, b.data[i]!];
    if (Object.is(x, y) || x === y || isNextToInfinity(x, y)) continue;
    if (Number.isFinite(x) && Number.isFinite(y) && Math.abs(x - y) <= allowed[i]!) continue;
    return `sample ${i}: ${x} and ${y}`;
  }
  return null;
}

/** Whether of two numbers one is infinite and the other so near the largest float32 that a rounding lies between. */
function isNextToInfinity(x: number, y: number): boolean {
  return Math.sign(x) === Math.sign(y) && Math.min(Math.abs(x), Math.abs(y)) > LARGEST * (1 - 1e-5);
}

it(`${CASES} random runs from seed ${SEED}: auto, direct and the definition agree`, async () => {
  const named = await Promise.all(NAMED.map((ref) => loadKernel(ref)));
  const wrong: string[] = [];
  for (let i = 0; i < CASES && wrong.length < 5; i++) {
    const seed = SEED * 1_000_003 + i;
    const random = randomOf(seed);
    for (let skip = 0; skip < 3; skip++) random(2);
    const image = randomImage(random);
    const kernel = randomKernel(random, named);
    const options = randomOptions(random);
    const slide = random(2) === 0 ? correlate : convolve;
    const run = (method: 'auto' | 'direct' | 'reference') => slide(image, kernel, { ...options, method });
    let exact: FeatureMap;
    try {
      exact = await run('reference');
    } catch (error) {
      // Options and kernel that do not suit each other, such as renormalize over weights that cancel out.
      expect(error).toBeInstanceOf(KernelError);
      await expect(run('auto')).rejects.toThrow(KernelError);
      continue;
    }
    const [auto, direct] = [await run('auto'), await run('direct')];
    const differences = (allowed: Float64Array) => [
      ['direct and the definition', differenceOf(direct, exact, allowed)],
      ['auto and the definition', differenceOf(auto, exact, allowed)],
      ['auto and direct', differenceOf(auto, direct, allowed)],
    ];
    // Most runs are within half of a lower bound of what is allowed, which the definition need not be run again for.
    const least = allowedErrors(image, kernel, options, leastMagnitudes(exact, kernel, options));
    if (differences(least.map((error) => error / 2)).every(([, difference]) => difference === null)) continue;
    const allowed = allowedErrors(image, kernel, options, await magnitudesOf(image, kernel, options, slide));
    const facts = `seed ${seed}: ${image.width}×${image.height}×${image.channels} ${kernel.name} ${kernel.width}×${kernel.height} ${JSON.stringify(options)}`;
    for (const [name, difference] of differences(allowed))
      if (difference) wrong.push(`${facts}\n  ${name}, ${difference}`);
  }
  expect(wrong.join('\n'), `FUZZ_SEED=${SEED}`).toBe('');
}, 300_000);
