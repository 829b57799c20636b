// Steps of kernel algebra against the numbers of NumPy and SciPy, on a line and as JSON, and compass kernels
// against printed ones.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Kernel } from '../../../dist/index.js';
import { rowsOf } from '../../../dist/kernels/file/serialize.js';
import { hasIntegerWeights } from '../../../dist/kernels/kernel.js';
import { loadBank } from '../../../dist/kernels/load/load.js';
import { sourceOf } from '../../support/kernel-source.js';

interface Case {
  readonly kernel: string;
  readonly steps: readonly string[];
  readonly whole: boolean;
  readonly expected: { weights: number[][][]; bias: number; anchor: [number, number]; layers: boolean };
}

const fixture = new URL('../../fixtures/steps.json', import.meta.url);
const { kernels, cases } = JSON.parse(readFileSync(fixture, 'utf8')) as {
  kernels: Record<string, object>;
  cases: Case[];
};

async function only(ref: string, files: Record<string, string> = {}): Promise<Kernel> {
  const bank = await loadBank(ref, sourceOf(files).source);
  expect(bank.kernels).toHaveLength(1);
  return bank.kernels[0]!;
}

function expectAsExpected(kernel: Kernel, { expected, whole }: Case): void {
  const planes = expected.layers ? expected.weights.length : null;
  const rows = expected.weights[0]!;
  expect(kernel).toMatchObject({
    inChannels: planes,
    height: rows.length,
    width: rows[0]!.length,
    anchor: expected.anchor,
  });
  expect(kernel.bias).toBeCloseTo(expected.bias, 12);
  expected.weights.flat(2).forEach((w, i) => {
    const found = kernel.weights[i]! / kernel.divisor;
    expect(Math.abs(found - w), `weight ${i}: ${found} for ${w}`).toBeLessThanOrEqual(
      1e-12 * (1 + Math.abs(w)),
    );
  });
  if (whole) expect(hasIntegerWeights(kernel), 'whole weights stay whole').toBe(true);
}

const title = ({ kernel, steps }: Case) => [kernel, ...steps].join(' | ').slice(0, 70);

describe('as NumPy and SciPy compute', () => {
  test.each(cases.map((one) => [title(one), one] as const))('%s', async (_, one) => {
    const { kernel, steps } = one;
    const line = await only([JSON.stringify(kernels[kernel]), ...steps].join(' | '));
    expectAsExpected(line, one);
    const text = JSON.stringify({ kernel: kernels[kernel], steps });
    const { name: _name, ...file } = await only('a.json', { 'a.json': text });
    const { name: _other, ...rest } = line;
    expect(file).toEqual(rest);
  });
});

test.each([
  ['rotate:45', { step: 'rotate', angle: 45 }],
  ['transpose', { step: 'transpose' }],
  ['flip', { step: 'flip' }],
  ['flip:y', { step: 'flip', axis: 'y' }],
  ['scale:0.5', { step: 'scale', by: 0.5 }],
  ['add:sobel-y', { step: 'add', kernel: 'sobel-y' }],
  ['add:sobel-y,weight=2', { step: 'add', kernel: 'sobel-y', weight: 2 }],
  ['add:weight=2,kernel=sobel-y', { step: 'add', weight: 2, kernel: 'sobel-y' }],
  ['subtract:[[1, 2]]', { step: 'subtract', kernel: [[1, 2]] }],
  [
    'convolve:{"weights": [[1, 2]], "anchor": [0, 0]}',
    { step: 'convolve', kernel: { weights: [[1, 2]], anchor: [0, 0] } },
  ],
  ['convolve:box:3', { step: 'convolve', kernel: { generator: 'box', size: 3 } }],
  ['convolve:gaussian:sigma=1,radius=1', { step: 'convolve', kernel: 'gaussian:sigma=1,radius=1' }],
  ['add:gaussian:1,radius=1,weight=-1', { step: 'add', kernel: 'gaussian:1,radius=1', weight: -1 }],
  ['add:kernel=gaussian:1,radius=1,weight=-1', { step: 'add', kernel: 'gaussian:1,radius=1', weight: -1 }],
  ['convolve:./x_y.json', { step: 'convolve', kernel: './x_y.json' }],
  [
    'add:{"kernel": "sobel-x", "steps": ["rotate:90 "]}',
    { step: 'add', kernel: { kernel: 'sobel-x', steps: ['rotate:90'] } },
  ],
  ['add:{"kernel": "sobel-x | flip", "steps": ["flip"]}', { step: 'add', kernel: 'sobel-x | flip | flip' }],
  ['normalize:l1', { step: 'normalize', by: 'l1' }],
  ['resize:5', { step: 'resize', width: 5 }],
  ['resize:width=5,height=7', { step: 'resize', width: 5, height: 7 }],
  ['fold', { step: 'fold' }],
])('the step %s is %j', async (text, step) => {
  const files = { './x_y.json': '[[1, 2, 3]]' };
  const line = await only(`sobel-x | ${text}`, files);
  const inline = await only(JSON.stringify({ kernel: 'sobel-x', steps: [step] }), files);
  expect({ ...inline, name: '' }).toEqual({ ...line, name: '' });
  const words = await only(JSON.stringify({ kernel: 'sobel-x', steps: [text] }), files);
  expect(words).toEqual(inline);
});

