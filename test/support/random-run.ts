// Random images, kernels and options: any run of the engine, with its plan by the chosen or requested method, its plan
// by the definition, and the largest error allowed between the two.

import fc from 'fast-check';
import { expect } from 'vitest';
import { ImageError } from '../../dist/core/errors.js';
import type { Depth, SampleArray, Samples } from '../../dist/core/image.js';
import { toSharedMemory } from '../../dist/core/image.js';
import type { Stats } from '../../dist/engine/output/requantize.js';
import { prepareWork } from '../../dist/engine/prepare.js';
import type { Job } from '../../dist/engine/tile-worker.js';
import { defaultAnchor, type Kernel, sumOfMagnitudes, sumOfWeights } from '../../dist/kernels/kernel.js';
import { BORDER_MODES } from '../../dist/plan/border.js';
import type { ChannelChoice, Extent, Method } from '../../dist/plan/convolution-options.js';
import { makePlan, type PlanOptions } from '../../dist/plan/make-plan.js';
import type { Plan } from '../../dist/plan/plan.js';
import { runOnPool, workOf } from './run-plan.js';

export const ARRAYS = { 8: Uint8Array, 16: Uint16Array, float: Float32Array } as const;

/** Integers 0…top−1, the same ones for the same seed. */
export function randomOf(seed: number): (top: number) => number {
  // Signed: V8 would allocate an object for each larger number.
  let state = seed | 0;
  return (top) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.floor(((state >>> 0) / 2 ** 32) * top);
  };
}

/** An image of random samples over the whole range; for one seed of four, of its two ends only. */
export function randomImage(
  width: number,
  height: number,
  channels: number,
  depth: Depth,
  seed: number,
): Samples {
  const random = randomOf(seed);
  const scale = depth === 16 ? 65535 : 255;
  const next = () => {
    if (depth === 'float') return (random(2 ** 20) - 2 ** 19) / 1000;
    return seed % 4 === 0 ? random(2) * scale : random(scale + 1);
  };
  const data = new ARRAYS[depth](width * height * channels);
  for (let i = 0; i < data.length; i++) data[i] = next();
  return { width, height, channels, depth, hasAlpha: false, data };
}

const pairOf = (...values: number[]) => fc.tuple(fc.constantFrom(...values), fc.constantFrom(...values));
export const upTo = (max: number, min = 1) => fc.integer({ min, max });
const mostly = <T>(weight: number, often: fc.Arbitrary<T>, seldom: fc.Arbitrary<T>) =>
  fc.oneof({ weight, arbitrary: often }, { weight: 1, arbitrary: seldom });
const kernelAxis = mostly(3, upTo(5), upTo(13, 6));

/** Images of integers −9…9 as float samples: their maps can be images and kernels again. */
export const smallImage = (max = 9): fc.Arbitrary<Samples> =>
  fc.tuple(upTo(max), upTo(max)).chain(([width, height]) => {
    const data = fc.array(upTo(9, -9), { minLength: width * height, maxLength: width * height });
    const shape = { width, height, channels: 1, depth: 'float', hasAlpha: false } as const;
    return data.map((values) => ({ ...shape, data: Float32Array.from(values) }));
  });

/** Kernels of integers −9…9 with any anchor. */
export const smallKernel = (max = 5): fc.Arbitrary<Kernel> =>
  fc.tuple(smallImage(max), fc.nat(), fc.nat()).map(([image, x, y]) => ({
    ...kernelOfImage(image),
    anchor: [x % image.width, y % image.height],
  }));

/** Kernels that are not integers once divided, with a bias and a sum that is not 0. */
export const fractions = fc
  .tuple(smallKernel(6), fc.constantFrom(1, 3, 7))
  .map(([kernel, divisor]) => ({ ...kernel, divisor, bias: 2 }))
  .filter(({ weights }) => weights.reduce((sum, w) => sum + w, 0) !== 0);

/** Images of any depth, 20×9×4 at most. */
export const stored = fc
  .tuple(upTo(20), upTo(9), upTo(4), fc.constantFrom<Depth>(8, 16, 'float'), fc.nat())
  .map((shape) => randomImage(...shape));

export function kernelOfImage({ width, height, data }: Pick<Samples, 'width' | 'height' | 'data'>): Kernel {
  const weights = Float64Array.from(data);
  const anchor = defaultAnchor(width, height);
  return { name: 'k', width, height, inChannels: null, weights, divisor: 1, bias: 0, anchor };
}

