// Relations between shipped kernels: bases are orthonormal, compass kernels are rotations of each other, derivatives
// have their documented accuracy.

import { describe, expect, test } from 'vitest';
import type { Kernel } from '../../../dist/index.js';
import { rotate180, sumOfMagnitudes, sumOfWeights } from '../../../dist/kernels/kernel.js';
import { loadBank } from '../../../dist/kernels/load/load.js';
import { shippedNames, sourceOf } from '../../support/kernel-source.js';
import { faridTables } from '../../support/shipped/gradients.js';
import { sampledLog } from '../../support/shipped/laplacians.js';
import { frequencyResponse, responseToStep } from '../../support/shipped/meaning.js';

const bank = async (name: string) => (await loadBank(name, sourceOf().source)).kernels;
const one = async (name: string) => (await bank(name))[0]!;

test.each(['frei-chen', 'haar'])('%s is an orthonormal basis', async (name) => {
  const kernels = await bank(name);
  expect(kernels[0]!.weights).toHaveLength(kernels.length);
  for (const [i, a] of kernels.entries()) {
    for (const [j, b] of kernels.entries()) {
      const product = a.weights.reduce((sum, w, k) => sum + (w / a.divisor) * (b.weights[k]! / b.divisor), 0);
      expect(Math.abs(product - (i === j ? 1 : 0)), `${a.name} · ${b.name}`).toBeLessThan(4e-16);
    }
  }
});

test('Laws: 24 kernels add up to 0, all have a magnitude of 1, and their rows and columns trade places', async () => {
  const kernels = await bank('laws');
  expect(kernels.filter((kernel) => sumOfWeights(kernel) === 0)).toHaveLength(24);
  for (const kernel of kernels) {
    expect(sumOfMagnitudes(kernel)).toBe(kernel.divisor);
    const [, down, across] = /^laws-(..)(..)$/.exec(kernel.name)!;
    expect(transposed(await one(`laws-${across}${down}`))).toEqual([...kernel.weights]);
  }
});

describe.each([
  ['kirsch', 15],
  ['robinson', 4],
  ['robinson-3', 3],
  ['prewitt-compass', 3],
])('%s', (name, step) => {
  test('has eight kernels that weigh alike and give each place of the ring each weight once', async () => {
    const kernels = await bank(name);
    const total = kernels.reduce((sum, { weights }) => sum.map((s, i) => s + weights[i]!), Array(9).fill(0));
    expect(new Set(total.filter((_, i) => i !== 4)).size).toBe(1);
    expect(new Set(kernels.map(sumOfMagnitudes)).size).toBe(1);
    for (const kernel of kernels) expect(sumOfWeights(kernel)).toBe(0);
  });

  test('responds most strongly to a step in its own direction', async () => {
    const kernels = await bank(name);
    const around = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => Math.PI * (i / 4 - 0.5));
    for (const [i, angle] of around.entries()) {
      const direction = [Math.round(Math.cos(angle)), Math.round(Math.sin(angle))] as const;
      const responses = kernels.map((kernel) => responseToStep(kernel, direction));
      expect(Math.max(...responses)).toBe(step);
      expect(responses[i]).toBe(step);
    }
  });
});

test.each(['robinson', 'robinson-3'])('%s has opposite kernels of opposite signs', async (name) => {
  const kernels = await bank(name);
  for (const [i, { weights }] of kernels.entries()) {
    expect(kernels[(i + 4) % 8]!.weights.map((w) => -w + 0)).toEqual(weights.map((w) => w + 0));
  }
});

test('robinson-e is sobel-x, robinson-3-s is prewitt-y, and diagonal Sobels are Robinson’s', async () => {
  for (const [a, b] of [
    ['robinson-e', 'sobel-x'],
    ['robinson-s', 'sobel-y'],
    ['robinson-3-e', 'prewitt-x'],
    ['robinson-3-s', 'prewitt-y'],
    ['robinson-ne', 'sobel-ne'],
    ['robinson-se', 'sobel-se'],
  ]) {
    expect((await one(a!)).weights).toEqual((await one(b!)).weights);
  }
});

test('every …-y is the matching …-x with x and y exchanged', async () => {
  const names = await shippedNames();
  const pairs = names.filter((name) => name.endsWith('-x') && names.includes(name.replace(/x$/, 'y')));
  expect(pairs.length).toBeGreaterThanOrEqual(13);
  for (const name of pairs) {
    const [x, y] = [await one(name), await one(name.replace(/x$/, 'y'))];
    expect(transposed(x)).toEqual([...y.weights]);
    expect([x.anchor[1], x.anchor[0], x.divisor]).toEqual([...y.anchor, y.divisor]);
  }
});

