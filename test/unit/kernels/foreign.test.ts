// Kernels in files and strings of other programs, against what these programs read from them (fixtures/foreign.json).

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { correlate } from '../../../dist/index.js';
import { loadBank } from '../../../dist/kernels/load/load.js';
import { sourceOf } from '../../support/kernel-source.js';

interface Expected {
  readonly width: number;
  readonly height: number;
  readonly weights: readonly number[];
  readonly inChannels?: number | null;
  readonly anchor?: readonly [number, number];
  readonly bias?: number;
}

interface Foreign {
  readonly image: { readonly width: number; readonly height: number; readonly data: readonly number[] };
  readonly files: readonly {
    readonly name: string;
    readonly base64: string;
    readonly tensor?: string;
    readonly divisor?: number;
    readonly bias?: number;
    readonly kernels: readonly Expected[];
  }[];
  readonly strings: readonly { readonly text: string; readonly kernels: readonly Expected[] }[];
  readonly biased: readonly {
    readonly base64: string;
    readonly channels: number;
    readonly width: number;
    readonly height: number;
    readonly image: readonly number[];
    readonly maps: readonly (readonly number[])[];
  }[];
  readonly responses: readonly {
    readonly path: string | null;
    readonly text: string;
    readonly tolerance: number;
    readonly data: readonly number[];
  }[];
}

const url = new URL('../../fixtures/foreign.json', import.meta.url);
const foreign: Foreign = JSON.parse(readFileSync(url, 'utf8'));
const plain = (weights: ArrayLike<number>) => Array.from(weights, (weight) => weight + 0);

describe('files', () => {
  test.each(foreign.files)('$name $tensor', async ({
    name,
    base64,
    tensor,
    kernels,
    divisor = 1,
    bias = 0,
  }) => {
    const { source } = sourceOf({ [`k/${name}`]: Buffer.from(base64, 'base64') });
    const bank = await loadBank(`k/${name}${tensor === undefined ? '' : `#${tensor}`}`, source);
    expect(bank.kernels).toHaveLength(kernels.length);
    const base = name.replace(/\.(npy|mat|safetensors)$/, '') + (tensor === undefined ? '' : `#${tensor}`);
    for (const [i, expected] of kernels.entries()) {
      const { weights, description, ...found } = bank.kernels[i]!;
      const { width, height, inChannels, bias: own = bias } = expected;
      const anchor = [width >> 1, height >> 1];
      const label = kernels.length > 1 ? `${base}-${i + 1}` : base;
      expect(found).toEqual({ name: label, width, height, inChannels, divisor, bias: own, anchor });
      expect(description ?? '').toMatch('bias' in expected ? /^Tensor .*, with .*bias as bias\.$/ : /^$/);
      expect(plain(weights)).toEqual(plain(expected.weights));
    }
  });

  test('are of every type and order', () => expect(foreign.files.length).toBeGreaterThan(60));
});

describe("ImageMagick's strings", () => {
  test.each(foreign.strings)('$text', async ({ text, kernels }) => {
    const inline = await loadBank(text, sourceOf().source);
    const { kernels: ofFile } = await loadBank('k/string', sourceOf({ 'k/string': text }).source);
    for (const found of [inline.kernels, ofFile]) {
      const shapes = found.map(({ width, height, anchor, weights }) => ({
        width,
        height,
        anchor,
        weights: plain(weights),
      }));
      expect(shapes).toEqual(kernels);
    }
  });
});

describe('responses', () => {
  test.each(foreign.responses)('$text', async ({ path, text, tolerance, data }) => {
    const { source } = sourceOf(path === null ? {} : { [path]: text });
    const { kernels } = await loadBank(path ?? text, source);
    const { width, height } = foreign.image;
    const samples = Uint8Array.from(foreign.image.data);
    const image = { width, height, channels: 1, depth: 8, data: samples, hasAlpha: false } as const;
    const map = await correlate(image, kernels[0]!);
    for (const [i, expected] of data.entries())
      expect(Math.abs(map.data[i]! - expected)).toBeLessThanOrEqual(
        tolerance * Math.max(1, Math.abs(expected)),
      );
  });
});

describe("PyTorch's layers", () => {
  test.each(foreign.biased)('of $channels channels, with their biases', async (one) => {
    const { source } = sourceOf({ 'k/conv.safetensors': Buffer.from(one.base64, 'base64') });
    const { kernels } = await loadBank('k/conv.safetensors', source);
    const { width, height, channels } = one;
    const image = {
      width,
      height,
      channels,
      depth: 8,
      data: Uint8Array.from(one.image),
      hasAlpha: false,
    } as const;
    for (const [k, expected] of one.maps.entries()) {
      const { data } = await correlate(image, kernels[k]!);
      expect(data).toHaveLength(expected.length);
      expected.forEach((value, i) => {
        expect(Math.abs(data[i]! - value)).toBeLessThan(1e-3);
      });
    }
  });
});
