// Formats of kernels: written kernels are read back unchanged, formats are detected by content, pictures can be
// kernels, large models are read in parts, and every damaged file gives a clear error.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { KernelError } from '../../../dist/core/errors.js';
import { orderNote } from '../../../dist/kernels/formats/array.js';
import { type ExportFormat, exportBank } from '../../../dist/kernels/formats/export.js';
import type { Bank, Kernel } from '../../../dist/kernels/kernel.js';
import { loadBank } from '../../../dist/kernels/load/load.js';
import { sourceOf } from '../../support/kernel-source.js';
import { safetensorsOf } from '../../support/made-safetensors.js';

type Files = Record<string, string | Uint8Array>;
const load = (path: string, files: Files) => loadBank(path, sourceOf(files).source);

const weight = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }),
  fc.integer({ min: -9, max: 9 }),
);

/** Kernels of one shape, with members that only some formats have. */
function banks({ most = 1, planes = 1 }: { most?: number; planes?: number }): fc.Arbitrary<Bank> {
  const size = fc.integer({ min: 1, max: 5 });
  const shape = fc.tuple(fc.integer({ min: 1, max: most }), size, size, fc.integer({ min: 1, max: planes }));
  return shape.chain(([count, width, height, inPlanes]) => {
    const length = width * height * inPlanes;
    const kernel = fc.record({
      weights: fc.array(weight, { minLength: length, maxLength: length }),
      divisor: fc.constantFrom(1, 2, -4, 0.5, 1024),
      bias: fc.constantFrom(0, 7, -0.1),
      anchor: fc.tuple(fc.nat(width - 1), fc.nat(height - 1)),
    });
    return fc.array(kernel, { minLength: count, maxLength: count }).map((made) => ({
      name: 'made',
      kernels: made.map((one, i) => ({
        ...one,
        name: `made-${i + 1}`,
        weights: Float64Array.from(one.weights),
        width,
        height,
        inChannels: inPlanes === 1 ? null : inPlanes,
      })),
    }));
  });
}

const centred = (kernel: Kernel): Kernel => ({ ...kernel, anchor: [kernel.width >> 1, kernel.height >> 1] });
/** Powers of two divide without rounding, so folding is exact here; -0 over a negative divisor is 0. */
const foldedInto = (kernel: Kernel): Kernel => ({
  ...kernel,
  weights: kernel.weights.map((w) => w / kernel.divisor),
  divisor: 1,
  bias: 0,
});

describe('written kernels are read back', () => {
  const roundTrips: [ExportFormat, fc.Arbitrary<Bank>, (kernel: Kernel) => Kernel][] = [
    ['json', banks({ most: 3, planes: 3 }), (k) => ({ ...k, weights: k.weights.map((w) => w + 0) })],
    ['npy', banks({ most: 3, planes: 3 }), (k) => centred(foldedInto(k))],
    ['mat', banks({}), centred],
    ['csv', banks({}), (k) => centred(foldedInto(k))],
    ['imagemagick', banks({ most: 3 }), foldedInto],
  ];
  test.each(roundTrips)('%s', async (format, made, kept) => {
    const property = fc.asyncProperty(made, async (bank) => {
      const { data } = await exportBank(bank, format);
      const path = format === 'imagemagick' ? 'k/out' : `k/out.${format}`;
      const back = await load(path, { [path]: data });
      expect(back.kernels.map((kernel) => ({ ...kernel, name: '' }))).toEqual(
        bank.kernels.map((kernel) => ({ ...kept(kernel), name: '' })),
      );
    });
    await fc.assert(property, { numRuns: 150 });
  });

  const bank = (...kernels: Partial<Kernel>[]): Bank => ({
    name: 'b',
    kernels: kernels.map((kernel, i) => ({
      name: `b-${i + 1}`,
      width: 2,
      height: 1,
      inChannels: null,
      weights: Float64Array.of(1, 2),
      divisor: 1,
      bias: 0,
      anchor: [1, 0],
      ...kernel,
    })),
  });

  test.each<[ExportFormat, Bank, RegExp[]]>([
    ['json', bank({ bias: 1, anchor: [0, 0], divisor: 3 }), []],
    ['mat', bank({ bias: 1, divisor: 3 }), []],
    ['mat', bank({ anchor: [0, 0] }), [/^b-1: the anchor \[0, 0\] is lost, the centre is \[1, 0\]$/]],
    ['csv', bank({ bias: 1 }), [/^b-1: the bias 1 is lost$/]],
    ['csv', bank({ divisor: 3 }), [/^b-1: weights were divided by 3, rounded to float64$/]],
    ['csv', bank({ divisor: 3, weights: Float64Array.of(3, 1.5) }), []],
    ['npy', bank({ divisor: 10, bias: -1 }, {}), [/bias -1/, /divided by 10/]],
    ['imagemagick', bank({ anchor: [0, 0] }, { bias: 2 }), [/^b-2: the bias 2/]],
  ])('%s reports what it loses: %#', async (format, made, expected) => {
    const { notes } = await exportBank(made, format);
    expect(notes).toHaveLength(expected.length);
    for (const [i, note] of expected.entries()) expect(notes[i]).toMatch(note);
  });

  test('a quotient that float64 has is written as it is', async () => {
    const made = bank({ divisor: 49, weights: Float64Array.of(49, 24.5) });
    expect(await exportBank(made, 'csv')).toEqual({ data: '1,0.5\n', notes: [] });
  });

  const planes = { inChannels: 2, weights: Float64Array.of(1, 2, 3, 4) };
  test.each<[ExportFormat, Bank, RegExp]>([
    [
      'mat',
      bank({}, {}),
      /^kernel b: expected one kernel, .*a vips matrix can hold, found a bank of 2; json, npy/,
    ],
    ['csv', bank({}, {}), /^kernel b: expected one kernel/],
    [
      'csv',
      bank(planes),
      /^kernel b-1: expected one plane .* found a plane for each of 2 channels; json and npy/,
    ],
    ['imagemagick', bank({}, planes), /^kernel b-2: expected one plane/],
    [
      'npy',
      bank({}, planes),
      /^kernel b: b-2: expected the shape \(1, 1, 2\) of the first .* found \(2, 1, 2\)/,
    ],
  ])('%s refuses what it cannot hold: %#', async (format, made, message) => {
    const error = await exportBank(made, format).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(KernelError);
    expect((error as Error).message).toMatch(message);
  });
});

