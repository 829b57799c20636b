import { expect, test } from 'vitest';
import { parseKernel } from '../../../dist/kernels/file/parse-kernel.js';
import { loadBank } from '../../../dist/kernels/load/load.js';
import { sourceOf } from '../../support/kernel-source.js';

const load = (ref: string, files: Record<string, string | Uint8Array> = {}) =>
  loadBank(ref, sourceOf(files).source);
const only = async (ref: string, files = {}) => {
  const { kernels } = await load(ref, files);
  expect(kernels).toHaveLength(1);
  return kernels[0]!;
};

test('inline rows: all that is left out has its default', async () => {
  expect(await only('[[1, 2, 3], [4, 5, 6]]')).toEqual({
    name: 'kernel',
    width: 3,
    height: 2,
    inChannels: null,
    weights: Float64Array.of(1, 2, 3, 4, 5, 6),
    divisor: 1,
    bias: 0,
    anchor: [1, 1],
  });
});

test.each([
  ['[[5]]', { width: 1, height: 1, anchor: [0, 0] }],
  ['[[1, 2], [3, 4]]', { anchor: [1, 1] }],
  [
    '{"weights": [[1, 2]], "anchor": [0, 0], "divisor": -2, "bias": 0.5}',
    { anchor: [0, 0], divisor: -2, bias: 0.5 },
  ],
  ['{"weights": [[1, 2]], "divisor": "sum"}', { divisor: 3 }],
  [
    '{"row": [1, 2], "column": [3, 4, 5]}',
    { width: 2, height: 3, weights: Float64Array.of(3, 6, 4, 8, 5, 10) },
  ],
  ['[[[1, 2]], [[3, 4]]]', { inChannels: 2, width: 2, height: 1, weights: Float64Array.of(1, 2, 3, 4) }],
  ['[[[1, 2]]]', { inChannels: 1 }],
  [
    '{"weights": [[1]], "name": "é", "description": "d\\n", "source": "s", "$schema": "x"}',
    { name: 'é', description: 'd\n', source: 's' },
  ],
  ['\ufeff [[1]]', { weights: Float64Array.of(1) }],
  [
    '{"generator": "box", "size": 2, "name": "b", "source": "mine"}',
    { name: 'b', width: 2, divisor: 4, source: 'mine' },
  ],
  ['box:2', { name: 'box:size=2', anchor: [1, 1], divisor: 4 }],
  ['gaussian:sigma=0.5,radius=1', { name: 'gaussian:sigma=0.5,radius=1', width: 3 }],
])('%s', async (ref, expected) => {
  expect(await only(ref)).toMatchObject(expected);
});

test.each([
  ['a.json', 'a'],
  ['dir/my kernel.json', 'my kernel'],
  ['C:\\k\\edge.JSON', 'edge'],
  ['dir/noending', 'noending'],
  ['dir/.json', 'kernel'],
])('the file %s without a name is called %s', async (path, name) => {
  expect((await only(path, { [path]: '[[1]]' })).name).toBe(name);
});

test('a byte order mark in a file does no harm', async () => {
  expect((await only('a.json', { 'a.json': '\ufeff[[1]]' })).width).toBe(1);
});

test('a shipped kernel reads its own file and nothing else', async () => {
  const { source, asked } = sourceOf();
  await loadBank('sobel-x', source);
  expect(asked).toEqual(['builtin sobel-x']);
});

test('a generator call reads nothing', async () => {
  const { source, asked } = sourceOf();
  await loadBank('gaussian:2', source);
  expect(asked).toEqual([]);
});

test('a bank: names, calls, relative paths, inline kernels, in order', async () => {
  const bank = await load('d/b.json', {
    'd/b.json': `{"kernels": ["sobel-x", "box:3", "one.json", "../two.json", "/three.json", [[1]],
      {"row": [1], "column": [1]}, {"generator": "box", "size": 1}, "[[7]]", {"name": "n", "weights": [[1]]},
      {"kernels": [[[8]], "sobel-y"]}, {"name": "in", "kernels": [[[9]]]}]}`,
    'd/one.json': '[[1]]',
    'd/../two.json': '{"name": "zwei", "weights": [[2]]}',
    '/three.json': '{"kernels": ["[[3]]", [[4]]]}',
  });
  expect(bank.name).toBe('b');
  expect(bank.kernels.map(({ name }) => name)).toEqual([
    'sobel-x',
    'box:size=3',
    'one',
    'zwei',
    'kernel',
    'three-2',
    'b-6',
    'b-7',
    'b-8',
    'kernel',
    'n',
    'b-11-1',
    'sobel-y',
    'in-1',
  ]);
});

test('the limit of weights applies to the complete bank', async () => {
  const { source } = sourceOf();
  await expect(loadBank('box:3', source, { limitWeights: 9 })).resolves.toBeDefined();
  await expect(loadBank('box:3', source, { limitWeights: 8 })).rejects.toThrow(/at most 8 weights, found 9/);
  const two = '{"kernels": [[[1, 2]], [[1, 2]]]}';
  await expect(loadBank(two, source, { limitWeights: 4 })).resolves.toBeDefined();
  await expect(loadBank(two, source, { limitWeights: 3 })).rejects.toThrow(
    /kernels\[1\].*at most 3 weights in the bank, found 4/,
  );
});

test('a million weights load', async () => {
  const row = `[${Array.from({ length: 1024 }, (_, i) => (0.1234567891 + i).toFixed(10)).join()}]`;
  const content = Buffer.from(`[${Array.from({ length: 1024 }, () => row).join(',\n')}]`);
  expect(content.length).toBeGreaterThan(14_000_000);
  expect((await only('a.json', { 'a.json': content })).weights).toHaveLength(1024 * 1024);
});

test('parseKernel takes plain values, and changes none', () => {
  const rows = Object.freeze([Object.freeze([1, 2])]);
  expect(parseKernel(rows, 'mine')).toMatchObject({ name: 'mine', width: 2, height: 1 });
  expect(() => parseKernel({ kernels: [rows] })).toThrow(/^kernel: expected one kernel, found a bank$/);
  expect(() => parseKernel([[1], []], 'mine')).toThrow(/^mine: weights\[1\]: expected a row of numbers/);
});
