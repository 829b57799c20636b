// The computation of one sample: by hand for small cases, and for random ones against filtered maps, with borders and
// positions computed here by stepping, not by convtool's own rules.

import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { explainSample } from '../../../dist/analysis/explain.js';
import type { Depth } from '../../../dist/core/image.js';
import { type PictureRequest, RESPONSES } from '../../../dist/engine/output/value-mapping.js';
import {
  type Explanation,
  explain,
  type Kernel,
  KernelError,
  loadKernel,
  type Samples,
  UsageError,
} from '../../../dist/index.js';
import { type FilterOptions, filterBank } from '../../../dist/pipeline/filter.js';
import type {
  BorderMode,
  ChannelChoice,
  ConvolutionOptions,
  Extent,
  Method,
} from '../../../dist/plan/convolution-options.js';
import { KERNEL, optionsOf, withAlpha } from '../../support/by-hand.js';
import { holds, kernelOfImage, randomImage, randomOf } from '../../support/random-run.js';

/** 1 … 16, row by row. */
const SQUARE: Samples = {
  ...{ width: 4, height: 4, channels: 1, depth: 8, hasAlpha: false },
  data: Uint8Array.from({ length: 16 }, (_, i) => i + 1),
};

describe('by hand: the corner (0, 0) of 1 … 16', () => {
  const nearest = [1, 1, 2, 1, 1, 2, 5, 5, 6];
  const cases: [border: string, patch: number[], products: number[], sum: number][] = [
    ['replicate', nearest, [-1, 0, 2, -2, 0, 4, -5, 0, 6], 4],
    ['symmetric', nearest, [-1, 0, 2, -2, 0, 4, -5, 0, 6], 4],
    ['reflect101', [6, 5, 6, 2, 1, 2, 6, 5, 6], [-6, 0, 6, -4, 0, 4, -6, 0, 6], 0],
    ['wrap', [16, 13, 14, 4, 1, 2, 8, 5, 6], [-16, 0, 14, -8, 0, 4, -8, 0, 6], -8],
    ['constant', [0, 0, 0, 0, 1, 2, 0, 5, 6], [0, 0, 0, 0, 0, 4, 0, 0, 6], 10],
    ['constant:10', [10, 10, 10, 10, 1, 2, 10, 5, 6], [-10, 0, 10, -20, 0, 4, -10, 0, 6], -20],
  ];
  test.each(cases)('sobel-x, %s', async (border, patch, products, sum) => {
    const mapping = { depth: 8, map: 'abs' } as const;
    const kernel = await loadKernel('sobel-x');
    const plain = await explain(SQUARE, kernel, [0, 0], { border, mapping });
    const [channel, ...others] = plain.channels;
    expect(others).toEqual([]);
    expect(channel).toMatchObject({ name: 'gray', patch, sum, exact: sum, response: sum, scale: 1 });
    expect([...channel!.products]).toEqual(products);
    expect(channel!.stored).toBe(Math.abs(sum));
    expect([...plain.kernelAsApplied.weights]).toEqual([-1, 0, 1, -2, 0, 2, -1, 0, 1]);
    // Flipped, every product has the other sign.
    const flipped = await explain(SQUARE, kernel, [0, 0], { border, flip: true });
    expect(flipped.channels[0]).toMatchObject({ patch, sum: 0 - sum, response: 0 - sum, stored: 0 - sum });
    expect([...flipped.kernelAsApplied.weights]).toEqual([1, 0, -1, 2, 0, -2, 1, 0, -1]);
  });

  test('box-3, renormalize: samples outside are omitted, and 4 weights are scaled to the sum of 9', async () => {
    const mapping = { depth: 8, map: 'clamp' } as const;
    const { channels } = await explain(SQUARE, await loadKernel('box-3'), [0, 0], {
      border: 'renormalize',
      mapping,
    });
    const patch = [null, null, null, null, 1, 2, null, 5, 6];
    // (1 + 2 + 5 + 6) · 9/4 / 9 = 3.5, and halves round to even.
    expect(channels[0]).toMatchObject({ patch, sum: 14, scale: 2.25, response: 3.5, stored: 4 });
    expect([...channels[0]!.products]).toEqual([0, 0, 0, 0, 1, 2, 0, 5, 6]);
  });

  test('an even kernel with its anchor in a corner, dilated, flipped, at full extent', async () => {
    // 1 2 [3]   gives      2  0 4
    // 4 0  2              [3] 2 1
    const options = { flip: true, extent: 'full', dilation: [1, 2], border: 'constant' } as const;
    const one = await explain(SQUARE, KERNEL, [2, 2], options);
    // Six columns (4 + 3 − 1) and six rows (4 + 3 − 1) of positions; the first is reached by the lower right weight.
    expect(one).toMatchObject({ mapSize: [6, 6], position: [0, 2] });
    expect([...one.kernelAsApplied.weights]).toEqual([2, 0, 4, 3, 2, 1]);
    expect(one.kernelAsApplied.anchor).toEqual([0, 1]);
    expect(one.columns).toEqual({ at: [0, 1, 2], reads: [0, 1, 2] });
    expect(one.rows).toEqual({ at: [0, 2], reads: [0, 2] });
    expect(one.channels[0]!.patch).toEqual([1, 2, 3, 9, 10, 11]);
    // 2·1 + 0·2 + 4·3 + 3·9 + 2·10 + 1·11 = 72, and 72 / 12 = 6.
    expect(one.channels[0]).toMatchObject({ sum: 72, response: 6, stored: 6 });
  });

  test('planes of weights add up to one sum', async () => {
    const image: Samples = {
      ...{ width: 2, height: 1, channels: 3, depth: 8, hasAlpha: false },
      data: Uint8Array.of(1, 2, 3, 10, 20, 30),
    };
    const kernel: Kernel = {
      ...{ name: 'k', width: 2, height: 1, inChannels: 3, divisor: 2, bias: 1, anchor: [0, 0] },
      weights: Float64Array.of(1, 0, 0, -1, 2, 2),
    };
    const { channels, planes } = await explain(image, kernel, [0, 0]);
    expect(planes).toEqual(['r', 'g', 'b']);
    expect(channels).toHaveLength(1);
    // 1·1 − 1·20 + 2·3 + 2·30 = 47, and 47 / 2 + 1 = 24.5.
    expect(channels[0]).toMatchObject({
      name: 'r+g+b',
      patch: [1, 10, 2, 20, 3, 30],
      sum: 47,
      response: 24.5,
    });
    expect([...channels[0]!.products]).toEqual([1, 0, 0, -20, 6, 60]);
  });

  const steps: [PictureRequest, steps: [string, number][], stored: number][] = [
    [RESPONSES, [], -8],
    [
      { depth: 'float', map: null, gain: 0.5 },
      [
        ['gain', -4],
        ['float32', -4],
      ],
      -4,
    ],
    [
      { depth: 8, map: 'clamp', gain: 1 },
      [
        ['round', -8],
        ['limit', 0],
      ],
      0,
    ],
    [
      { depth: 8, map: 'abs', gain: 0.3125 },
      [
        ['gain', -2.5],
        ['round', -2],
        ['abs', 2],
        ['limit', 2],
      ],
      2,
    ],
    [
      { depth: 8, map: 'signed', gain: 1 },
      [
        ['shift', 120],
        ['round', 120],
        ['limit', 120],
      ],
      120,
    ],
    [
      { depth: 16, map: 'signed', gain: 2 },
      [
        ['gain', -16],
        ['depth', -4112],
        ['shift', 28656],
        ['round', 28656],
        ['limit', 28656],
      ],
      28656,
    ],
    // wrap gives -8 here and 24 at the right edge.
    [
      { depth: 8, map: 'minmax', gain: 1 },
      [
        ['stretch', 0],
        ['round', 0],
        ['limit', 0],
      ],
      0,
    ],
  ];
  test.each(steps)('sobel-x, wrap, as %j', async (request, expected, stored) => {
    const options = optionsOf({}, { border: { mode: 'wrap', value: 0 } });
    const one = await explainSample(SQUARE, await loadKernel('sobel-x'), [0, 0], options, request);
    expect(one.channels[0]!.steps.map(({ name, value }) => [name, value])).toEqual(expected);
    expect(one.channels[0]!.stored).toBe(stored);
  });

  test('channels by their names; alpha where it is filtered', async () => {
    const names = async (more: Partial<FilterOptions>, image = withAlpha()) =>
      (await explainSample(image, KERNEL, [0, 0], optionsOf(more))).channels.map(({ name }) => name);
    expect(await names({})).toEqual(['r', 'g', 'b']);
    expect(await names({ alpha: 'filter' })).toEqual(['r', 'g', 'b', 'a']);
    expect(await names({ channels: 'gray' })).toEqual(['gray']);
    expect(await names({ channels: 'g' })).toEqual(['g']);
    expect(await names({ channels: 'a' })).toEqual(['a']);
    expect(await names({}, randomImage(3, 3, 2, 8, 1))).toEqual(['0', '1']);
  });

  test('gray is luma of the stored values', async () => {
    const image: Samples = {
      ...{ width: 1, height: 1, channels: 3, depth: 8, hasAlpha: false },
      data: Uint8Array.of(100, 200, 10),
    };
    const { channels } = await explain(image, await loadKernel('identity'), [0, 0], { channels: 'gray' });
    expect(channels[0]!.patch[0]).toBeCloseTo(0.299 * 100 + 0.587 * 200 + 0.114 * 10, 10);
  });

  test('a sample under a weight of 0 has no effect, not even NaN', async () => {
    const data = Float32Array.of(Number.NaN, 5);
    const image: Samples = { width: 2, height: 1, channels: 1, depth: 'float', hasAlpha: false, data };
    const kernel = kernelOfImage({ width: 2, height: 1, data: Float32Array.of(0, 3) });
    const { channels } = await explain(image, { ...kernel, anchor: [0, 0] }, [0, 0]);
    expect(channels[0]).toMatchObject({ sum: 15, exact: 15, response: 15 });
    const shown = await explain(image, { ...kernel, weights: Float64Array.of(1, 3), anchor: [0, 0] }, [0, 0]);
    expect(shown.channels[0]!.response).toBeNaN();
  });
});