describe('detection by content or extension', () => {
  const layer = readFileSync(new URL('../../../examples/layer.safetensors', import.meta.url));
  test.each<[string, string | Uint8Array, object]>([
    ['k/a.txt', '3 1\n1 2 3\n', { width: 3, height: 1 }],
    ['k/a.csv', '2 1\n3 4\n', { width: 2, height: 2 }],
    ['k/a.mat', '2 1\n3 4\n', { width: 2, height: 1 }],
    ['k/a', '1 2\n3 4', { width: 2, height: 2 }],
    ['k/a', '1 -2', { width: 2, height: 1 }],
    ['k/mac.csv', '1 2\r3 4\r', { weights: Float64Array.of(1, 2, 3, 4) }],
    ['k/a.csv', '# a comment\n1;2.5 # more\n\n3;4\r\n', { weights: Float64Array.of(1, 2.5, 3, 4) }],
    ['k/a.csv', '1\t2\n3\t4', { width: 2 }],
    ['k/a.csv', ' 1 , 2 \n 3 , 4 ', { width: 2 }],
    ['k/a.csv', '\ufeff1,2', { width: 2 }],
    ['k/a.csv', '3: 1,2,3 4,5,6 7,8,9', { width: 3, height: 3 }],
    ['k/a.csv', '[[1, 2]]', { width: 2 }],
    ['k/a', '{"weights": [[1, 2]]}', { width: 2 }],
    ['k/a.txt', ' (1,2;3,4) \n', { anchor: [0, 0] }],
    ['k/a.npy', layer, { inChannels: 3 }],
  ])('%s %j', async (path, content, expected) => {
    expect((await load(path, { [path]: content })).kernels[0]).toMatchObject(expected);
  });

  test('members of a bank are of any format', async () => {
    const bank = await load('d/b.json', {
      'd/b.json': '{"kernels": ["a.mat", "(1,2)", "1: 3", "m.safetensors#w"]}',
      'd/a.mat': '1 1 2\n5',
      'd/m.safetensors': safetensorsOf({ w: ['F32', [2, 1, 1, 1], 8] }),
    });
    expect(bank.kernels.map(({ name }) => name)).toEqual(['a', 'kernel', 'kernel', 'm#w-1', 'm#w-2']);
  });

  test('an error in a member gives its position', async () => {
    await expect(load('d/b.json', { 'd/b.json': '{"kernels": ["(1,x)"]}' })).rejects.toThrow(
      /^d\/b\.json: kernels\[0\] \(line 1, column 14\): kernel \(1,x\): line 1, column 4: expected a number, found "x"$/,
    );
  });
});