// The largest angle between a plane wave's gradient and the one found, in degrees, over the directions of
// waves of 8 and of 4 samples.
function angleError(x: Kernel, y: Kernel): number {
  let worst = 0;
  for (const frequency of [Math.PI / 4, Math.PI / 2]) {
    for (let degrees = 0; degrees <= 90; degrees += 0.25) {
      const angle = (degrees * Math.PI) / 180;
      const [u, v] = [frequency * Math.cos(angle), frequency * Math.sin(angle)];
      const found = Math.atan2(frequencyResponse(y, u, v).im, frequencyResponse(x, u, v).im);
      worst = Math.max(worst, Math.abs(found - angle) * (180 / Math.PI));
    }
  }
  return worst;
}

test.each([
  ['prewitt', 7.64],
  ['sobel', 3.24],
  ['scharr', 0.29],
  ['farid-5', 0.17],
  ['scharr-47', 0.13],
  ['farid-9', 0.01],
])('the angles that %s finds are at most %d° off', async (name, degrees) => {
  const worst = angleError(await one(`${name}-x`), await one(`${name}-y`));
  expect(worst).toBeLessThan(degrees + 0.005);
  expect(worst).toBeGreaterThan(degrees - 0.005);
});

describe.each(Object.entries(faridTables))('Farid with %s taps', (taps, table) => {
  const sum = (line: readonly number[]) => line.reduce((a, b) => a + b, 0);
  const moment = (line: readonly number[], order: number) =>
    line.reduce((a, w, i) => a + w * (i - (line.length >> 1)) ** order, 0);

  test('smooths by 1 and has derivatives of about 1', () => {
    for (const { smooth, first } of [table, ...(table.with2 ? [table.with2] : [])]) {
      expect(Math.abs(sum(smooth) - 1)).toBeLessThan(1.5e-6);
      expect(Math.abs(moment(first, 1) - 1)).toBeLessThan(taps === '3' ? 0.15 : 0.013);
    }
    if (table.with2 === undefined) return;
    expect(Math.abs(sum(table.with2.second))).toBeLessThan(2.5e-6);
    expect(Math.abs(moment(table.with2.second, 2) / 2 - 1)).toBeLessThan(0.07);
  });

  test('first derivative and smoothing belong together: D(ω) ≈ ω P(ω)', () => {
    // What the tables were made for; the lines of second derivatives, D2(ω) ≈ −ω² P(ω), as well.
    const at = (line: readonly number[], wave: (x: number) => number) =>
      line.reduce((a, w, i) => a + w * wave(i - (line.length >> 1)), 0);
    const limit = { 3: 0.1, 5: 0.02, 7: 0.01, 9: 0.01 }[taps]!;
    for (let step = 1; step <= 8; step++) {
      const omega = (step * Math.PI) / 16;
      const cos = (x: number) => Math.cos(omega * x);
      const first = at(table.first, (x) => Math.sin(omega * x));
      expect(Math.abs(first - omega * at(table.smooth, cos))).toBeLessThan(limit);
      if (table.with2 === undefined) continue;
      const { smooth, second } = table.with2;
      expect(Math.abs(at(second, cos) + omega ** 2 * at(smooth, cos))).toBeLessThan(3 * limit);
    }
  });
});

test('log-9 has the shape of a Laplacian of a Gaussian of sigma 1.4', async () => {
  const [a, b] = [[...(await one('log-9')).weights], sampledLog.flat()];
  const dot = (p: readonly number[], q: readonly number[]) => p.reduce((sum, w, i) => sum + w * q[i]!, 0);
  expect(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))).toBeGreaterThan(0.9985);
});

test('every Laplacian looks the same from all four sides and in the mirror', async () => {
  for (const name of (await shippedNames()).filter((each) => /^(laplacian|log)-/.test(each))) {
    const kernel = await one(name);
    expect(transposed(kernel)).toEqual([...kernel.weights]);
    expect(rotate180(kernel).weights).toEqual(kernel.weights);
    const mirrored = Array.from(kernel.weights, (_, i) => {
      const x = i % kernel.width;
      return kernel.weights[i - x + (kernel.width - 1 - x)];
    });
    expect(mirrored).toEqual([...kernel.weights]);
  }
});

function transposed({ weights, width, height }: Kernel): number[] {
  return Array.from(weights, (_, i) => weights[(i % height) * width + Math.floor(i / height)]!);
}