/** The structure of the weights: none, all equal, or the product of a row and a column. */
type Family = 'any' | 'box' | 'product';

/** The random parameters of a run. */
export const anything = fc.record({
  width: mostly(8, upTo(20), upTo(200, 60)),
  height: upTo(12),
  channels: upTo(5),
  hasAlpha: fc.boolean(),
  depth: fc.constantFrom<Depth>(8, 16, 'float'),
  seed: fc.nat(),
  kernel: fc.tuple(kernelAxis, kernelAxis),
  family: fc.constantFrom<Family>('any', 'any', 'any', 'box', 'product'),
  largest: fc.constantFrom(1, 2, 9, 130, 300, 70_000, 10_000_000),
  positive: fc.boolean(),
  fraction: fc.constantFrom(1, 1, 1, 7, 8, 0.3),
  across: fc.boolean(),
  anchor: fc.tuple(fc.nat(12), fc.nat(12)),
  divisor: fc.constantFrom(1, 1, 1, 2, 9, -3, 256, 0.37),
  bias: fc.constantFrom(0, 0, 0, 1, 128, -7.25),
  mode: fc.constantFrom(...BORDER_MODES),
  value: fc.constantFrom(0, 0, 7, 255, 256, -3, 1000, 0.5),
  extent: fc.constantFrom<Extent>('same', 'same', 'valid', 'full'),
  stride: pairOf(1, 1, 1, 1, 2, 3, 5, 50, 999_999_937),
  dilation: pairOf(1, 1, 1, 1, 2, 3, 7, 1000, 1_000_000_000),
  flip: fc.boolean(),
  choice: fc.nat(),
  filterAlpha: fc.boolean(),
  tile: fc.tuple(upTo(40), upTo(7)),
  picture: fc.record({
    depth: fc.constantFrom<Depth>(8, 16),
    map: fc.constantFrom('clamp' as const, 'abs' as const, 'signed' as const),
    gain: fc.constantFrom(1, 1, 0.5, 2, 257, 1 / 257, 0.013, -1),
  }),
});
export type Anything = typeof anything extends fc.Arbitrary<infer T> ? T : never;

export interface Run {
  readonly image: Samples;
  readonly plan: Plan;
  readonly definition: Plan;
  /** The largest error of a response; 0 where integers make every sum exact. */
  readonly slack: number;
}

/** The share of Σ|w| · max|sample| / |divisor| that a method's rounding stays under where sums are not integers. */
export const SHARES = {
  direct: 1e-6,
  'running-sums': 1e-6,
  separable: 4e-6,
  fft: 4e-6,
  reference: 1e-12,
} as const satisfies Record<Plan['method'], number>;

/**
 * The run described by `a`; skipped if no position fits, the map would be too large or the method refuses the kernel.
 */
export function runOf(a: Anything, output: PlanOptions['output'], method: Method = 'auto'): Run {
  const hasAlpha = a.hasAlpha && a.channels > 1;
  const image = { ...randomImage(a.width, a.height, a.channels, a.depth, a.seed), hasAlpha };
  const colours = a.channels - (hasAlpha ? 1 : 0);
  const channels = channelsOf(a.choice, colours, hasAlpha);
  const planes = channels === 'each' ? (a.filterAlpha ? a.channels : colours) : 1;
  const kernel = kernelOf(a, a.across ? planes : null);
  // `filter` refuses these: no sum can be scaled up.
  fc.pre(a.mode !== 'renormalize' || Math.abs(sumOfWeights(kernel)) > 1e-12 * sumOfMagnitudes(kernel));
  const { flip, extent, stride, dilation, filterAlpha } = a;
  const convolution = { flip, border: { mode: a.mode, value: a.value }, extent, stride, dilation };
  const options = { convolution, channels, filterAlpha, output, limitPixels: 20_000, label: 'image' };
  const plan = planOrSkip(kernel, image, { ...options, method });
  const definition = planOrSkip(kernel, image, { ...options, method: 'reference' });
  const constant = a.mode === 'constant' ? a.value : 0;
  const top = Math.max(largestOf(image.data), Math.abs(constant));
  const bound = sumOfMagnitudes(kernel) * top;
  const whole = a.depth !== 'float' && !(channels === 'gray' && colours === 3) && Number.isInteger(constant);
  const exact = whole && kernel.weights.every(Number.isInteger) && bound < 2 ** 53;
  const share = exact && plan.method !== 'fft' ? 0 : SHARES[plan.method];
  return { image, plan, definition, slack: (share * bound) / Math.abs(a.divisor) };
}

