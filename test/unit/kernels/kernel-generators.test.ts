import { expect, test } from 'vitest';
import { generators } from '../../../dist/kernels/generators/list.js';
import { hasIntegerWeights, type Kernel, sumOfWeights } from '../../../dist/kernels/kernel.js';
import { loadBank } from '../../../dist/kernels/load/load.js';
import { sourceOf } from '../../support/kernel-source.js';

async function made(ref: string): Promise<Kernel> {
  return (await loadBank(ref, sourceOf().source)).kernels[0]!;
}
const middleRow = ({ weights, width, height }: Kernel) => [
  ...weights.slice((height >> 1) * width, ((height >> 1) + 1) * width),
];

test('gaussian: the row of sigma 1 is the known one', async () => {
  const kernel = await made('gaussian:1');
  expect(kernel).toMatchObject({ width: 9, height: 9, divisor: 1, anchor: [4, 4] });
  // Column sums of an outer product of normalised rows are the row.
  const row = Array.from({ length: 9 }, (_, x) =>
    kernel.weights.reduce((sum, w, i) => (i % 9 === x ? sum + w : sum), 0),
  );
  const known = [0.00013, 0.00443, 0.05399, 0.24197, 0.39894, 0.24197, 0.05399, 0.00443, 0.00013];
  row.forEach((w, i) => {
    expect(w).toBeCloseTo(known[i]!, 5);
  });
});

test.each([
  ['gaussian:0.5', 2],
  ['gaussian:sigma=2', 8],
  ['gaussian:sigma=1.6', 6],
  ['gaussian:sigma=1.4', 6],
  ['gaussian:sigma=0.01', 0],
  ['gaussian:sigma=3,radius=2', 2],
])('%s has radius %d and sum 1', async (ref, radius) => {
  const kernel = await made(ref);
  expect([kernel.width, kernel.height]).toEqual([2 * radius + 1, 2 * radius + 1]);
  expect(sumOfWeights(kernel)).toBeCloseTo(1, 12);
  expect(kernel.weights.toReversed()).toEqual(kernel.weights);
});

test('gaussian: neighbours have the ratio of the formula', async () => {
  const row = middleRow(await made('gaussian:sigma=2'));
  for (let x = 1; x <= 8; x++) expect(row[8 + x]! / row[8]!).toBeCloseTo(Math.exp((-x * x) / 8), 14);
});

test.each([1, 2, 5, 1001])('box:%d is ones over its area', async (size) => {
  const kernel = await made(`box:${size}`);
  expect(kernel).toMatchObject({ width: size, height: size, divisor: size * size });
  expect(kernel.weights.every((w) => w === 1)).toBe(true);
});

test.each([
  [0, [1]],
  [1, [2, 4, 2]],
  [2, [6, 24, 36, 24, 6]],
])('binomial:%d has the middle row %j', async (radius, row) => {
  expect(middleRow(await made(`binomial:${radius}`))).toEqual(row);
});

test.each(Array.from({ length: 14 }, (_, radius) => radius))('binomial:%d is exact', async (radius) => {
  const kernel = await made(`binomial:radius=${radius}`);
  expect(hasIntegerWeights(kernel)).toBe(true);
  expect(sumOfWeights(kernel)).toBe(kernel.divisor);
  expect(kernel.divisor).toBe(16 ** radius);
  // C(26, 13) by factors, exactly.
  if (radius === 13) expect(Math.max(...kernel.weights)).toBe(Number(10400600n ** 2n));
});

test.each(
  generators.map((generator) => [generator.name, generator] as const),
)('%s keeps the contract', (_, generator) => {
  expect(generator.name).toMatch(/^[a-z][a-z0-9-]*$/);
  expect(generator.source).not.toBe('');
  const values: Record<string, number | string | null> = {};
  for (const [name, parameter] of Object.entries(generator.parameters)) {
    expect(parameter.description).not.toBe('');
    if ('choices' in parameter) {
      values[name] = parameter.choices[0];
      continue;
    }
    const { minimum, maximum, default: preset } = parameter;
    if (preset === null) {
      values[name] = null;
      continue;
    }
    const usual =
      typeof preset === 'function'
        ? preset(values as Record<string, number>)
        : (preset ?? Math.min(Math.max(2, minimum), maximum));
    expect(usual).toBeGreaterThanOrEqual(minimum);
    expect(usual).toBeLessThanOrEqual(maximum);
    values[name] = usual;
  }
  const kernels = generator.make(values);
  for (const { weights, width, height } of kernels) expect(weights).toHaveLength(width * height);
  expect(kernels.reduce((sum, { weights }) => sum + weights.length, 0)).toBe(generator.size(values));
});