describe('a run that is further from the definition than the error bound of its plan', () => {
  const image = randomImage(9, 9, 1, 8, 5);
  const blur = { ...KERNEL, weights: Float64Array.of(0.3, 0.1, 0.7, 0.2, 0, 0.4), divisor: 1.7 };

  test.each([
    [1e-9, false],
    [1e-3, true],
  ])('off by %d is an internal error: %s', async (off, isDefect) => {
    vi.resetModules();
    vi.doMock('../../../dist/engine/methods/reference.js', async (original) => {
      const real = await original<typeof import('../../../dist/engine/methods/reference.js')>();
      const responseAt: typeof real.responseAt = (...about) => real.responseAt(...about) + off;
      return { ...real, responseAt };
    });
    const { explainSample: mocked } = await import('../../../dist/analysis/explain.js');
    vi.doUnmock('../../../dist/engine/methods/reference.js');
    // Other files share modules with this one.
    vi.resetModules();
    const asked = mocked(image, blur, [4, 4], optionsOf({ method: 'direct' }));
    if (!isDefect) return expect((await asked).channels).toHaveLength(1);
    await expect(asked).rejects.toThrow(/^the response of k is .* by the definition/);
    // No error of the classes that a user can cause.
    await expect(asked).rejects.toMatchObject({ name: 'Error' });
  });

  test('leaving the range of float32 is not an internal error', async () => {
    const data = Float32Array.of(3e38, -3e38);
    const huge: Samples = { width: 2, height: 1, channels: 1, depth: 'float', hasAlpha: false, data };
    const kernel = kernelOfImage({ width: 1, height: 1, data: Float32Array.of(4) });
    for (const method of ['direct', 'reference'] as const) {
      const { channels } = await explain(huge, kernel, [1, 0], { method });
      expect(channels[0]).toMatchObject({ response: Number.NEGATIVE_INFINITY, exact: 4 * data[1]! });
    }
  });
});

