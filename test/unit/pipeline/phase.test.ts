// Phases of quadrature pairs compared with the analytic signal of waves (scipy.signal.hilbert,
// fixtures/make_projection.py) and, at any angle, with the phase of the wave itself.

import { describe, expect, it } from 'vitest';
import { loadKernels, type Samples } from '../../../dist/index.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import { filterCombined } from '../../../dist/pipeline/filter.js';
import { filterSettings } from '../../../dist/pipeline/options.js';
import fixture from '../../fixtures/projection.json' with { type: 'json' };

const SIZE = 64;
const RESPONSES = { depth: 'float', map: null, gain: 1 } as const;

/** 128 + 100 cos φ, φ = 2π u / length, u from (32, 32) on in the direction theta, in degrees from right towards down. */
function wave(theta: number, length: number): { image: Samples; phaseAt: (x: number, y: number) => number } {
  const angle = (theta * Math.PI) / 180;
  const phaseAt = (x: number, y: number) =>
    (2 * Math.PI * ((x - 32) * Math.cos(angle) + (y - 32) * Math.sin(angle))) / length;
  const data = Float32Array.from(
    { length: SIZE * SIZE },
    (_, i) => 128 + 100 * Math.cos(phaseAt(i % SIZE, Math.floor(i / SIZE))),
  );
  return {
    image: { width: SIZE, height: SIZE, channels: 1, depth: 'float', hasAlpha: false, data },
    phaseAt,
  };
}

async function kernelsOf(...refs: string[]): Promise<[Kernel, Kernel]> {
  const banks = await Promise.all(refs.map((ref) => loadKernels(ref)));
  const kernels = banks.flatMap((bank) => bank.kernels);
  expect(kernels).toHaveLength(2);
  return [kernels[0]!, kernels[1]!];
}

async function phaseMap(
  image: Samples,
  pair: readonly [Kernel, Kernel],
  flip: boolean,
): Promise<Float32Array> {
  const options = filterSettings(image, pair[0], { threads: 1 }, flip);
  return (await filterCombined(image, pair, 'phase', options, RESPONSES)).map.data as Float32Array;
}

/** How far two angles are apart, −π and π being one. */
const apart = (a: number, b: number) => Math.abs(2 * Math.sin((a - b) / 2));

/** Pairs tuned to about that wavelength. */
function pairsAt(theta: number, length: number): [string, readonly string[]][] {
  const steerable = `theta=${theta},spacing=${(5.36 / length).toFixed(3)}`;
  const gabor = `gabor:theta=${theta},lambda=${length},sigma=${length / 2},dc=zero`;
  return [
    ['gabor', [gabor, `${gabor},part=imaginary`]],
    ['a steerable pair', [`steerable:kind=pair,${steerable}`]],
    ['steerable kernels by themselves', [`steerable:kind=g2,${steerable}`, `steerable:kind=h2,${steerable}`]],
  ];
}

const both = [
  ['not flipped', false],
  ['flipped', true],
] as const;

describe.each(both)('phases, %s', (_, flip) => {
  it.each(fixture.waves)('are those of the analytic signal of a wave of $length at $theta°', async (one) => {
    const { image } = wave(one.theta, one.length);
    for (const [name, refs] of pairsAt(one.theta, one.length)) {
      const map = await phaseMap(image, await kernelsOf(...refs), flip);
      for (const [i, phase] of one.phase.entries()) {
        const found = map[one.theta === 0 ? 32 * SIZE + 29 + i : (29 + i) * SIZE + 32]!;
        expect(apart(found, phase), `${name} ${i}`).toBeLessThan(0.02);
      }
    }
  });

  it.each([
    -120, -30, 15, 30, 45, 60, 100, 135, 170, 180, 200, 270, 315,
  ])('rise along a wave at %i°', async (theta) => {
    const { image, phaseAt } = wave(theta, 8);
    for (const [name, refs] of pairsAt(theta, 8)) {
      const map = await phaseMap(image, await kernelsOf(...refs), flip);
      for (let y = 28; y < 37; y++)
        for (let x = 28; x < 37; x++)
          expect(apart(map[y * SIZE + x]!, phaseAt(x, y)), `${name} ${x},${y}`).toBeLessThan(0.03);
    }
  });

  it('of every orientation and scale of a Gabor bank rise along its waves', async () => {
    const { kernels } = await loadKernels('gabor-bank:orientations=6,scales=2,lambda=6,parts=pairs');
    for (let i = 0; i < kernels.length; i += 2) {
      const scale = i / 2 < 6 ? 6 : 6 * Math.SQRT2;
      const { image, phaseAt } = wave(((i / 2) % 6) * 30, scale);
      const map = await phaseMap(image, [kernels[i]!, kernels[i + 1]!], flip);
      for (let x = 28; x < 37; x++)
        expect(apart(map[31 * SIZE + x]!, phaseAt(x, 31)), kernels[i]!.name).toBeLessThan(0.03);
    }
  });

  it('are the same of kernels of even sizes, and where the divisor is negative', async () => {
    const { image } = wave(0, 4);
    const even = '{"weights": [[-1, 1, 1, -1]]}';
    const odd = '{"weights": [[-1, -1, 1, 1]]}';
    const expected = await phaseMap(image, await kernelsOf(even, odd), flip);
    const negative = even.replace('}', ', "divisor": -1}');
    expect(await phaseMap(image, await kernelsOf(negative, odd), flip)).toEqual(expected);
    // Between samples 31 and 32 φ is −π/4; a flip moves the anchor, and with it the map, by one sample.
    const at = flip ? 31 : 32;
    expect(apart(expected[32 * SIZE + at]!, -Math.PI / 4)).toBeLessThan(1e-6);
  });
});

it('of two odd kernels, the components of a gradient, are its direction', async () => {
  const { image } = wave(60, 16);
  const map = await phaseMap(image, await kernelsOf('sobel-x', 'sobel-y'), false);
  // Left of the crest brightness rises along the wave.
  expect(apart(map[30 * SIZE + 31]!, Math.PI / 3)).toBeLessThan(0.05);
});