describe('what a file contains besides the weights', () => {
  const four = ['F32', [4, 3, 3, 3], 432] as const;
  test.each<[string, Parameters<typeof safetensorsOf>[0], string, readonly RegExp[]]>([
    ['a bias that fits', { 'c.weight': four, 'c.bias': ['F64', [4], 32] }, '', []],
    [
      'a bias of another length, as of a transposed convolution',
      { 'c.weight': four, 'c.bias': ['F64', [3], 24] },
      '',
      [/^c\.bias \(3,\) of F64 is ignored: a bias needs 4 numbers, one per kernel$/],
    ],
    [
      'a bias of a matrix',
      { 'fc.weight': ['F32', [5, 2], 40], 'fc.bias': ['F32', [5], 20] },
      '#fc.weight',
      [/^fc\.bias \(5,\) of F32 is ignored: a bias needs 1 number, for one kernel$/],
    ],
    [
      'a scale of whole numbers',
      {
        'c.weight': ['I8', [4, 3, 3, 3], 108],
        'c.weight_scale': ['F32', [4], 16],
        'd.bias': ['F32', [4], 16],
      },
      '',
      [/^c\.weight_scale \(4,\) of F32 is not applied to c\.weight$/],
    ],
    [
      'other vectors of the layer, of a type that is not read',
      { 'a.c.weight': four, 'a.c.mask': ['BOOL', [4], 4], 'a.d.mask': ['BOOL', [4], 4] },
      '',
      [/^a\.c\.mask \(4,\) of BOOL is not applied to a\.c\.weight$/],
    ],
    [
      "TensorFlow's order",
      { 'conv/kernel': ['F32', [3, 3, 3, 64], 6912] },
      '',
      [/^\(3, 3, 3, 64\) was read as \(out, in, y, x\) but looks like \(y, x, in, out\) as in TensorFlow/],
    ],
  ])('%s', async (_, tensors, name, expected) => {
    const notes: string[] = [];
    const { source } = sourceOf({ 'k/m.safetensors': safetensorsOf(tensors) });
    await loadBank(`k/m.safetensors${name}`, { ...source, onNote: (_subject, note) => notes.push(note) });
    expect(notes).toHaveLength(expected.length);
    for (const [i, words] of expected.entries()) expect(notes[i]).toMatch(words);
  });

  test.each<[readonly number[], boolean]>([
    [[3, 3, 3, 64], true],
    [[1, 1, 64, 128], true],
    [[3, 3, 32, 1], true],
    [[7, 7, 1, 16], true],
    [[3, 3, 64, 64], true],
    [[64, 3, 3, 3], false],
    [[64, 64, 3, 3], false],
    [[4, 1, 31, 31], false],
    [[3, 3, 5, 5], false],
    [[1, 1, 31, 31], false],
    [[8, 1, 31, 21], false],
    [[3, 3, 3], false],
  ])('the order of %j must be given: %s', (shape, asked) => {
    expect(orderNote(shape) !== null).toBe(asked);
  });
});

describe('a model larger than memory', () => {
  test('needs memory only for its header and one tensor', async () => {
    const bytes = safetensorsOf({ big: ['F32', [1000, 1000], 4_000_000], w: ['F32', [1, 2], 8] });
    const { source, asked } = sourceOf({ 'k/m.safetensors': bytes });
    await loadBank('k/m.safetensors#w', source);
    const header = bytes.length - 4_000_008;
    const parts = [`part 0 8`, `part 8 ${header}`, `part ${header + 4_000_000} ${header + 4_000_008}`];
    expect(asked).toEqual(['open k/m.safetensors', ...parts, 'close']);
  });

  test('is closed where it is refused, and its tensor not read where it has too many weights', async () => {
    const bytes = safetensorsOf({ w: ['F32', [2, 2], 16] });
    const { source, asked } = sourceOf({ 'k/m.safetensors': bytes });
    await expect(loadBank('k/m.safetensors#w', source, { limitWeights: 3 })).rejects.toThrow(
      /expected at most 3 weights, found 4; --limit-kernel raises the limit$/,
    );
    expect(asked.at(-1)).toBe('close');
    expect(asked).toHaveLength(4);
  });
});