describe('refused', () => {
  test.each([
    [4, 0],
    [0, 4],
    [-1, 0],
    [0.5, 0],
    [Number.NaN, 0],
  ])('no sample (%d, %d) in a map of 4×4', async (x, y) => {
    const asked = explain(SQUARE, KERNEL, [x, y]);
    await expect(asked).rejects.toThrow(UsageError);
    await expect(asked).rejects.toThrow(/map of k, which has 4×4: x from 0 to 3, y from 0 to 3/);
  });

  test('linear light, which changes samples before the sum', async () => {
    await expect(explain(SQUARE, KERNEL, [0, 0], { linear: true })).rejects.toThrow(/--linear: cannot be/);
  });

  test('a kernel of sum 0 if the rest would be scaled up', async () => {
    const asked = explain(SQUARE, await loadKernel('sobel-x'), [0, 0], { border: 'renormalize' });
    await expect(asked).rejects.toThrow(KernelError);
  });
});

/** Where an index outside 0 … n−1 reads, by stepping back until it is inside; null for none. */
function stepped(mode: BorderMode, index: number, n: number): number | null {
  let i = index;
  while (i < 0 || i >= n) {
    if (mode === 'constant' || mode === 'renormalize') return null;
    if (mode === 'replicate') i += i < 0 ? 1 : -1;
    else if (mode === 'wrap') i += i < 0 ? n : -n;
    else if (mode === 'symmetric') i = i < 0 ? -1 - i : 2 * n - 1 - i;
    else i = n === 1 ? 0 : i < 0 ? -i : 2 * (n - 1) - i;
  }
  return i;
}

