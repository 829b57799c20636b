// Gradients by name: magnitudes and angles against scikit-image and NumPy, on every code path; and banks whose maps are
// combined, in files, steps and pipes.

import { readFileSync } from 'node:fs';
import { encode as pngOf } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { analyse, bankMaps, loadKernel, loadKernels, type Samples } from '../../../dist/index.js';
import { kernelFileValue } from '../../../dist/kernels/file/serialize.js';
import { filterCombined } from '../../../dist/pipeline/filter.js';
import { optionsOf } from '../../support/by-hand.js';
import { convtool } from '../../support/cli.js';
import { byFastPng } from '../../support/other-decoders.js';
import { magnitudes } from '../../support/shipped/all.js';

interface Case {
  readonly name: string;
  readonly largest: number;
  readonly magnitude: number[][];
  readonly angle: number[][];
}
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/magnitudes.json', import.meta.url), 'utf8'));
const cases = fixture.cases as Case[];
const data = Uint8Array.from((fixture.image as number[][]).flat());
const image: Samples = { width: 11, height: 9, channels: 1, depth: 8, data, hasAlpha: false };

const near = (found: ArrayLike<number>, right: readonly number[], within: number) =>
  right.forEach((value, i) => {
    expect(Math.abs(found[i]! - value), `sample ${i}`).toBeLessThanOrEqual(within);
  });

describe.each(cases)('$name', ({ name, largest, magnitude }) => {
  it('is the magnitude of its pair, scaled to the largest that an image can have', async () => {
    const bank = await loadKernels(name);
    const pair = await Promise.all(magnitudes[name]!.map((part) => loadKernel(part)));
    expect(bank.joins).toEqual([{ name, combine: 'rss', from: 0, count: 2 }]);
    for (const [i, { weights, anchor, divisor }] of bank.kernels.entries()) {
      expect([...weights]).toEqual([...pair[i]!.weights]);
      expect(anchor).toEqual(pair[i]!.anchor);
      expect(divisor).toBeCloseTo(largest, 12);
    }
    const [first] = await bankMaps(image, bank, { border: 'symmetric' });
    near(first!.map.data, magnitude.flat(), 255 * 2 ** -23);
  });

  it('stays in range for a full step at any angle, as written and flipped', async () => {
    const bank = await loadKernels(name);
    for (let turn = 0; turn < 24; turn++) {
      const [c, s] = [Math.cos((turn * Math.PI) / 12), Math.sin((turn * Math.PI) / 12)];
      const step = Uint8Array.from({ length: 121 }, (_, i) =>
        c * ((i % 11) - 5) + s * (Math.floor(i / 11) - 5) > 1e-9 ? 255 : 0,
      );
      const whole = { ...image, height: 11, data: step };
      const maps = [...(await bankMaps(whole, bank)), ...(await bankMaps(whole, bank, { flip: true }))];
      for (const { map } of maps) {
        expect(map.max, `step at ${turn * 15}°`).toBeLessThanOrEqual(255.0001);
        expect(map.max).toBeGreaterThan(170);
      }
    }
  });

  it('is the same after it was shown as JSON', async () => {
    const bank = await loadKernels(name);
    const again = await loadKernels(JSON.stringify(kernelFileValue(bank)));
    expect(again).toEqual(bank);
  });
});

describe('banks that become one map', () => {
  it('have one name and one map, among others, also inside another bank', async () => {
    const bank = await loadKernels('{"name": "two", "kernels": ["box-3", "sobel", "prewitt-x"]}');
    const maps = await bankMaps(image, bank);
    expect(maps.map(({ name }) => name)).toEqual(['box-3', 'sobel', 'prewitt-x']);
    expect((await loadKernels(JSON.stringify(kernelFileValue(bank)))).joins).toEqual(bank.joins);
    expect((await bankMaps(image, bank, { combine: 'none' })).length).toBe(4);
    expect((await bankMaps(image, bank, { combine: 'max' })).map(({ name }) => name)).toEqual(['max(two)']);
  });

  it('stay so through steps', async () => {
    const turned = await loadKernels('sobel | transpose');
    const [a] = await bankMaps(image, turned);
    const [b] = await bankMaps(image, await loadKernels('sobel'));
    expect(a!.name).toBe('sobel | transpose');
    // The transposed pair is the pair in another order.
    near(a!.map.data, [...b!.map.data], 1e-4);
  });

  it.each([
    [
      '{"combine": "rms", "kernels": ["sobel-x"]}',
      /combine \(line 1, column \d+\): expected one of max, .*magnitude, found "rms"/,
    ],
    [
      '{"combine": "max", "weights": [[1]]}',
      /combine \(line 1, column \d+\): this key cannot be used together with "weights"/,
    ],
    [
      '{"combine": "max", "kernels": ["sobel"]}',
      /kernels\[0\] \(line 1, column \d+\): expected a kernel, or a bank without "combine"/,
    ],
    ['{"weights": [[1]], "keywords": "edge"}', /keywords \(line 1, column \d+\): expected a list of strings/],
  ])('%s is refused', async (text, message) => {
    await expect(loadKernels(text)).rejects.toThrow(message);
  });

  it('are not one kernel, and each kernel has a gain of 0', async () => {
    await expect(loadKernel('sobel')).rejects.toThrow(/expected one kernel, found a bank of 2; .*bankMaps/);
    for (const kernel of (await loadKernels('farid')).kernels)
      expect(analyse(kernel).gain).toBeCloseTo(0, 12);
  });
});

