import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { generators } from '../dist/kernel/generators/list.js';
import { rotate180, sumOfWeights } from '../dist/kernel/kernel.js';
import { loadBank } from '../dist/kernel/load.js';
import { shippedNames, sourceOf } from './kernel-source.js';

type Row = readonly number[];
const outer = (column: Row, row: Row) => column.flatMap((c) => row.map((r) => c * r));
const minus = (a: Row, b: Row) => a.map((x, i) => x - b[i]!);
const plus = (a: Row, b: Row) => a.map((x, i) => x + b[i]!);
const times = (a: Row, by: number) => a.map((x) => x * by);

const smooth = [1, 2, 1];
const slope = [-1, 0, 1];
const delta = outer([0, 1, 0], [0, 1, 0]);
// Second differences along x, y and both diagonals.
const bend = [1, -2, 1];
const straight = plus(outer([0, 1, 0], bend), outer(bend, [0, 1, 0]));
const diagonals = [1, 0, 1, 0, -4, 0, 1, 0, 1];
// The gradient towards the lower right: (x − 1) + (y − 1).
const diagonalSlope = plus(outer([1, 1, 1], slope), outer(slope, [1, 1, 1]));

// name: weights by formula, divisor, sum of weights / divisor, sign under 180° rotation (0: neither).
const formulas: Record<string, readonly [weights: Row, divisor: number, sum: number, symmetry: number]> = {
  identity: [delta, 1, 1, 1],
  'box-3': [outer([1, 1, 1], [1, 1, 1]), 9, 1, 1],
  'gaussian-3': [outer(smooth, smooth), 16, 1, 1],
  'gaussian-5': [outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]), 256, 1, 1],
  'sobel-x': [outer(smooth, slope), 1, 0, -1],
  'sobel-y': [outer(slope, smooth), 1, 0, -1],
  'prewitt-x': [outer([1, 1, 1], slope), 1, 0, -1],
  'prewitt-y': [outer(slope, [1, 1, 1]), 1, 0, -1],
  'scharr-x': [outer([3, 10, 3], slope), 1, 0, -1],
  'scharr-y': [outer(slope, [3, 10, 3]), 1, 0, -1],
  'roberts-1': [minus([1, 0, 0, 0], [0, 0, 0, 1]), 1, 0, -1],
  'roberts-2': [minus([0, 1, 0, 0], [0, 0, 1, 0]), 1, 0, -1],
  'laplacian-4': [straight, 1, 0, 1],
  'laplacian-8': [plus(straight, diagonals), 1, 0, 1],
  sharpen: [minus(delta, straight), 1, 1, 1],
  emboss: [plus(delta, diagonalSlope), 1, 1, 0],
};

const names = await shippedNames();

test('every shipped kernel has its formula here, and no generator has its name', () => {
  expect(names).toEqual(Object.keys(formulas).sort());
  for (const { name } of generators) expect(names).not.toContain(name);
});

test.each(Object.entries(formulas))('%s', async (name, [weights, divisor, sum, symmetry]) => {
  const { kernels } = await loadBank(name, sourceOf().source);
  const [kernel] = kernels;
  expect([...kernel!.weights].map((w) => w + 0)).toEqual(weights.map((w) => w + 0));
  const size = Math.sqrt(weights.length);
  expect(kernel).toMatchObject({ name, width: size, height: size, divisor, bias: 0, inChannels: null });
  expect(kernel!.anchor).toEqual(name.startsWith('roberts') ? [0, 0] : [size >> 1, size >> 1]);
  expect(sumOfWeights(kernel!) / kernel!.divisor).toBe(sum);
  const turned = [...rotate180(kernel!).weights];
  const signs = [1, -1].filter((sign) => times(turned, sign).every((w, i) => w === kernel!.weights[i]));
  expect(signs).toEqual(symmetry === 0 ? [] : [symmetry]);
});

test.each(names)('the file of %s says what it is, one row a line', async (name) => {
  const text = await readFile(new URL(`../kernels/${name}.json`, import.meta.url), 'utf8');
  const file = JSON.parse(text);
  expect(file).toMatchObject({ $schema: '../schema/kernel.schema.json', name });
  expect(file.description.length).toBeGreaterThan(20);
  expect(file.source.length).toBeGreaterThan(5);
  expect(file.divisor).toBeTypeOf('number');
  expect(text.match(/^ {4}\[[^[\]]+\],?$/gm)).toHaveLength(file.weights.length);
});
