// Every shipped kernel over one picture, compared with the responses of SciPy, OpenCV, scikit-image or PyWavelets
// (fixtures/make_kernels.py): by the chosen method and by the definition.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { correlate, type Kernel, type Samples } from '../../../dist/index.js';
import { hasIntegerWeights, sumOfMagnitudes } from '../../../dist/kernels/kernel.js';
import { loadBank } from '../../../dist/kernels/load/load.js';
import { sourceOf } from '../../support/kernel-source.js';
import { formulas } from '../../support/shipped/all.js';

interface Peers {
  readonly image: {
    readonly width: number;
    readonly height: number;
    readonly sum: number;
    readonly firstRow: readonly number[];
    readonly positions: readonly (readonly [number, number])[];
  };
  readonly kernels: Readonly<Record<string, Answer>>;
}

interface Answer {
  /** The program whose function was called, and the factor from its responses to convtool's. */
  readonly peer: string;
  readonly scale: number;
  /** Added by the kernel, not by the peer. */
  readonly bias?: number;
  /** The sum of all responses, and those at the positions. */
  readonly total: number;
  readonly responses: readonly number[];
}

const peers: Peers = JSON.parse(
  readFileSync(new URL('../../fixtures/kernels.json', import.meta.url), 'utf8'),
);
const { width, height, positions } = peers.image;
const image: Samples = {
  width,
  height,
  channels: 1,
  depth: 8,
  hasAlpha: false,
  // As in make_kernels.py, in integers.
  data: Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const ramps = 5 * x + 3 * y + Math.floor((x * x + 3 * y * y) / 16);
    return (ramps + 90 * (((x >> 4) + (y >> 4)) % 2) + ((31 * x * y) % 23)) % 256;
  }),
};

const sumOf = (data: ArrayLike<number>) => Array.from(data).reduce((sum, v) => sum + v, 0);

test('the picture is the one of the fixtures, and nearly all kernels are compared', () => {
  expect(width * height).toBeGreaterThanOrEqual(64 * 48);
  expect([...image.data.subarray(0, 16)]).toEqual(peers.image.firstRow);
  expect(sumOf(image.data)).toBe(peers.image.sum);
  // A new kernel has its formula; its peer may come later, on a machine with the other programs.
  expect(Object.keys(formulas)).toEqual(expect.arrayContaining(Object.keys(peers.kernels)));
  expect(Object.keys(peers.kernels).length).toBeGreaterThan(120);
  const own = Object.values(peers.kernels).filter(({ peer }) => peer !== 'scipy.ndimage.correlate');
  expect(own.length).toBeGreaterThanOrEqual(26);
});

/** Sums of integers are exact, and divided by a power of 2 they stay so; float32 holds them all here. */
function isExact(kernel: Kernel, { scale, responses }: Answer): boolean {
  const exactDivisor = Number.isInteger(Math.log2(kernel.divisor));
  return (
    hasIntegerWeights(kernel) && exactDivisor && responses.every((r) => Math.fround(r * scale) === r * scale)
  );
}

test.each(Object.entries(peers.kernels))('%s', async (name, answer) => {
  const kernel = (await loadBank(name, sourceOf().source)).kernels[0]!;
  const { scale, bias = 0, total, responses } = answer;
  const largest = (255 * sumOfMagnitudes(kernel)) / kernel.divisor + bias;
  for (const [method, slack] of [
    ['reference', 1e-12],
    ['auto', 1e-6],
  ] as const) {
    const map = await correlate(image, kernel, { border: 'symmetric', method, threads: 1 });
    const exact = isExact(kernel, answer);
    for (const [i, [x, y]] of positions.entries()) {
      const expected = responses[i]! * scale + bias;
      const within = exact ? 0 : slack * largest + 2 ** -24 * Math.abs(expected);
      const found = map.data[y * width + x]!;
      expect(Math.abs(found - expected), `${answer.peer} at ${x}, ${y}`).toBeLessThanOrEqual(within);
    }
    const sum = sumOf(map.data);
    const apart = Math.abs(sum - (total * scale + bias * width * height));
    expect(apart, 'all responses together').toBeLessThanOrEqual(exact ? 0 : 2e-7 * largest * width * height);
  }
});

test('integers over powers of 2 are compared exactly', async () => {
  let exact = 0;
  for (const [name, answer] of Object.entries(peers.kernels)) {
    const kernel = (await loadBank(name, sourceOf().source)).kernels[0]!;
    if (isExact(kernel, answer)) exact++;
  }
  expect(exact).toBeGreaterThanOrEqual(83);
});