describe('on the command line', () => {
  const png = pngOf({ width: 11, height: 9, channels: 1, depth: 8, data });
  const files = { 'img.png': png };
  const floats = (npy: string) => {
    const bytes = Buffer.from(npy, 'latin1');
    const start = 10 + bytes.readUInt16LE(8);
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
  };

  it('-k sobel, --combine magnitude and angle of the pair are those numbers', async () => {
    const [{ magnitude, angle }] = cases as [Case];
    const words = ['apply', '--border', 'symmetric', '--format', 'npy', 'img.png'];
    const runs = await Promise.all(
      [[], ['--combine', 'magnitude'], ['--combine', 'angle']].map((more) =>
        convtool([...words, '-k', 'sobel', ...more], { files }),
      ),
    );
    const [plain, named, angles] = runs.map(({ after, stdout }) => floats(after[stdout.toString().trim()]!));
    expect(runs.map(({ stdout }) => stdout.toString().trim())).toEqual([
      'img.sobel.npy',
      'img.sobel.magnitude.npy',
      'img.sobel.angle.npy',
    ]);
    near(plain!, magnitude.flat(), 255 * 2 ** -23);
    expect(named).toEqual(plain);
    near(angles!, angle.flat(), 1e-6);
  });

  it('many small pictures, one large and a stack have the values of one', async () => {
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`img${i}.png`, png]));
    const [small, one, stack] = await Promise.all([
      convtool(['apply', '-k', 'sobel', ...Object.keys(many)], { files: many }),
      convtool(['apply', '-k', 'sobel', 'img.png'], { files }),
      convtool(
        ['apply', '-k', 'sobel', '-k', 'box-3', '--stack', '--depth', '8', '--format', 'tiff', 'img.png'],
        { files },
      ),
    ]);
    const right = byFastPng(Buffer.from(one.after['img.sobel.png']!, 'latin1')).data;
    expect(Math.max(...Array.from(right))).toBeLessThan(256);
    for (const name of Object.keys(many)) {
      const path = name.replace('.png', '.sobel.png');
      expect(byFastPng(Buffer.from(small.after[path]!, 'latin1')).data).toEqual(right);
    }
    expect(stack.status).toBe(0);
    expect(one.stderr).toBe('');
  });

  it('explain and compare note that they take each kernel alone', async () => {
    const [explained, compared] = await Promise.all([
      convtool(['explain', '--at', '3,3', '-k', 'sobel', 'img.png'], { files }),
      convtool(['compare', '-k', 'sobel', '--no-picture', 'img.png'], { files }),
    ]);
    expect(explained.stderr).toMatch(
      /^note: sobel: its map is the magnitude √\(a² \+ b²\) of 2 kernels; here each kernel is explained separately/,
    );
    expect(compared.stderr).toMatch(/^note: sobel: .* each kernel is compared separately/);
  });

  it('an angle needs pairs', async () => {
    const run = await convtool(['apply', '-k', 'sobel-x', '--combine', 'angle', 'img.png'], { files });
    expect(run).toMatchObject({ status: 2 });
    expect(run.stderr).toMatch(/--combine angle: expected pairs of kernels.*found 1 kernel; try -k sobel/);
  });
});

describe('the colour wheel', () => {
  // A ramp towards each of four sides: the response of one kernel alone is not 0.
  const ramp = (dx: number, dy: number): Samples => ({
    ...image,
    width: 5,
    height: 5,
    data: Uint8Array.from({ length: 25 }, (_, i) => 100 + 10 * (dx * (i % 5) + dy * Math.floor(i / 5))),
  });
  const wheel = async (from: Samples, gain = 1) => {
    const { kernels } = await loadKernels('sobel');
    const pair = [kernels[0]!, kernels[1]!] as const;
    return (await filterCombined(from, pair, 'wheel', optionsOf(), { depth: 8, map: 'abs', gain })).map;
  };

  it.each([
    ['right', 1, 0, [255, 0, 0]],
    ['lower right, as much to both sides', 1, 1, [255, 191, 0]],
    ['down', 0, 1, [128, 255, 0]],
    ['left', -1, 0, [0, 255, 255]],
    ['up', 0, -1, [128, 0, 255]],
  ])('is of one colour where brightness rises to the %s', async (_, dx, dy, colour) => {
    const map = await wheel(ramp(dx, dy));
    const middle = map.data.slice(3 * 12, 3 * 13);
    expect([...middle].map((value, c) => Math.abs(value - colour[c]!)).every((off) => off <= 1)).toBe(true);
    expect(map).toMatchObject({ channels: 3, depth: 8, clipped: 0 });
  });

  it('is black where both are 0, and brighter with gain', async () => {
    const flat = await wheel({ ...ramp(0, 0) });
    expect(Math.max(...flat.data)).toBe(0);
    expect((await wheel(image, 4)).clipped).toBeGreaterThan(0);
  });

  it('of a colour picture is that of its gray', async () => {
    const colour = { ...image, channels: 3, data: Uint8Array.from([...data].flatMap((v) => [v, v, v])) };
    expect((await wheel(colour)).data).toEqual((await wheel(image)).data);
  });
});
