// Kernels with steps as users write them: where a line is split, how results are named, banks, labels next to the
// steps, and the complete command.

import { describe, expect, test } from 'vitest';
import { loadBank } from '../../dist/kernels/load/load.js';
import { splitPipeline, splitStepArguments } from '../../dist/kernels/load/parse-pipeline.js';
import { fileLabel } from '../../dist/kernels/load/ref.js';
import { convtool, expectFailure } from '../support/cli.js';
import { sourceOf } from '../support/kernel-source.js';
import { smallPng } from '../support/picture-bytes.js';

const load = (ref: string, files: Record<string, string> = {}) => loadBank(ref, sourceOf(files).source);
const names = async (ref: string, files = {}) => (await load(ref, files)).kernels.map(({ name }) => name);

test.each([
  ['sobel-x', undefined],
  ['sobel-x|flip', undefined],
  ['sobel-x| flip', undefined],
  ['sobel-x |flip', undefined],
  ['[[1]] | flip', ['[[1]]', 'flip']],
  ['a |\tb', ['a', 'b']],
  ['a | ', ['a', '']],
  [' | a', ['', 'a']],
  ['a | | b', ['a', '', 'b']],
  ['./a | b.json', ['./a', 'b.json']],
  ['{"name": "a | b", "weights": [[1]]}', undefined],
  ['{"kernel": "a | b", "steps": ["c"]} | d', ['{"kernel": "a | b", "steps": ["c"]}', 'd']],
  ['{"name": "\\" | ]} | ", "weights": [[1]]} | d', ['{"name": "\\" | ]} | ", "weights": [[1]]}', 'd']],
  ['a | add:{"kernel": "b | c", "steps": ["d"]} | e', ['a', 'add:{"kernel": "b | c", "steps": ["d"]}', 'e']],
  ['a | add:weight=2,kernel=["b | c"] | e', ['a', 'add:weight=2,kernel=["b | c"]', 'e']],
  ['\ufeff [[1]] | flip', ['[[1]]', 'flip']],
  ['[[1] | flip', ['[[1]', 'flip']],
  ['a[b | flip', ['a[b', 'flip']],
])('%j is split into %j', (text, parts) => {
  const [kernel, ...steps] = parts ?? [];
  expect(splitPipeline(text)).toEqual(parts && { kernel, steps });
});

test('splitting a long hostile text takes negligible time', () => {
  expect(splitPipeline(`${':[ | '.repeat(1_000_000)}x`)!.steps).toHaveLength(1_000_000);
});

const named = (name: string | null, value: string) => ({ name, value });
test.each([
  ['sobel-y', [named(null, 'sobel-y')]],
  ['sobel-y, weight = 2', [named(null, 'sobel-y'), named('weight', '2')]],
  ['gaussian:sigma=2,radius=3,weight=-1', [named(null, 'gaussian:sigma=2,radius=3'), named('weight', '-1')]],
  ['weight=-1,kernel=gaussian:2,radius=3', [named('weight', '-1'), named('kernel', 'gaussian:2,radius=3')]],
  ['[[1, 2], [3, 4]],weight=2', [named(null, '[[1, 2], [3, 4]]'), named('weight', '2')]],
  ['{"a": [1, 2]},weight=2', [named(null, '{"a": [1, 2]}'), named('weight', '2')]],
  ['./a,b.json,weight=2', [named(null, './a,b.json'), named('weight', '2')]],
  ['sobel-y,wieght=2', [named(null, 'sobel-y'), named('wieght', '2')]],
])('the arguments of add:%s', (text, expected) => {
  expect(splitStepArguments(text, ['kernel', 'weight'], true)).toEqual(expected);
});

