// Generated kernels against fixtures/generators.json: the weights that SciPy, OpenCV, scikit-image and NumPy have
// for them, and a picture filtered by those programs' own functions and by convtool.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type ConvolveOptions,
  convolve,
  correlate,
  type Kernel,
  loadKernels,
  type Samples,
} from '../../../dist/index.js';
import { sumOfMagnitudes } from '../../../dist/kernels/kernel.js';

interface Fixtures {
  readonly image: readonly [width: number, height: number];
  readonly kernels: readonly { ref: string; peer: string; weights: number[][] }[];
  readonly banks: readonly { ref: string; peer: string; kernels: number[][][] }[];
  readonly pictures: readonly {
    ref: string;
    kernel?: number;
    options: ConvolveOptions & { flip?: boolean };
    peer: string;
    every: number;
    responses: number[];
  }[];
}

const file = new URL('../../fixtures/generators.json', import.meta.url);
const { image, kernels, banks, pictures }: Fixtures = JSON.parse(readFileSync(file, 'utf8'));

/** Thirteen digits are in the file. */
function expectWeights(kernel: Kernel, rows: readonly (readonly number[])[]): void {
  expect([kernel.width, kernel.height]).toEqual([rows[0]!.length, rows.length]);
  const right = rows.flat();
  const largest = Math.max(...right.map(Math.abs));
  const faults = right.flatMap((weight, i) => {
    const found = kernel.weights[i]! / kernel.divisor;
    const near = Math.abs(found - weight) <= 2e-12 * largest;
    return near ? [] : [{ x: i % kernel.width, y: Math.floor(i / kernel.width), found, weight }];
  });
  expect(faults).toEqual([]);
}

function picture(): Samples {
  const [width, height] = image;
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return (37 * x + 91 * y + 13 * ((x * y) % 29) + 7 * ((x * x + 3 * y) % 17)) % 256;
  });
  return { width, height, channels: 1, depth: 8, hasAlpha: false, data };
}

test.each(kernels)('$ref is as by $peer', async ({ ref, weights }) => {
  const bank = await loadKernels(ref);
  expect(bank.kernels).toHaveLength(1);
  expectWeights(bank.kernels[0]!, weights);
});

test.each(banks)('bank $ref is as by $peer', async (bank) => {
  const made = await loadKernels(bank.ref);
  expect(made.kernels).toHaveLength(bank.kernels.length);
  for (const [i, rows] of bank.kernels.entries()) expectWeights(made.kernels[i]!, rows);
});

describe.each(['auto', 'reference'] as const)('a picture by method %s', (method) => {
  test.each(pictures)('$ref $options is as by $peer', async ({ ref, kernel: number = 0, ...fixture }) => {
    const { options, every, responses } = fixture;
    const kernel = (await loadKernels(ref)).kernels[number]!;
    const slide = options.flip ? convolve : correlate;
    const { data } = await slide(picture(), kernel, { ...options, method });
    const found = Array.from(data).filter((_, i) => i % every === 0);
    expect(found).toHaveLength(responses.length);
    // The bounds that README states for separable and fft, or tighter.
    const slack = ((4e-6 * sumOfMagnitudes(kernel)) / kernel.divisor) * 255;
    const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - responses[i]!)), 0);
    expect(worst).toBeLessThanOrEqual(method === 'reference' ? slack / 10 : slack);
  });
});
