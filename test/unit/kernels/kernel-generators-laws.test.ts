// Laws of every generator, for any values in range: weights are finite, of the announced number, not all zero; sums
// and symmetries match the descriptions; bases are orthonormal; steering a basis gives the turned kernel.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkedValues } from '../../../dist/kernels/generators/arguments.js';
import type { Generator, Parameter } from '../../../dist/kernels/generators/generator.js';
import { generators } from '../../../dist/kernels/generators/list.js';
import { type Kernel, sumOfMagnitudes, sumOfWeights } from '../../../dist/kernels/kernel.js';
import { loadBank } from '../../../dist/kernels/load/load.js';
import { sourceOf } from '../../support/kernel-source.js';

const LIMIT = 20_000;
const RUNS = 150;

type Given = Readonly<Record<string, number | string>>;

interface Law {
  /** The sum of the weights of each kernel over its divisor; undefined if not specified. */
  readonly sum?: (values: Given, index: number) => number | undefined;
  /** The effect of a rotation by 180°: 1 none, -1 changes the sign, 0 or undefined: not specified. */
  readonly symmetry?: (values: Given, index: number) => number;
}

const one = () => 1;
const zero = () => 0;
const even = () => 1;
const parity = (order: unknown) => (Number(order) % 2 === 0 ? 1 : -1);
const waveSymmetry = (part: unknown) => (part === 'imaginary' ? -1 : 1);
const firstOnly = (n: unknown) => (_: Given, index: number) => (index === 0 ? Number(n) : 0);

const LAWS: Readonly<Record<string, Law>> = {
  gaussian: {
    sum: (v) => {
      const [x, y] = [Number(v['order-x']), Number(v['order-y'])];
      if (x + y === 0) return 1;
      return (x + y) % 2 === 1 || v.dc === 'zero' ? 0 : undefined;
    },
    symmetry: (v) => parity(Number(v['order-x']) + Number(v['order-y'])),
  },
  box: { sum: one, symmetry: even },
  binomial: { sum: one, symmetry: even },
  disk: { sum: one, symmetry: even },
  'gaussian-pyramid-scales': { sum: one, symmetry: even },
  motion: { sum: one, symmetry: even },
  comet: { sum: one },
  unsharp: { sum: one, symmetry: even },
  highpass: { sum: zero, symmetry: even },
  laplacian: { sum: zero, symmetry: even },
  log: { sum: zero, symmetry: even },
  dog: { sum: zero, symmetry: even },
  derivative: { sum: zero, symmetry: (v) => parity(v.order) },
  gabor: {
    sum: (v) => (v.dc === 'zero' ? 0 : undefined),
    symmetry: (v) => (v.psi === 0 ? waveSymmetry(v.part) : 0),
  },
  'gabor-bank': {
    sum: (v) => (v.dc === 'zero' ? 0 : undefined),
    symmetry: (v, i) => waveSymmetry(v.parts === 'pairs' && i % 2 === 1 ? 'imaginary' : 'real'),
  },
  steerable: {
    symmetry: (v, i) => {
      if (v.kind !== 'pair') return v.kind === 'g2' ? 1 : -1;
      return i < (v.theta === null ? 3 : 1) ? 1 : -1;
    },
  },
  dct: { sum: (v, i) => firstOnly(v.n)(v, i) },
  hadamard: { sum: (v, i) => firstOnly(v.n)(v, i) },
  random: { sum: (v) => (v.mean === 'zero' ? 0 : undefined) },
};

/** Values at the ends of a range, near its beginning, where most kernels are small, and anywhere. */
function anyValue(parameter: Parameter): fc.Arbitrary<number | string> {
  if ('choices' in parameter) return fc.constantFrom(...parameter.choices);
  const { integer } = parameter;
  // Angles have no ends: ten turns are as good as any.
  const [min, max] = [Math.max(parameter.minimum, -3600), Math.min(parameter.maximum, 3600)];
  const ends = fc.constantFrom(min, max);
  const within = (top: number) =>
    integer ? fc.integer({ min, max: top }) : fc.double({ min, max: top, noNaN: true });
  const small = within(Math.min(max, min + (integer ? 6 : 2)));
  if (min < 0) return fc.oneof(ends, within(max), fc.constantFrom(0, 45, 90, 180, -90));
  return fc.oneof({ weight: 1, arbitrary: ends }, { weight: 5, arbitrary: small }, within(max));
}