describe('names', () => {
  test.each([
    ['sobel-x | rotate:45', 'sobel-x | rotate:45'],
    ['sobel-x  |  rotate: 45 ', 'sobel-x | rotate:45'],
    ['sobel-x | rotate:angle=45', 'sobel-x | rotate:45'],
    ['box:5 | flip:axis=x | fold', 'box:size=5 | flip:x | fold'],
    ['sobel-x | add:weight=2,kernel=sobel-y', 'sobel-x | add:sobel-y,weight=2'],
    ['./d/my.json | transpose', 'my | transpose'],
    ['[[1,2,1]] | outer:[[1],\n[2]]', 'kernel | outer:[[1], [2]]'],
    ['{"kernel": "sobel-x", "steps": ["flip"], "name": "mine"}', 'mine'],
    ['{"kernel": "sobel-x", "steps": ["flip"]} | fold', 'kernel | fold'],
    ['file.json', 'file'],
  ])('%j is called %j', async (ref, name) => {
    const files = { './d/my.json': '[[1, 2]]', 'file.json': '{"kernel": "sobel-x", "steps": ["flip"]}' };
    expect(await names(ref, files)).toEqual([name]);
  });

  test('are truncated to valid names, and load again', async () => {
    const [name] = await names(`sobel-x${' | rotate:45'.repeat(40)}`);
    expect(name).toHaveLength(200);
    expect(name).toMatch(/^sobel-x \| rotate:45.*…$/);
    expect(await names(JSON.stringify({ name, weights: [[1]] }))).toEqual([name]);
  });

  test('give names of files', () => {
    expect(fileLabel('sobel-x | rotate:45 | scale:0.25')).toBe('sobel-x-rotate-45-scale-0.25');
  });
});

describe('banks', () => {
  const files = { 'b.json': '{"kernels": ["sobel-x", {"name": "k", "weights": [[1, 2]]}]}' };

  test('a step applies to every kernel', async () => {
    const bank = await load('b.json | rotate:90 | scale:2', files);
    expect(bank.name).toBe('b | rotate:90 | scale:2');
    expect(bank.kernels.map(({ name }) => name)).toEqual([
      'sobel-x | rotate:90 | scale:2',
      'k | rotate:90 | scale:2',
    ]);
    expect(bank.kernels[1]).toMatchObject({ width: 1, height: 2, weights: Float64Array.of(2, 4) });
  });

  test('a bank contains lines and objects', async () => {
    const text =
      '{"kernels": ["sobel-x | flip:x", {"kernel": "b.json", "steps": ["fold"]}, {"kernel": [[1]], "steps": ["fold"]}]}';
    expect(await names(text, files)).toEqual(['sobel-x | flip:x', 'sobel-x | fold', 'k | fold', 'kernel-3']);
  });

  test('members next to the steps apply to the result', async () => {
    const text =
      '{"kernel": "sobel-x", "steps": ["rotate:90"], "divisor": 8, "bias": 128, "anchor": [0, 2], "name": "n", "group": "gradient", "description": "d", "source": "s"}';
    const [kernel] = (await load(text)).kernels;
    const labels = { name: 'n', group: 'gradient', description: 'd', source: 's' };
    expect(kernel).toMatchObject({ divisor: 8, bias: 128, anchor: [0, 2], ...labels });
    const { kernels } = await load('{"kernel": "b.json", "steps": ["flip"], "bias": 5, "name": "n"}', files);
    expect(kernels.map(({ name, bias }) => [name, bias])).toEqual([
      ['sobel-x | flip', 5],
      ['k | flip', 5],
    ]);
  });

  test('properties that may be false after a step are dropped, the source of the weights is kept', async () => {
    const [kernel] = (await load('sobel-x | add:{"weights": [[1]], "source": "me"}')).kernels;
    expect(kernel).not.toHaveProperty('description');
    expect(kernel).not.toHaveProperty('group');
    expect(kernel!.source).toMatch(/^Sobel .*; me$/);
  });
});

describe('the command', async () => {
  const picture = await smallPng(9, 7);
  const apply = (kernel: string, ...rest: string[]) =>
    convtool(['apply', '--kernel', kernel, ...rest, 'in.png'], { files: { 'in.png': picture } });

  test('names its output by the steps, and writes the map of the derived kernel', async () => {
    const run = await apply('sobel-x | rotate:90');
    expect(run).toMatchObject({ status: 0 });
    expect(run.stdout.toString()).toBe('in.sobel-x-rotate-90.png\n');
    const straight = await apply('sobel-y');
    expect(run.after['in.sobel-x-rotate-90.png']).toBe(straight.after['in.sobel-y.png']);
  });

  test('shows a derived kernel as a file that loads again', async () => {
    const line = 'sobel-x | rotate:45 | scale:by=0.25';
    const shown = await convtool(['kernels', 'show', line, '--format', 'json']);
    expect(shown.status).toBe(0);
    const [again] = (await load('k.json', { 'k.json': shown.stdout.toString() })).kernels;
    expect(again).toEqual((await load(line)).kernels[0]);
  });

  test('refuses a wrong step in one line, and touches nothing', async () => {
    const run = await apply('sobel-x | flip | rotate:30');
    expectFailure(run, 2, /step 2 of 2, angle: expected a multiple of 45, found 30$/);
  });
});
