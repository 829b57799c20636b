// Figures of two maps compared with scikit-image and NumPy (fixtures/make_figures.py).

import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { difference, rangeOf } from '../../../../dist/analysis/metrics/difference.js';
import { ssim } from '../../../../dist/analysis/metrics/ssim.js';

const { cases } = JSON.parse(
  readFileSync(new URL('../../../fixtures/figures.json', import.meta.url), 'utf8'),
) as {
  cases: Case[];
};

interface Case {
  name: string;
  width: number;
  height: number;
  channels: number;
  a: number[];
  b: number[];
  figures: Record<string, number>;
}

function mapOf({ width, height, channels }: Case, numbers: number[]) {
  const data = Float32Array.from(numbers);
  return { width, height, channels, data, min: Math.min(...numbers), max: Math.max(...numbers) };
}

describe.each(cases)('$name', (entry) => {
  const [a, b] = [mapOf(entry, entry.a), mapOf(entry, entry.b)];
  const { dataRange, ssim: similarity, ...figures } = entry.figures;

  it('has the same distance as in scikit-image', () => {
    expect(rangeOf(a, b)).toBe(dataRange);
    const found = difference(a.data, b.data, dataRange!);
    for (const [figure, value] of Object.entries(figures))
      expect(found[figure as keyof typeof found], figure).toBeCloseTo(value, 9);
  });

  it('has the same similarity as in scikit-image', () => {
    expect(ssim(a, b, dataRange!)).toBeCloseTo(similarity!, entry.name.endsWith('large') ? 6 : 10);
  });
});

test('equal maps have no error, and SSIM 1', () => {
  const a = mapOf(cases[2]!, cases[2]!.a);
  expect(difference(a.data, a.data, 5)).toMatchObject({
    maxAbsDifference: 0,
    rmse: 0,
    psnr: null,
    differingShare: 0,
  });
  expect(difference(a.data, a.data, 5).correlation).toBeCloseTo(1, 12);
  expect(ssim(a, a, 5)).toBe(1);
});

test('undefined figures are null: correlation with a constant, SSIM of maps smaller than its window', () => {
  const flat = new Float32Array(9).fill(4);
  expect(difference(flat, Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]), 8).correlation).toBeNull();
  const plane = { width: 3, height: 3, channels: 1, data: flat };
  expect(ssim(plane, plane, 1)).toBeNull();
});