function valuesOf({ parameters }: Generator): fc.Arbitrary<Given> {
  const needed = Object.keys(parameters).filter((name) => {
    const parameter = parameters[name]!;
    return !('choices' in parameter) && parameter.default === undefined;
  });
  const arbitraries = Object.entries(parameters).map(([name, parameter]) => [name, anyValue(parameter)]);
  return fc.record(Object.fromEntries(arbitraries), { requiredKeys: needed }) as fc.Arbitrary<Given>;
}

describe.each(
  generators.map((generator) => [generator.name, generator] as const),
)('%s', (name, generator) => {
  test(`keeps its laws for any values`, async () => {
    let kept = 0;
    const law = fc.asyncProperty(valuesOf(generator), async (given) => {
      const text = JSON.stringify({ generator: name, ...given });
      let kernels: readonly Kernel[];
      try {
        ({ kernels } = await loadBank(text, sourceOf().source, { limitWeights: LIMIT }));
      } catch (error) {
        const { message } = error as Error;
        if (/expected at most 20000 weights/.test(message)) return;
        // Values in range that are incompatible; anything else is a fault.
        expect(generator.validate, message).toBeDefined();
        expect(message).toMatch(/^kernel \{.*: [a-z0-9-]+ \(.*\): expected .*, found [^ ]+$/);
        return;
      }
      kept++;
      const place = { subject: name, path: [] };
      const values = checkedValues(generator, new Map(Object.entries(given)), place) as Given;
      expect(kernels.reduce((sum, { weights }) => sum + weights.length, 0)).toBe(generator.size(values));
      expect(new Set(kernels.map((kernel) => kernel.name)).size).toBe(kernels.length);
      for (const [i, kernel] of kernels.entries()) expectLawful(kernel, LAWS[name] ?? {}, values, i);
    });
    // If most combinations are incompatible, more are drawn.
    for (let round = 0; round < 4 && kept <= RUNS / 10; round++) await fc.assert(law, { numRuns: RUNS });
    expect(kept, 'not nearly all were too large or refused').toBeGreaterThan(RUNS / 10);
  });
});

function expectLawful(kernel: Kernel, law: Law, values: Given, index: number): void {
  const { weights, divisor, width, height } = kernel;
  expect(weights).toHaveLength(width * height);
  expect(weights.every(Number.isFinite)).toBe(true);
  expect(weights.some((weight) => weight !== 0)).toBe(true);
  const sum = law.sum?.(values, index);
  if (sum !== undefined) {
    // Some weights are small differences of numbers near 1.
    const rounding = (1e-12 * sumOfMagnitudes(kernel)) / divisor + 1e-15 * weights.length;
    expect(Math.abs(sumOfWeights(kernel) / divisor - sum)).toBeLessThanOrEqual(rounding);
  }
  const sign = law.symmetry?.(values, index) ?? 0;
  if (sign === 0) return;
  const turned = weights.toReversed();
  expect(weights.every((weight, i) => weight === sign * turned[i]!)).toBe(true);
}

test.each([
  'dct:1',
  'dct:5',
  'dct:8',
  'hadamard:1',
  'hadamard:8',
  'hadamard:8,order=sequency',
])('%s is orthonormal', async (ref) => {
  const { kernels } = await loadBank(ref, sourceOf().source);
  const size = kernels[0]!.width;
  expect(kernels).toHaveLength(size ** 2);
  for (const [i, a] of kernels.entries()) {
    for (const [j, b] of kernels.slice(i).entries()) {
      const dot = a.weights.reduce((sum, weight, at) => sum + weight * b.weights[at]!, 0);
      expect(Math.abs(dot / (a.divisor * b.divisor) - (j === 0 ? 1 : 0))).toBeLessThan(1e-14);
    }
  }
});

test.each([
  ['g1', 1, 20],
  ['g2', 2, 75],
  ['h2', 3, -130],
])('%s turned to an angle is a sum of its basis', async (kind, order, theta) => {
  const load = (ref: string) => loadBank(ref, sourceOf().source);
  const basis = (await load(`steerable:kind=${kind}`)).kernels;
  const [turned] = (await load(`steerable:theta=${theta},kind=${kind}`)).kernels;
  expect(basis).toHaveLength(order + 1);
  const [cos, sin] = [Math.cos((theta * Math.PI) / 180), Math.sin((theta * Math.PI) / 180)];
  const binomials = [
    [1, 1],
    [1, 2, 1],
    [1, 3, 3, 1],
  ][order - 1]!;
  const shares = binomials.map((n, k) => n * cos ** (order - k) * sin ** k);
  turned!.weights.forEach((weight, i) => {
    const sum = shares.reduce((total, share, k) => total + share * basis[k]!.weights[i]!, 0);
    expect(sum).toBeCloseTo(weight, 13);
  });
});

test('steerable pairs are named, with and without an angle', async () => {
  const names = async (ref: string) =>
    (await loadBank(ref, sourceOf().source)).kernels.map(({ name }) => name.split('-').at(-1));
  expect(await names('steerable:kind=pair')).toEqual(['g2a', 'g2b', 'g2c', 'h2a', 'h2b', 'h2c', 'h2d']);
  expect(await names('steerable:theta=30,kind=pair')).toEqual(['g2', 'h2']);
});

test('gabor kernels of all angles have one size', async () => {
  for (let theta = -360; theta <= 360; theta += 15) {
    const [kernel] = (await loadBank(`gabor:${theta},sigma=2,gamma=0.5`, sourceOf().source)).kernels;
    expect([kernel!.width, kernel!.height]).toEqual([25, 25]);
  }
});

test.each([
  ['right', [0, 0], 5, 1],
  ['left', [4, 0], 5, 1],
  ['down', [0, 0], 1, 5],
  ['up', [0, 4], 1, 5],
])('comet towards %s begins at its anchor', async (towards, anchor, width, height) => {
  const [kernel] = (await loadBank(`comet:1,towards=${towards}`, sourceOf().source)).kernels;
  expect(kernel).toMatchObject({ anchor, width, height });
  const at = kernel!.anchor[1] * width + kernel!.anchor[0];
  expect(kernel!.weights[at]).toBe(Math.max(...kernel!.weights));
});

test('a disk has its exact area: samples completely inside weigh 1 over it', async () => {
  for (const radius of [1, 2.5, 10, 123.4]) {
    const [{ weights }] = (await loadBank(`disk:${radius}`, sourceOf().source)).kernels as [Kernel];
    expect(weights[weights.length >> 1]! * Math.PI * radius ** 2).toBeCloseTo(1, 9);
  }
});

test.each([
  ['gaussian:1,angle=30,kind=integrated', /kind: expected sampled unless the angle is 0, 90, 180 or 270/],
  ['gaussian:1,dc=zero', /dc: expected keep if order-x and order-y are 0, found "zero"$/],
  ['gaussian:0.1,order-x=1', /sigma: expected at least 0\.2 for a derivative, found 0\.1$/],
  ['gaussian:1,sigma-y=0.1,order-y=1', /sigma-y: expected at least 0\.2 for a derivative, found 0\.1$/],
  ['gaussian:1,sigma-y=0.1,angle=9,order-x=1', /sigma-y: expected at least 0\.2 for a derivative/],
  ['gaussian:1,order-y=3,radius=1', /radius: expected at least 2 for this derivative, found 1$/],
  ['gaussian:1,kind=exact', /kind: expected sampled, integrated or discrete, found "exact"$/],
  ['dog:2,sigma2=2.01', /sigma2: expected at least 1 % more or less than sigma1, .*, found 2\.01$/],
  ['hadamard:12', /n: expected a power of 2 from 1 to 64, found 12$/],
  ['hadamard:0', /n: expected a whole number from 1 to 64, found 0$/],
  ['derivative:1,accuracy=3', /accuracy: expected 2, 4, 6 or 8, found 3$/],
  ['dct:33', /at most 1048576 weights, found 1185921; --limit-kernel/],
  ['gabor:45,lambda=2', /lambda: expected a number from 2\.1 to 400, found 2$/],
  ['unsharp', /unsharp needs amount .*; write for example unsharp:amount=1,sigma=2$/],
])('%s is refused', async (ref, message) => {
  await expect(loadBank(ref, sourceOf().source)).rejects.toThrow(message);
});