// Typed from the papers' tables (Kirsch 1971, Robinson 1977, Pratt): positive where brighter toward the name.
const COMPASS: [string, Record<string, string>][] = [
  [
    'kirsch',
    {
      n: '5 5 5; -3 0 -3; -3 -3 -3',
      ne: '-3 5 5; -3 0 5; -3 -3 -3',
      e: '-3 -3 5; -3 0 5; -3 -3 5',
      se: '-3 -3 -3; -3 0 5; -3 5 5',
      s: '-3 -3 -3; -3 0 -3; 5 5 5',
      sw: '-3 -3 -3; 5 0 -3; 5 5 -3',
      w: '5 -3 -3; 5 0 -3; 5 -3 -3',
      nw: '5 5 -3; 5 0 -3; -3 -3 -3',
    },
  ],
  [
    'robinson',
    {
      n: '1 2 1; 0 0 0; -1 -2 -1',
      ne: '0 1 2; -1 0 1; -2 -1 0',
      e: '-1 0 1; -2 0 2; -1 0 1',
      se: '-2 -1 0; -1 0 1; 0 1 2',
      s: '-1 -2 -1; 0 0 0; 1 2 1',
      sw: '0 -1 -2; 1 0 -1; 2 1 0',
      w: '1 0 -1; 2 0 -2; 1 0 -1',
      nw: '2 1 0; 1 0 -1; 0 -1 -2',
    },
  ],
  [
    'prewitt-compass',
    {
      n: '1 1 1; 1 -2 1; -1 -1 -1',
      ne: '1 1 1; -1 -2 1; -1 -1 1',
      e: '-1 1 1; -1 -2 1; -1 1 1',
      se: '-1 -1 1; -1 -2 1; 1 1 1',
      s: '-1 -1 -1; 1 -2 1; 1 1 1',
      sw: '1 -1 -1; 1 -2 -1; 1 1 1',
      w: '1 1 -1; 1 -2 -1; 1 1 -1',
      nw: '1 1 1; 1 -2 -1; 1 -1 -1',
    },
  ],
];
const rowsOfText = (text: string) => text.split(';').map((row) => row.trim().split(' ').map(Number));

describe.each(COMPASS)('%s', (_, directions) => {
  test.each(
    Object.entries(directions).map(([name, text], i) => [name, i * 45, text] as const),
  )('%s is n turned by %d°', async (_name, angle, text) => {
    const north = JSON.stringify(rowsOfText(directions.n!));
    expect(rowsOf(await only(`${north} | rotate:${angle}`))).toEqual(rowsOfText(text));
    expect(rowsOf(await only(`${north} | rotate:${angle - 360}`))).toEqual(rowsOfText(text));
  });
});

test.each([
  ['sobel-x | rotate:90', 'sobel-y'],
  ['prewitt-x | rotate:90', 'prewitt-y'],
  ['scharr-x | rotate:90', 'scharr-y'],
  ['sobel-x | transpose', 'sobel-y'],
  ['sobel-y | rotate:-90', 'sobel-x'],
])('%s is %s', async (line, name) => {
  expect(rowsOf(await only(line))).toEqual(rowsOf(await only(name)));
});

test.each([
  // Sobel 1968: smoothing across, difference along; Laws 1980: L5 = L3 * L3, E5 = L3 * E3, S5 = L3 * S3.
  [
    '[[-1, 0, 1]] | outer:[[1], [2], [1]]',
    [
      [-1, 0, 1],
      [-2, 0, 2],
      [-1, 0, 1],
    ],
  ],
  ['[[1, 2, 1]] | convolve:[[1, 2, 1]]', [[1, 4, 6, 4, 1]]],
  ['[[1, 2, 1]] | convolve:[[-1, 0, 1]]', [[-1, -2, 0, 2, 1]]],
  ['[[1, 2, 1]] | convolve:[[-1, 2, -1]]', [[-1, 0, 2, 0, -1]]],
  // The five-point Laplacian is the sum of second differences; identity less it sharpens.
  [
    '[[1, -2, 1]] | add:[[1], [-2], [1]]',
    [
      [0, 1, 0],
      [1, -4, 1],
      [0, 1, 0],
    ],
  ],
  [
    '[[1]] | subtract:laplacian-4',
    [
      [0, -1, 0],
      [-1, 5, -1],
      [0, -1, 0],
    ],
  ],
])('%s', async (line, rows) => {
  expect(rowsOf(await only(line))).toEqual(rows);
});
