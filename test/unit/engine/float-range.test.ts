// Methods over unusual float images: which one is chosen, why another is refused, and the result.

import { describe, expect, it } from 'vitest';
import { rangeOf } from '../../../dist/engine/sample-range.js';
import { correlate, type Kernel, loadKernel, parseKernel, type Samples } from '../../../dist/index.js';
import { planFor } from '../../../dist/pipeline/filter.js';
import { filterSettings } from '../../../dist/pipeline/options.js';
import type { Method } from '../../../dist/plan/convolution-options.js';
import { refusalReason } from '../../../dist/plan/sample-range.js';
import { randomOf } from '../../support/random-run.js';

const NODATA = Math.fround(-3.4028235e38);

/** Samples from 1 to below 2, one of them replaced. */
function image(side: number, value?: number): Samples {
  const random = randomOf(3);
  const data = Float32Array.from({ length: side * side }, () => 1 + random(2 ** 20) / 2 ** 20);
  if (value !== undefined) data[(side >> 1) * side + (side >> 1)] = value;
  return { width: side, height: side, channels: 1, depth: 'float', hasAlpha: false, data };
}

const plan = (samples: Samples, kernel: Kernel, method: Method = 'auto') =>
  planFor(samples, kernel, { ...filterSettings(samples, kernel, { method }, false), alpha: 'keep' });

describe('one sample affects only outputs whose taps read it', () => {
  it.each(
    ['disk:8', 'disk:15', 'log:1.5', 'unsharp:1', 'box:5', 'gaussian:2', 'gaussian:sigma=10'].flatMap((ref) =>
      [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, NODATA, 1e20].map(
        (value) => [ref, value] as const,
      ),
    ),
  )('%s over %d', async (ref, value) => {
    const kernel = await loadKernel(ref);
    const taps = kernel.weights.filter((weight) => weight !== 0).length;
    const { data } = await correlate(image(101, value), kernel);
    const touched = data.filter((response) => !(Math.abs(response) < 10)).length;
    // The farthest weights of a Gaussian are so small that a finite sample gives no large value there.
    if (Number.isFinite(value)) expect(touched).toBeLessThanOrEqual(taps);
    else expect(touched).toBe(taps);
    const without = await correlate(image(101), kernel);
    const rest = data.filter((response, i) => response !== without.data[i] && Math.abs(response) < 10);
    if (rest.length <= taps) return;
    for (const [i, response] of data.entries()) {
      if (!(Math.abs(response) < 10)) continue;
      const right = without.data[i]!;
      // A call of expect for each of 10,000 samples would take most of the time.
      if (!(Math.abs(response - right) < 0.5e-4)) expect(response).toBeCloseTo(right, 4);
    }
  });
});

describe('choice', () => {
  it.each([
    [undefined, 'separable', undefined],
    [Number.NaN, 'direct', /NaN and infinite samples would spread/],
    [1e20, 'direct', /so large or small that residues would show/],
    [1e-30, 'direct', /so large or small|swamp the smallest/],
    [1e9, 'direct', /swamp the smallest/],
  ])('a kernel of full rank, one sample %d: %s', async (value, method, refused) => {
    const chosen = plan(image(101, value), await loadKernel('disk:15'));
    expect(chosen.method).toBe(method);
    const split = chosen.alternatives.find((one) => one.method === 'separable');
    if (refused) expect(split?.refused).toMatch(refused);
    else expect(split?.refused).toBeUndefined();
  });

  it('products of one row and one column suit all samples', async () => {
    for (const value of [undefined, Number.NaN, NODATA, 1e20])
      expect(plan(image(101, value), await loadKernel('gaussian:sigma=2.5'))).toMatchObject({
        method: 'separable',
        faithful: true,
      });
  });

  it('a requested method is used, with a caveat on what it cannot guarantee', async () => {
    const disk = await loadKernel('disk:8');
    for (const method of ['separable', 'fft'] as const) {
      expect(plan(image(31, Number.NaN), disk, method)).toMatchObject({ method, caveat: expect.any(String) });
      expect(plan(image(31), disk, method)).not.toHaveProperty('caveat');
    }
  });

  it('if requested, products may cost more than taps', async () => {
    for (const ref of ['laplacian-8', 'roberts-1', 'disk:2', '[[1,2,3],[4,5,7],[1,-1,0.5]]']) {
      const kernel = await loadKernel(ref);
      const samples = image(31);
      const split = await correlate(samples, kernel, { method: 'separable' });
      const exact = await correlate(samples, kernel, { method: 'reference' });
      split.data.forEach((response, i) => {
        expect(response).toBeCloseTo(exact.data[i]!, 4);
      });
    }
  });

  it('a kernel of full rank is not factorised, one of low rank is found', () => {
    const random = randomOf(5);
    const square = (side: number, weight: (x: number, y: number) => number): Kernel => ({
      ...parseKernel([[1]]),
      ...{ width: side, height: side, anchor: [side >> 1, side >> 1] as const },
      weights: Float64Array.from({ length: side * side }, (_, i) => weight(i % side, Math.floor(i / side))),
    });
    const samples = image(64);
    const full = plan(
      samples,
      square(301, () => random(2 ** 20) / 2 ** 20 - 0.5),
    );
    expect(full).toMatchObject({ method: 'fft' });
    expect(full).not.toHaveProperty('terms');
    const low = plan(
      samples,
      square(301, (x, y) => Math.exp(-((x - 150) ** 2 + (y - 150) ** 2) / 2000)),
    );
    expect(low.terms).toHaveLength(1);
  });
});

it('weights far outside float32 are scaled with their divisor', async () => {
  const whole: Samples = { ...image(16), depth: 8, data: new Uint8Array(256).fill(12) };
  const float: Samples = { ...image(16), data: new Float32Array(256).fill(12) };
  for (let exponent = -320; exponent <= 300; exponent += 20) {
    const weight = Number(`1e${exponent}`);
    const kernel = parseKernel({ weights: Array(5).fill(Array(5).fill(weight)), divisor: 25 * weight });
    for (const [samples, methods] of [
      [whole, ['reference', 'direct', 'auto', 'running-sums', 'separable']],
      [float, ['reference', 'direct', 'auto', 'separable', 'fft']],
    ] as const)
      for (const method of methods)
        expect((await correlate(samples, kernel, { method })).data[100], `${method} ${weight}`).toBeCloseTo(
          12,
          3,
        );
  }
});

it('a range is that of neighbourhoods in each channel, without zeros', () => {
  expect(rangeOf(Float32Array.of(0, 0, 0), 1)).toEqual({ finite: true, largest: 0, smallest: 0, spread: 1 });
  expect(rangeOf(Float32Array.of(-8, 0, 2), 1)).toMatchObject({ largest: 8, smallest: 2, spread: 4 });
  expect(rangeOf(Float32Array.of(-8, 1000, 2, 1000), 2)).toMatchObject({ spread: 4 });
  expect(rangeOf(Float32Array.of(1, Number.NaN), 1).finite).toBe(false);
  // Of a large image single small samples do not count, small neighbourhoods do.
  const large = new Float32Array(40_000).fill(1);
  large[5] = 1e-9;
  expect(rangeOf(large, 1)).toMatchObject({ spread: 1 });
  large.fill(0.25, 100, 120);
  expect(rangeOf(large, 1)).toMatchObject({ spread: 4 });
  expect(refusalReason(rangeOf(large, 1), 1e20, 1, false)).toMatch(/residues would show/);
  expect(refusalReason(rangeOf(large, 1), 0, 1, false)).toBeNull();
});
