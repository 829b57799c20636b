// Every shipped kernel against its formula, and every number and direction that its description claims
// against its weights; every shipped bank against its list of members.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkKernels } from '../../../dist/index.js';
import { kernelFileValue } from '../../../dist/kernels/file/serialize.js';
import { generators } from '../../../dist/kernels/generators/list.js';
import { rotate180, sumOfWeights } from '../../../dist/kernels/kernel.js';
import { loadBank } from '../../../dist/kernels/load/load.js';
import { shippedNames, sourceOf } from '../../support/kernel-source.js';
import { banks, formulas, magnitudes } from '../../support/shipped/all.js';
import { DIRECTIONS, responseTo, responseToSlope, responseToStep } from '../../support/shipped/meaning.js';

const names = await shippedNames();
const load = (name: string) => loadBank(name, sourceOf().source);
const kernelOf = async (name: string) => (await load(name)).kernels[0]!;
const textOf = (name: string) => readFile(new URL(`../../../kernels/${name}.json`, import.meta.url), 'utf8');

test('there is a file for every formula and bank, and no generator has its name', () => {
  expect(names).toEqual([formulas, banks, magnitudes].flatMap(Object.keys).sort());
  expect(Object.keys(formulas).length).toBeGreaterThan(120);
  for (const { name } of generators) expect(names).not.toContain(name);
});

test.each(Object.entries(formulas))('%s is its formula', async (name, formula) => {
  const { weights, divisor = 1, bias = 0, within = 0, sum, sumWithin = 0 } = formula;
  const kernel = await kernelOf(name);
  const [width, height] = [weights[0]!.length, weights.length];
  const { anchor = [width >> 1, height >> 1], group } = formula;
  expect(kernel).toMatchObject({ name, group, width, height, divisor, bias, anchor, inChannels: null });
  for (const [i, w] of weights.flat().entries()) {
    expect(Math.abs(kernel.weights[i]! - w), `weight ${i}`).toBeLessThanOrEqual(within);
  }
  expect(Math.abs(sumOfWeights(kernel) / divisor - sum)).toBeLessThanOrEqual(sumWithin);
  const turned = rotate180(kernel).weights;
  const signs = [1, -1].filter((sign) => turned.every((w, i) => sign * w === kernel.weights[i]));
  expect(signs).toEqual(formula.symmetry === 0 ? [] : [formula.symmetry]);
});

describe('descriptions are true', () => {
  // A number in a description is right to its last digit.
  function claims(text: string, pattern: RegExp): { value: number; within: number }[] {
    return [...text.matchAll(pattern)].map(([, number]) => {
      const digits = (number!.split('.')[1] ?? '').length;
      return { value: Number(number), within: digits > 1 ? 0.5 * 10 ** -digits : 1e-12 };
    });
  }

  const quadratics: readonly (readonly [RegExp, (x: number, y: number) => number])[] = [
    [/(?:^|\s)x²\/2 gives (-?[\d.]*\d)/g, (x) => (x * x) / 2],
    [/y²\/2 gives (-?[\d.]*\d)/g, (_, y) => (y * y) / 2],
    [/x²y²\/4 gives (-?[\d.]*\d)/g, (x, y) => (x * x * y * y) / 4],
    [/\bxy gives (-?[\d.]*\d)/g, (x, y) => x * y],
    [/(\d+) times the Laplacian/g, (x) => (x * x) / 2],
    [/(\d+) times the Laplacian/g, (_, y) => (y * y) / 2],
  ];

  test.each(Object.keys(formulas))('%s', async (name) => {
    const kernel = await kernelOf(name);
    const description = kernel.description!;
    const towards = Object.keys(DIRECTIONS).find((words) =>
      description.includes(`brightness rises ${words}`),
    );
    const both = description.includes('lower right and the upper left');
    if (towards !== undefined && !both) {
      const [dx, dy] = DIRECTIONS[towards]!;
      const along = responseToSlope(kernel, [dx, dy]);
      expect(along).toBeGreaterThan(0);
      expect(Math.abs(responseToSlope(kernel, [-dy, dx]))).toBeLessThan(1e-12 * along);
      for (const { value, within } of claims(description, /step of 1 (?:that way )?gives ([\d.]*\d)/g)) {
        expect(Math.abs(responseToStep(kernel, [dx, dy]) - value)).toBeLessThanOrEqual(within);
      }
      for (const { value, within } of claims(description, /slope of 1 gives ([\d.]*\d)/gi)) {
        expect(Math.abs(along - value)).toBeLessThanOrEqual(within);
      }
    } else expect(description).not.toMatch(/(step|slope) of 1/);
    for (const [pattern, image] of quadratics) {
      for (const { value, within } of claims(description, pattern)) {
        expect(Math.abs(responseTo(kernel, image) - value)).toBeLessThanOrEqual(within);
      }
    }
    if (/centre is negative/.test(description)) {
      expect(kernel.weights[kernel.weights.length >> 1]).toBeLessThan(0);
    }
  });

  test('and most of them make a claim', async () => {
    const claiming =
      /gives \d|rises|add up to|Orthonormal|no response exceeds|over \d|Mean of|no change|lines/;
    const all = Object.keys(formulas);
    const descriptions = await Promise.all(all.map(async (name) => (await kernelOf(name)).description!));
    const silent = descriptions.filter((description) => !claiming.test(description));
    expect(silent.length, silent.join('; ')).toBeLessThan(all.length / 10);
  });
});

test.each(Object.entries(banks))('the bank %s has its members in order', async (name, { group, members }) => {
  const bank = await load(name);
  expect(bank).toMatchObject({ name, group });
  expect(bank.kernels.map((kernel) => kernel.name)).toEqual(members);
  expect(bank.description!.length).toBeGreaterThan(20);
  const { source } = JSON.parse(await textOf(name));
  expect(bank.source).toBe(source);
  // The metadata of a bank is exported with it.
  const { kernels, ...about } = kernelFileValue(bank);
  expect(about).toEqual({ name, group, description: bank.description, source });
  expect(kernels).toHaveLength(members.length);
});

test.each(names)('the file of %s has a description, and one row per line', async (name) => {
  const text = await textOf(name);
  const file = JSON.parse(text);
  expect(file).toMatchObject({ $schema: '../schema/kernel.schema.json', name });
  expect(file.group).toBeTypeOf('string');
  expect(file.description.length).toBeGreaterThan(20);
  expect(file.source.length).toBeGreaterThan(5);
  if (file.kernels) return;
  expect(file.divisor).toBeTypeOf('number');
  if (file.weights) expect(text.match(/^ {4}\[[^[\]]+\],?$/gm)).toHaveLength(file.weights.length);
  else expect(text.match(/^ {2}"(row|column)": \[[^[\]]+\],$/gm)).toHaveLength(2);
  // A kernel that is not symmetric states its orientation.
  if (formulas[name]!.symmetry !== 1) expect(file.source).toMatch(/as applied by correlation$/);
});

test('every file passes the checks that runs leave out for shipped kernels', async () => {
  for (const name of names) {
    const file = fileURLToPath(new URL(`../../../kernels/${name}.json`, import.meta.url));
    const { faults } = await checkKernels(file);
    expect(faults.map(({ message }) => message)).toEqual([]);
  }
});