describe('pictures', () => {
  const png = (data: number[], width: number, channels: 1 | 2 | 3 | 4) => {
    const raw = { width, height: data.length / width / channels, channels };
    return sharp(Uint8Array.from(data), { raw })
      .toColourspace(channels < 3 ? 'b-w' : 'srgb')
      .png()
      .toBuffer();
  };

  test('grey counts as stored', async () => {
    const bank = await load('k/dot.png', { 'k/dot.png': await png([0, 10, 20, 40, 0, 5], 3, 1) });
    const { description, ...kernel } = bank.kernels[0]!;
    expect(kernel).toEqual({
      name: 'dot',
      width: 3,
      height: 2,
      inChannels: null,
      weights: Float64Array.of(0, 10, 20, 40, 0, 5),
      divisor: 75,
      bias: 0,
      anchor: [1, 1],
    });
    expect(description).toBe('A picture as weights: grey values as stored; the divisor is their sum.');
  });

  test('colour counts as luma, times what alpha covers', async () => {
    const bytes = await png([100, 50, 200, 255, 100, 50, 200, 51, 9, 9, 9, 0], 3, 4);
    const { weights, description } = (await load('k/p', { 'k/p': bytes })).kernels[0]!;
    const luma = 0.299 * 100 + 0.587 * 50 + 0.114 * 200;
    expect(weights[0]).toBeCloseTo(luma, 10);
    expect(weights[1]).toBeCloseTo(luma / 5, 10);
    expect(weights[2]).toBe(0);
    expect(description).toMatch(/luma 0\.299 R \+ 0\.587 G \+ 0\.114 B, times alpha/);
  });

  test.each<[string, () => Promise<Uint8Array>, RegExp]>([
    ['black', () => png([0, 0], 2, 1), /^k\/p\.png: expected a picture with a sample other than black/],
    ['damaged', async () => (await png([1, 2], 2, 1)).subarray(0, 50), /^k\/p\.png: is damaged[^;]*$/],
    ['text', async () => Buffer.from('P5'), /^k\/p\.png: is a text file, which convtool does not read$/],
    [
      'too large',
      () =>
        sharp({ create: { width: 1100, height: 1000, channels: 3, background: 'red' } })
          .png()
          .toBuffer(),
      /^k\/p\.png: expected at most 1048576 weights, found 1100000; --limit-kernel raises the limit$/,
    ],
  ])('%s is refused', async (_, bytes, message) => {
    const error = await load('k/p.png', { 'k/p.png': await bytes() }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(KernelError);
    expect((error as Error).message).toMatch(message);
  });
});

describe('damaged files', () => {
  const foreign = JSON.parse(readFileSync(new URL('../../fixtures/foreign.json', import.meta.url), 'utf8'));
  const originals: [string, Buffer][] = [
    ...foreign.files.map((file: { name: string; base64: string }) => [
      file.name,
      Buffer.from(file.base64, 'base64'),
    ]),
    ...foreign.strings.map(({ text }: { text: string }) => ['string', Buffer.from(text)]),
    ['matrix', Buffer.from('(1,2,3;4,5,6)')],
    ['table.csv', Buffer.from('# weights\n1,2,3\n4,5,6 # last\n')],
  ];

  const damage = fc.record({
    original: fc.constantFrom(...originals),
    flips: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 6 }),
    early: fc.boolean(),
    length: fc.option(fc.nat()),
    text: fc.option(fc.constantFrom('nan', '1e999', ';', ',', '\n', ' ', '-', ':', '(', '99999999', '\0')),
  });

  test('load, or are refused in one clear line', async () => {
    const property = fc.asyncProperty(damage, async ({ original, flips, early, length, text }) => {
      const [name, whole] = original;
      let bytes = Buffer.from(whole);
      // Headers are where most can go wrong.
      const range = early ? Math.min(140, bytes.length) : bytes.length;
      for (const [at, mask] of flips) bytes[at % range]! ^= mask;
      if (text !== null) {
        const at = (flips[0]?.[0] ?? 0) % range;
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at)]);
      }
      if (length !== null) bytes = bytes.subarray(0, length % (bytes.length + 1));
      const path = `k/${name}`;
      const outcome = await load(path, { [path]: bytes }).catch((error: unknown) => error);
      if (!(outcome instanceof Error)) return;
      expect(outcome).toBeInstanceOf(KernelError);
      expect(outcome.message).toMatch(/k\/\S+: /);
      expect(outcome.message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|undefined|\[object /u);
      expect(outcome.message.length).toBeLessThan(700);
    });
    await fc.assert(property, { numRuns: 4000 });
  });
});