/** The largest magnitude of some samples. */
export function largestOf(data: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i]!));
  return largest;
}

function channelsOf(choice: number, colours: number, hasAlpha: boolean): ChannelChoice {
  const all: ChannelChoice[] = ['each', 'each'];
  if (colours === 1 || colours === 3) all.push('gray');
  if (colours >= 3) all.push('r', 'g', 'b');
  if (hasAlpha) all.push('a');
  return all[choice % all.length]!;
}

function kernelOf(a: Anything, inChannels: number | null): Kernel {
  const [width, height] = a.kernel;
  const random = randomOf(a.seed + 1);
  const weight = () => {
    const sign = a.positive || random(2) === 0 ? 1 : -1;
    return (sign * random(a.largest + 1)) / a.fraction;
  };
  const planes = inChannels ?? 1;
  const weights = Float64Array.from({ length: width * height * planes }, weight);
  if (a.family === 'box') weights.fill(weights.find((w) => w !== 0) ?? 1);
  if (a.family === 'product') {
    const row = Array.from({ length: width }, () => random(7) - 3);
    const column = Array.from({ length: height }, () => weight());
    weights.forEach((_, i) => {
      weights[i] = row[i % width]! * column[Math.floor(i / width) % height]!;
    });
  }
  const anchor = [a.anchor[0] % width, a.anchor[1] % height] as const;
  return { name: 'k', width, height, inChannels, weights, divisor: a.divisor, bias: a.bias, anchor };
}

function planOrSkip(kernel: Kernel, image: Samples, options: PlanOptions): Plan {
  try {
    return makePlan(kernel, image, options);
  } catch (error) {
    if (error instanceof ImageError) fc.pre(false);
    throw error;
  }
}

/** A job for the pool: one plan over samples, into a target. */
export function jobOf(plan: Plan, source: SampleArray, target: SampleArray): Job {
  const next = new Int32Array(new SharedArrayBuffer(4));
  const { shape, unitCount } = prepareWork(workOf(plan));
  return {
    id: shape.id,
    shape,
    source: toSharedMemory(source),
    targets: [target],
    work: { next, count: unitCount },
  };
}

/** Fails unless two arrays of samples hold the same bytes. */
export function expectSameBytes(found: SampleArray, wanted: SampleArray, about?: string): void {
  const bytes = (of: SampleArray) => Buffer.from(of.buffer, of.byteOffset, of.byteLength);
  if (bytes(found).equals(bytes(wanted))) return;
  const at = found.findIndex((v, i) => !Object.is(v, wanted[i]));
  expect({ at, value: found[at] }, about).toEqual({ at, value: wanted[at] });
  expect(found.length, about).toBe(wanted.length);
}

/** Runs a plan on two threads, whatever its size, into samples that were not 0 before. */
export async function runThreaded(plan: Plan, source: SampleArray) {
  const { width, height, channels, depth } = plan.output;
  const target = toSharedMemory(new ARRAYS[depth](width * height * channels).fill(77));
  const stats = (await runOnPool(jobOf(plan, source, target), 2)).map((ran) => ran.stats[0]!);
  const extreme = (pick: (s: Stats) => number, of: typeof Math.min) => of(...stats.map(pick));
  const clipped = stats.reduce((sum, s) => sum + s.clipped, 0) / target.length;
  return {
    data: target,
    min: extreme((s) => s.min, Math.min),
    max: extreme((s) => s.max, Math.max),
    clipped,
  };
}

/** Fails unless each sample is as near as `slack` and the rounding to float32 allow; -0 is 0. */
export function expectNear(found: ArrayLike<number>, wanted: ArrayLike<number>, slack: number): void {
  expect(found.length).toBe(wanted.length);
  for (let at = 0; at < wanted.length; at++) {
    const [value, right] = [found[at]!, wanted[at]!];
    const near =
      value === right ||
      (slack > 0 && Math.abs(value - right) <= slack + Math.abs(right) * 2 ** -23) ||
      (Number.isNaN(value) && Number.isNaN(right));
    if (!near) expect({ at, value }).toEqual({ at, value: right });
  }
}

/** Tries a law on `runs` random values, the same ones each time. */
export function holds<T>(values: fc.Arbitrary<T>, runs: number, law: (value: T) => Promise<void>) {
  return fc.assert(fc.asyncProperty(values, law), { seed: 20_260_301, numRuns: runs });
}
