// Laws of kernel algebra on random kernels, alone and applied to pictures by the library.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeatureMap } from '../../../dist/core/image.js';
import { correlate, type Kernel, loadKernel, type Samples } from '../../../dist/index.js';
import { kernelFileValue } from '../../../dist/kernels/file/serialize.js';
import { sumOfMagnitudes, sumOfWeights } from '../../../dist/kernels/kernel.js';
import { expectNear, holds, randomImage, smallKernel } from '../../support/random-run.js';

/** Integer weights with any anchor, a divisor and a bias. */
const kernels = (max = 5) =>
  fc
    .tuple(smallKernel(max), fc.constantFrom(1, -2, 3, 8), fc.constantFrom(0, 0, 2, -1.5))
    .map(([kernel, divisor, bias]): Kernel => ({ ...kernel, divisor, bias }));
const squares = fc
  .tuple(kernels(), fc.constantFrom(1, 3, 5, 7), fc.nat())
  .map(([kernel, size, seed]): Kernel => {
    const { data } = randomImage(size, size, 1, 8, seed);
    return {
      ...kernel,
      width: size,
      height: size,
      weights: Float64Array.from(data),
      anchor: [seed % size, 0],
    };
  });

const json = (kernel: Kernel) => JSON.stringify(kernelFileValue({ name: 'k', kernels: [kernel] }));
const derived = (kernel: Kernel, ...steps: string[]) => loadKernel([json(kernel), ...steps].join(' | '));

function expectSame(found: Kernel, { width, height, weights, divisor, bias, anchor }: Kernel): void {
  const plain = weights.map((w) => w + 0);
  expect(found).toMatchObject({ width, height, divisor, bias, anchor });
  expect(found.weights).toEqual(plain);
}

const weightsOf = ({ weights, divisor }: Kernel) => Array.from(weights, (w) => w / divisor);

describe('identities', () => {
  test.each([
    ['four quarter turns', Array(4).fill('rotate:90')],
    ['a turn and back', ['rotate:90', 'rotate:-90']],
    ['a whole turn', ['rotate:360']],
    ['transposed twice', ['transpose', 'transpose']],
    ['flipped twice', ['flip', 'flip']],
    ['flipped along x and y, then both', ['flip:x', 'flip:y', 'flip:both']],
    ['turned by 180° and flipped', ['rotate:180', 'flip']],
    ['transposed, flipped, turned', ['transpose', 'flip:x', 'rotate:-90']],
    ['doubled and halved', ['scale:2', 'scale:0.5']],
    ['convolved with 1', ['convolve:[[1]]']],
    ['nothing added', ['add:[[0]]']],
  ])('%s', (_, steps) =>
    holds(kernels(), 60, async (kernel) => {
      expectSame(await derived(kernel, ...steps), kernel);
    }));

  test('eight eighths of a turn, and two are a quarter', () =>
    holds(squares, 60, async (kernel) => {
      expectSame(await derived(kernel, ...Array(8).fill('rotate:45')), kernel);
      expectSame(await derived(kernel, 'rotate:45', 'rotate:45'), await derived(kernel, 'rotate:90'));
      expectSame(await derived(kernel, 'rotate:135', 'rotate:-135'), kernel);
    }));

  test('what is added and subtracted again leaves zeros around', () =>
    holds(fc.tuple(kernels(), kernels()), 80, async ([kernel, other]) => {
      const same = { ...other, divisor: kernel.divisor };
      const found = await derived(kernel, `add:${json(same)}`, `subtract:${json(same)}`);
      const { width, height } = found;
      const padded = await derived(
        kernel,
        `add:${json({ ...same, weights: same.weights.map(() => 0), bias: 0 })}`,
      );
      expect([width, height]).toEqual([padded.width, padded.height]);
      expectSame(found, padded);
    }));

  test('a larger support and back', () =>
    holds(kernels(), 60, async (kernel) => {
      const { width, height, anchor } = kernel;
      const large = await derived(kernel, 'resize:width=13,height=12');
      expect(large).toMatchObject({ width: 13, height: 12, anchor: [6, 6] });
      const middle = anchor[0] === width >> 1 && anchor[1] === height >> 1;
      if (middle)
        expectSame(await loadKernel(`${json(large)} | resize:width=${width},height=${height}`), kernel);
      expect(sumOfMagnitudes(large)).toBe(sumOfMagnitudes(kernel));
    }));
});

