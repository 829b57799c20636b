// File names of the maps of generated banks are short, stable and unique within the bank.

import { expect, it } from 'vitest';
import { shortLabels } from '../../../dist/cli/options/parts.js';
import { loadKernels } from '../../../dist/index.js';
import { generators } from '../../../dist/kernels/generators/list.js';

it.each([
  ['gabor-bank', 'gabor-l4-t45'],
  ['gabor-bank:orientations=8,scales=5', 'gabor-l4-t45'],
  ['gabor-bank:orientations=4,scales=2,parts=pairs', 'gabor-l4-t45-re'],
  ['gabor-bank:orientations=4,scales=2,parts=pairs', 'gabor-l5.657-t135-im'],
  ['dct:8', 'dct-7-7'],
  ['kirsch', 'kirsch-ne'],
])('%s has %s', async (ref, label) => {
  const { name, kernels } = await loadKernels(ref);
  const labels = shortLabels(
    kernels.map((kernel) => kernel.name),
    [name],
  );
  expect(labels).toContain(label);
  expect(new Set(labels).size).toBe(kernels.length);
  for (const one of labels) expect(one.length).toBeLessThan(30);
});

it('every bank of a generator has unique ones', async () => {
  for (const { name } of generators) {
    const bank = await loadKernels(name).catch(() => null);
    if (!bank || bank.kernels.length === 1) continue;
    const labels = shortLabels(
      bank.kernels.map((kernel) => kernel.name),
      [bank.name],
    );
    expect(new Set(labels).size, name).toBe(bank.kernels.length);
  }
});

it('two banks whose short names would collide keep their long ones, and other kernels always do', async () => {
  const banks = await Promise.all([loadKernels('dct:2'), loadKernels('dct:4')]);
  const names = banks.flatMap(({ kernels }) => kernels.map((kernel) => kernel.name));
  const labels = shortLabels(
    names,
    banks.map((bank) => bank.name),
  );
  expect(new Set(labels).size).toBe(20);
  expect(labels).toContain('dct-n-2-0-1');
  expect(shortLabels(['gaussian:sigma=2', 'sobel-x'], ['gaussian:sigma=2', 'sobel-x'])).toEqual([
    'gaussian-sigma-2',
    'sobel-x',
  ]);
});