// SciPy filters no axis whose deviation is 0: gaussian_filter(x, 0) is x, gaussian_filter(x, (0, 2)) blurs rows only.
test.each([
  ['gaussian:sigma=0', [1, 1], [1]],
  ['gaussian:0', [1, 1], [1]],
  ['gaussian:sigma=1e-200', [1, 1], [1]],
  ['gaussian:sigma=0,radius=1', [3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 0]],
  ['gaussian:sigma=0,kind=integrated,radius=1', [3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 0]],
  ['gaussian:sigma=0,kind=discrete,radius=1', [3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 0]],
  ['gaussian:sigma=0,angle=30,radius=1', [3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 0]],
])('%s is the identity', async (ref, size, weights) => {
  const kernel = await made(ref);
  expect([kernel.width, kernel.height]).toEqual(size);
  expect([...kernel.weights]).toEqual(weights);
});

test('gaussian: a deviation of 0 along one axis leaves the other', async () => {
  const both = await made('gaussian:sigma=2');
  const across = await made('gaussian:sigma=2,sigma-y=0');
  expect([across.width, across.height]).toEqual([17, 1]);
  const row = Array.from({ length: 17 }, (_, x) =>
    both.weights.reduce((sum, w, i) => (i % 17 === x ? sum + w : sum), 0),
  );
  across.weights.forEach((w, x) => {
    expect(w).toBeCloseTo(row[x]!, 12);
  });
  expect(await made('gaussian:sigma=2,sigma-y=0,angle=90')).toMatchObject({ width: 1, height: 17 });
  await expect(made('gaussian:sigma=2,sigma-y=0,angle=30')).rejects.toThrow(/sigma-y: expected more than 0/);
  await expect(made('gaussian:sigma=0,order-x=1')).rejects.toThrow(/at least 0.2 for a derivative/);
});

test.each([
  ['box:width=5,height=2', 5, 2],
  ['box:size=3,width=7', 7, 3],
  ['box:4,height=1', 4, 1],
])('%s is a mean of %d×%d', async (ref, width, height) => {
  const kernel = await made(ref);
  expect(kernel).toMatchObject({ width, height, divisor: width * height, anchor: [width >> 1, height >> 1] });
  expect(kernel.weights.every((w) => w === 1)).toBe(true);
});

test.each(['box', 'box:width=5', 'box:height=5'])('%s lacks a size', async (ref) => {
  await expect(made(ref)).rejects.toThrow(/box needs size/);
});

// An angle counts modulo a whole turn, whatever its size.
test.each([
  ['motion:length=7,angle=30', 'motion:length=7,angle=750'],
  ['motion:length=7,angle=30', 'motion:length=7,angle=-330'],
  ['gabor:theta=40,lambda=6,sigma=2', 'gabor:theta=-1400,lambda=6,sigma=2'],
  ['gabor:theta=40,lambda=6,sigma=2,psi=90', 'gabor:theta=400,lambda=6,sigma=2,psi=3690'],
  ['gaussian:sigma=2,sigma-y=1,angle=20', 'gaussian:sigma=2,sigma-y=1,angle=36020'],
  ['gaussian:sigma=2,order-x=1,angle=90', 'gaussian:sigma=2,order-x=1,angle=450'],
  ['steerable:theta=10', 'steerable:theta=-710'],
  ['sobel-x | rotate:45', 'sobel-x | rotate:765'],
  ['sobel-x | rotate:135', 'sobel-x | rotate:-585'],
  ['comet:2 | rotate:90', 'comet:2 | rotate:-990'],
])('%s is %s', async (within, beyond) => {
  const [one, other] = [await made(within), await made(beyond)];
  expect([other.width, other.height, other.anchor]).toEqual([one.width, one.height, one.anchor]);
  expect([...other.weights]).toEqual([...one.weights]);
});

test.each([
  'motion:length=7,angle=1e999',
  'gabor:theta=x,lambda=6,sigma=2',
  'sobel-x | rotate:100',
])('%s has no such angle', async (ref) => {
  await expect(made(ref)).rejects.toThrow(/expected a (number|multiple of 45)/);
});