const upTo = (max: number, min = 1) => fc.integer({ min, max });
const pair = (...values: number[]) => fc.tuple(fc.constantFrom(...values), fc.constantFrom(...values));
const cases = fc.record({
  image: fc.tuple(upTo(9), upTo(9), upTo(4), fc.constantFrom<Depth>(8, 16, 'float'), fc.nat()),
  hasAlpha: fc.boolean(),
  size: pair(1, 2, 3, 3, 4, 5),
  seed: fc.nat(),
  across: fc.boolean(),
  anchor: fc.tuple(fc.nat(4), fc.nat(4)),
  fraction: fc.constantFrom(1, 1, 7),
  divisor: fc.constantFrom(1, 1, 9, -3, 0.37),
  bias: fc.constantFrom(0, 0, 128, -7.25),
  mode: fc.constantFrom<BorderMode>(
    'replicate',
    'symmetric',
    'reflect101',
    'wrap',
    'constant',
    'renormalize',
  ),
  value: fc.constantFrom(0, 7, -3.5),
  extent: fc.constantFrom<Extent>('same', 'valid', 'full'),
  stride: pair(1, 1, 2, 3),
  dilation: pair(1, 1, 2, 11),
  flip: fc.boolean(),
  channel: fc.nat(),
  alpha: fc.constantFrom('keep', 'filter', 'drop'),
  method: fc.constantFrom<Method>('auto', 'auto', 'direct', 'fft', 'reference'),
  at: fc.tuple(fc.nat(), fc.nat()),
  depth: fc.constantFrom<Depth>(8, 16, 'float'),
  map: fc.constantFrom('clamp', 'abs', 'signed', 'minmax', null),
  gain: fc.constantFrom(1, 1, 0.25, -3),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

interface Made {
  readonly image: Samples;
  readonly kernel: Kernel;
  readonly options: FilterOptions;
  readonly request: PictureRequest;
  readonly picks: readonly number[];
}

function made(c: Case): Made {
  const [, , channels] = c.image;
  const hasAlpha = c.hasAlpha && channels > 1;
  const image = { ...randomImage(...c.image), hasAlpha };
  const colours = channels - (hasAlpha ? 1 : 0);
  const choices: [ChannelChoice, number[]][] = [
    ['each', Array.from({ length: c.alpha === 'filter' ? channels : colours }, (_, i) => i)],
    ...(colours >= 3 ? ([['g', [1]]] as [ChannelChoice, number[]][]) : []),
    ...(hasAlpha ? ([['a', [channels - 1]]] as [ChannelChoice, number[]][]) : []),
  ];
  const [choice, picks] = choices[c.channel % choices.length]!;
  const [width, height] = c.size;
  const inChannels = c.across ? picks.length : null;
  const random = randomOf(c.seed);
  const weights = Float64Array.from(
    { length: width * height * (inChannels ?? 1) },
    () => (random(19) - (c.mode === 'renormalize' ? 0 : 9)) / c.fraction,
  );
  fc.pre(c.mode !== 'renormalize' || weights.some((w) => w > 0));
  const anchor = [c.anchor[0] % width, c.anchor[1] % height] as const;
  const kernel = { name: 'k', width, height, inChannels, weights, anchor, divisor: c.divisor, bias: c.bias };
  const { flip, extent, stride, dilation } = c;
  const convolution: ConvolutionOptions = {
    flip,
    extent,
    stride,
    dilation,
    border: { mode: c.mode, value: c.value },
  };
  const options = optionsOf({
    convolution,
    channels: choice,
    alpha: c.alpha,
    method: c.method,
  } as FilterOptions);
  const map = c.depth === 'float' ? c.map : (c.map ?? 'abs');
  return { image, kernel, options, request: { depth: c.depth, map, gain: c.gain }, picks };
}

/** Patches of the sample at (x, y), one a channel of the map, by the definition of each option. */
function patches({ image, kernel, options, picks }: Made, x: number, y: number): (number | null)[][] {
  const { flip, extent, stride, dilation, border } = options.convolution;
  const size = [image.width, image.height] as const;
  const lengths = [kernel.width, kernel.height] as const;
  const places = ([0, 1] as const).map((axis) => {
    const before = flip ? lengths[axis] - 1 - kernel.anchor[axis] : kernel.anchor[axis];
    const after = lengths[axis] - 1 - before;
    const first = { same: 0, valid: before * dilation[axis], full: -after * dilation[axis] }[extent];
    const position = first + [x, y][axis]! * stride[axis];
    return Array.from({ length: lengths[axis] }, (_, i) =>
      stepped(border.mode, position + (i - before) * dilation[axis], size[axis]),
    );
  });
  const outside = border.mode === 'constant' ? border.value : null;
  const plane = (pick: number) =>
    places[1]!.flatMap((py) =>
      places[0]!.map((px) =>
        px === null || py === null ? outside : image.data[(py * size[0] + px) * image.channels + pick]!,
      ),
    );
  return kernel.inChannels === null ? picks.map(plane) : [picks.flatMap(plane)];
}

test('random samples: patch, products, sum and response, against the filtered map', async () => {
  let exact = 0;
  let tried = 0;
  await holds(cases, 400, async (c) => {
    const one = made(c);
    const { image, kernel, options, request } = one;
    const maps = await filterBank(image, [kernel], options).catch(() => null);
    // No position fits, or the method takes no such kernel.
    fc.pre(maps !== null);
    const [{ map }] = maps as [(typeof maps)[0]];
    const [{ map: written }] = (await filterBank(image, [kernel], options, request)) as [(typeof maps)[0]];
    const at = [c.at[0] % map.width, c.at[1] % map.height] as const;
    const found: Explanation = await explainSample(image, kernel, at, options, request);
    const base = (at[1] * map.width + at[0]) * map.channels;
    expect(found.mapSize).toEqual([map.width, map.height]);
    expect(found.channels).toHaveLength(map.channels);
    expect(found.channels.map(({ patch }) => patch)).toEqual(patches(one, ...at));
    const area = kernel.width * kernel.height;
    const turned = (i: number) => (c.flip ? Math.floor(i / area) * area + area - 1 - (i % area) : i);
    found.channels.forEach((channel, k) => {
      tried++;
      const weights = [...found.kernelAsApplied.weights];
      expect(weights).toEqual(weights.map((_, i) => kernel.weights[turned(i)]));
      const products = weights.map((w, i) => w * (channel.patch[i] ?? 0) + 0);
      expect([...channel.products]).toEqual(products);
      const size = products.reduce((sum, p) => sum + Math.abs(p), 0);
      const sum = products.reduce((total, p) => total + p, 0);
      expect(Math.abs(channel.sum - sum)).toBeLessThanOrEqual(1e-13 * size);
      const inside = weights.reduce((total, w, i) => total + (channel.patch[i] === null ? 0 : w), 0);
      const all = weights.reduce((total, w) => total + w, 0);
      const scale = c.mode === 'renormalize' ? (inside === 0 ? 0 : all / inside) : 1;
      expect(channel.scale).toBeCloseTo(scale, 9);
      expect(channel.exact).toBe((channel.sum * channel.scale) / c.divisor + c.bias + 0);
      expect(channel.response).toBe(map.data[base + k]! + 0);
      expect(channel.stored).toBe(written.data[base + k]! + 0);
      expect([channel.response, channel.exact]).toContain(channel.start);
      const end = channel.steps.at(-1)?.value ?? channel.start;
      if (end === channel.stored) exact++;
      else if (request.depth !== 'float') expect(Math.abs(end - channel.stored)).toBeLessThanOrEqual(1);
    });
  });
  expect(tried).toBeGreaterThan(400);
  // Only at ties does the last step differ from the stored value.
  expect(exact / tried).toBeGreaterThan(0.99);
});
