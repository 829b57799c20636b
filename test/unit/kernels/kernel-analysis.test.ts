// The analysis of kernels compared with NumPy and SciPy (fixtures/make_analysis.py).

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Analysis, analyse, type Kernel, parseKernel, symmetry } from '../../../dist/index.js';
import { magnitudeResponse } from '../../../dist/kernels/analysis/frequency-response.js';
import { gramVerdict } from '../../../dist/kernels/analysis/gram.js';
import { separability } from '../../../dist/kernels/analysis/rank.js';
import { commonFraction } from '../../../dist/math/rational.js';

interface Given {
  readonly weights: number[][];
  readonly anchor: [number, number];
  readonly divisor: number;
}

interface Found
  extends Given,
    Pick<Analysis, 'symmetry' | 'mirrors' | 'flip' | 'evenShare' | 'l2' | 'step' | 'ramp'> {
  readonly name: string;
  readonly rank: number;
  readonly singularValues: number[];
  readonly magnitude: number[][];
}

interface FoundBank {
  readonly name: string;
  readonly kernels: Given[];
  readonly verdict: string;
  readonly cosine: number;
}

const { kernels, banks }: { kernels: Found[]; banks: FoundBank[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/analysis.json', import.meta.url), 'utf8'),
);
const kernelOf = ({ weights, anchor, divisor }: Given): Kernel => parseKernel({ weights, anchor, divisor });

/** Every number within 1e-9, everything else as it is; −0 is 0. */
function expectClose(found: unknown, expected: unknown): void {
  if (typeof expected === 'number') expect(found).toBeCloseTo(expected, 9);
  else if (typeof expected !== 'object' || expected === null) expect(found).toBe(expected);
  else {
    for (const [key, value] of Object.entries(expected)) {
      expectClose((found as Record<string, unknown>)[key], value);
    }
  }
}

describe.each(kernels)('$name', (given) => {
  const kernel = kernelOf(given);
  const found = analyse(kernel);

  it('symmetry, mirrors and the effect of a flip', () => {
    expect(symmetry(kernel)).toBe(given.symmetry);
    expect(found.symmetry).toBe(given.symmetry);
    expect(found.mirrors).toEqual(given.mirrors);
    expect(found.flip).toEqual(given.flip);
    expectClose(found.evenShare, given.evenShare);
    expectClose(found.oddShare, 1 - given.evenShare);
  });

  it('rank, singular values and length', () => {
    const [plane] = found.separability;
    expect(plane!.rank).toBe(given.rank);
    for (const [i, value] of plane!.singularValues!.entries()) expectClose(value, given.singularValues[i]);
    expectClose(found.l2, given.l2);
    expect(plane!.factors !== null).toBe(given.rank === 1);
    if (plane!.factors === null) return;
    const { row, column } = plane!.factors;
    given.weights.forEach((line: number[], y: number) => {
      line.forEach((weight, x) => {
        expect(column[y]! * row[x]!).toBeCloseTo(weight, 12);
      });
    });
    const isWhole = given.weights.flat().every(Number.isInteger);
    if (isWhole) expect([...row, ...column].every(Number.isInteger)).toBe(true);
  });

  it('responses to a step and a ramp', () => {
    expectClose(found.step, given.step);
    expectClose(found.ramp, given.ramp);
  });

  it('|H| as by fft2', () => {
    const magnitudes = magnitudeResponse(kernel, kernel.divisor, 9);
    const expected: number[] = given.magnitude.flat();
    expect(magnitudes).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(magnitudes[i]).toBeCloseTo(value, 9);
  });
});

describe('banks', () => {
  it.each(banks)('$name', ({ kernels: members, verdict, cosine }) => {
    const found = gramVerdict(members.map(kernelOf));
    expect(found?.kind).toBe(verdict);
    if (verdict === 'neither') expect(found!.closest!.cosine).toBeCloseTo(cosine, 9);
  });

  it('are not compared where they are too large or read other channels', () => {
    const plane = parseKernel([[1, 2]]);
    expect(gramVerdict([plane, parseKernel([[[1, 2]]])])).toBeNull();
    expect(gramVerdict(Array.from({ length: 4096 }, () => parseKernel(grid(8, 8))))).toBeNull();
  });
});

describe('factors', () => {
  it.each([
    [
      'sobel-x',
      [
        [-1, 0, 1],
        [-2, 0, 2],
        [-1, 0, 1],
      ],
      [-1, 0, 1],
      [1, 2, 1],
    ],
    [
      'sobel-y',
      [
        [-1, -2, -1],
        [0, 0, 0],
        [1, 2, 1],
      ],
      [1, 2, 1],
      [-1, 0, 1],
    ],
    [
      'multiples',
      [
        [6, 12],
        [9, 18],
      ],
      [1, 2],
      [6, 9],
    ],
    ['negative', [[-2, -4]], [1, 2], [-2]],
  ])('%s: smallest integers, the row of positive sum', (_, weights, row, column) => {
    expect(separability(parseKernel(weights))[0]).toMatchObject({ rank: 1, factors: { row, column } });
  });

  it('a large plane of rank 1 is found without singular values, one of more is left open', () => {
    const large = parseKernel({
      row: Array(300).fill(0.1),
      column: Array.from({ length: 300 }, (_, i) => i / 7),
    });
    expect(separability(large)[0]).toMatchObject({ rank: 1, singularValues: null });
    expect(separability(parseKernel(grid(300, 300)))[0]).toEqual({
      rank: null,
      singularValues: null,
      factors: null,
    });
  });

  it('planes are taken one by one', () => {
    const kernel = parseKernel([
      [
        [1, 2],
        [2, 4],
      ],
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ]);
    expect(separability(kernel).map(({ rank }) => rank)).toEqual([1, 2, 0]);
  });
});

describe('symmetry over channels', () => {
  it.each([
    [[[[1, 0, -1]], [[2, 0, -2]]], 'antisymmetric'],
    [[[[1, 0, 1]], [[2, 0, -2]]], 'neither'],
    [[[[1, 0, 1]], [[2, 5, 2]]], 'symmetric'],
  ] as const)('%j is %s', (weights, expected) => {
    expect(symmetry(parseKernel(weights))).toBe(expected);
  });

  it('last digits do not count, larger differences do', () => {
    expect(symmetry(parseKernel([[1, 0, 1 + 4e-16]]))).toBe('symmetric');
    expect(symmetry(parseKernel([[1, 0, 1 + 1e-11]]))).toBe('neither');
  });
});

describe('fractions', () => {
  it.each([
    [[1 / 16, 2 / 16, 4 / 16], [1, 2, 4], 16],
    [[1 / 3, -1 / 7, 0], [7, -3, 0], 21],
    [[0.1, 0.25], [2, 5], 20],
    [[5, -2], [5, -2], 1],
    [[0.0125], [1], 80],
    [[-0], [0], 1],
    [[1 / 9999], [1], 9999],
  ])('%j', (numbers, numerators, denominator) => {
    expect(commonFraction(numbers)).toEqual({ numerators, denominator });
  });

  it.each([
    [[Math.SQRT2]],
    [[0.1 + 0.2]],
    [[Math.PI, 1]],
    [[1e-9]],
    [[1 / 9973, 1 / 9967]],
    [[1e300, 0.5]],
  ])('%j has none', (numbers) => {
    expect(commonFraction(numbers)).toBeNull();
  });
});

/** Numbers without pattern. */
function grid(width: number, height: number): number[][] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => ((x * 7 + y * y * 3) % 11) - 5),
  );
}