describe('composition', () => {
  test('its order does not matter but for biases', () =>
    holds(fc.tuple(kernels(), kernels()), 80, async ([a, b]) => {
      const [first, second] = [
        { ...a, bias: 0 },
        { ...b, bias: 0 },
      ];
      expectSame(
        await derived(first, `convolve:${json(second)}`),
        await derived(second, `convolve:${json(first)}`),
      );
    }));

  test('may be grouped as one likes', () =>
    holds(fc.tuple(kernels(4), kernels(4), kernels(4)), 60, async ([a, b, c]) => {
      const left = await derived(a, `convolve:${json(b)}`, `convolve:${json(c)}`);
      const right = await derived(a, `convolve:${json(await derived(b, `convolve:${json(c)}`))}`);
      expect(weightsOf(left)).toEqual(weightsOf(right));
      expect(left.anchor).toEqual(right.anchor);
      expect(left.bias).toBeCloseTo(right.bias, 9);
    }));

  test('of a row and a column is their outer product', () =>
    holds(fc.tuple(kernels(), kernels()), 60, async ([a, b]) => {
      // A single weight is no row and no column.
      fc.pre(a.weights.length > 1 && b.weights.length > 1);
      const row = { ...a, width: a.weights.length, height: 1, anchor: [0, 0] as const };
      const column = { ...b, width: 1, height: b.weights.length, anchor: [0, 0] as const };
      const convolved = await derived(row, `convolve:${json(column)}`);
      expectSame(await derived(row, `outer:${json(column)}`), convolved);
      expectSame(await derived(row, `outer:${json(await derived(column, 'transpose'))}`), convolved);
    }));
});

describe('norms', () => {
  test('sum, l1 and l2 become 1, the mean 0', () =>
    holds(kernels(), 100, async (kernel) => {
      fc.pre(sumOfWeights(kernel) !== 0);
      const total = (of: Kernel, power: (w: number) => number) =>
        weightsOf(of).reduce((sum, w) => sum + power(w), 0);
      expect(total(await derived(kernel, 'normalize'), (w) => w)).toBeCloseTo(1, 12);
      expect(total(await derived(kernel, 'normalize:l1'), Math.abs)).toBeCloseTo(1, 12);
      expect(total(await derived(kernel, 'normalize:l2'), (w) => w * w)).toBeCloseTo(1, 12);
      expect(total(await derived(kernel, 'normalize:zero-mean'), (w) => w)).toBeCloseTo(0, 12);
      const twice = await derived(kernel, 'normalize:zero-mean', 'normalize:zero-mean');
      expectNear(weightsOf(twice), weightsOf(await derived(kernel, 'normalize:zero-mean')), 1e-12);
    }));
});

describe('applied to a picture', () => {
  const image = randomImage(22, 20, 1, 8, 5);
  const run = { threads: 1, border: 'reflect101' } as const;
  const slid = (kernel: Kernel, picture: Samples = image) => correlate(picture, kernel, run);
  const picture = ({ width, height, channels, data }: FeatureMap): Samples => ({
    ...{ width, height, channels, data, depth: 'float', hasAlpha: false },
  });
  const inner = ({ width, height, data }: FeatureMap, margin: number) =>
    Array.from(data).filter((_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return x >= margin && y >= margin && x < width - margin && y < height - margin;
    });
  const slack = (kernel: Kernel) => 1e-5 * (sumOfMagnitudes(kernel) * 255 + Math.abs(kernel.bias) + 1);

  test('correlating twice is correlating with the composition', () =>
    holds(fc.tuple(kernels(4), kernels(4)), 60, async ([first, second]) => {
      const both = await derived(first, `convolve:${json(second)}`);
      const twice = await slid(second, picture(await slid(first)));
      expectNear(inner(await slid(both), 7), inner(twice, 7), slack(both));
    }));

  test('a sum of kernels gives the sum of responses, borders included', () =>
    holds(fc.tuple(kernels(), kernels(), fc.constantFrom(1, -1, 2.5, 0.5)), 60, async ([a, b, weight]) => {
      const sum = await derived(a, `add:${json(b)},weight=${weight}`);
      const [one, other] = [await slid(a), await slid(b)];
      const wanted = one.data.map((v, i) => v + weight * other.data[i]!);
      expectNear((await slid(sum)).data, wanted, slack(a) + slack(b) * 3);
    }));

  test('scale, fold and resize have the documented effect on responses', () =>
    holds(fc.tuple(kernels(), fc.constantFrom(2, -1, 0.25, 0.3)), 60, async ([kernel, by]) => {
      const { data } = await slid(kernel);
      const scaled = await slid(await derived(kernel, `scale:by=${by}`));
      expectNear(
        scaled.data,
        data.map((v) => v * by),
        slack(kernel),
      );
      expectNear((await slid(await derived(kernel, 'fold'))).data, data, slack(kernel));
      expectNear((await slid(await derived(kernel, 'resize:12'))).data, data, slack(kernel));
    }));

  test('a rotated kernel over a rotated picture gives the rotated map', () =>
    holds(kernels(), 60, async (kernel) => {
      const turned = clockwise(image);
      const found = await slid(await derived(kernel, 'rotate:90'), turned);
      const wanted = clockwise(picture(await slid(kernel)));
      expectNear(found.data, wanted.data, slack(kernel));
    }));
});

/** A picture of one channel turned clockwise by 90°: its left column becomes the top row, from right to left. */
function clockwise(image: Samples): Samples {
  const { width, height, data } = image;
  const turned = Float32Array.from(data, (_, i) => {
    const [x, y] = [i % height, Math.floor(i / height)];
    return data[(height - 1 - x) * width + y]!;
  });
  return { ...image, depth: 'float', width: height, height: width, data: turned };
}
