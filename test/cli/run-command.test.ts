// `convtool run` through the executable: its outputs, their number types, and its errors.

import npyjs from 'npyjs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { KernelError } from '../../dist/core/errors.js';
import { loadStack } from '../../dist/nn/file/load-stack.js';
import {
  convtool,
  errorLines,
  expectClear,
  expectFailure,
  inFolder,
  type Run,
  type Setting,
} from '../support/cli.js';
import { safetensorsOf, withHeader } from '../support/made-safetensors.js';

const [width, height] = [37, 29];
const colours = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 73 + (i >> 4) * 31) % 256);
const files = {
  'rgb.png': await sharp(colours, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer(),
  'gray.png': await sharp(colours.subarray(0, width * height), { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer(),
  'tiny.png': await sharp(colours.subarray(0, 12), { raw: { width: 2, height: 2, channels: 3 } })
    .png()
    .toBuffer(),
};

const stack = (layers: readonly unknown[], input?: unknown) =>
  JSON.stringify({ ...(input ? { input } : {}), layers });
const run = (line: string, stackText: string, more: Setting['files'] = {}) =>
  convtool(line.split(' '), { files: { ...files, 'stack.json': stackText, ...more } });

/** An array that a run wrote, read by another program's reader. */
function arrayIn({ after }: Run, path: string): { shape: number[]; data: Float32Array } {
  const bytes = Buffer.from(after[path]!, 'latin1');
  const { shape, data } = new npyjs().parse(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  );
  return { shape, data: data as Float32Array };
}

const random = (out: number, inner: number, size: number, seed = 1) => ({
  random: { seed, out, in: inner, size },
});
const deep = [
  { type: 'conv', weights: random(8, 3, 3), padding: 1 },
  { type: 'relu' },
  { type: 'conv', weights: random(8, 8, 3, 2), padding: 1, name: 'second' },
  { type: 'max-pool', size: 2 },
  { type: 'conv', weights: random(5, 8, 3, 3) },
];

describe.concurrent('what it writes', () => {
  it('the image as a tensor: channels first, full scale 1', async () => {
    const result = await run('run stack.json rgb.png', stack([{ type: 'relu' }]));
    expect(result.stdout.toString()).toBe('rgb.relu-1.npy\n');
    const { shape, data } = arrayIn(result, 'rgb.relu-1.npy');
    expect(shape).toEqual([3, height, width]);
    const size = width * height;
    const expected = Float32Array.from(
      { length: 3 * size },
      (_, i) => colours[(i % size) * 3 + Math.floor(i / size)]! / 255,
    );
    expect(data).toEqual(expected);
  });

  it('grey, three times grey, and samples as stored if the stack requests it', async () => {
    const gray = { channels: 'gray', scale: 'stored' };
    const luma = arrayIn(
      await run('run stack.json rgb.png', stack([{ type: 'abs' }], gray)),
      'rgb.abs-1.npy',
    );
    expect(luma.shape).toEqual([1, height, width]);
    const [r, g, b] = colours;
    expect(luma.data[0]).toBeCloseTo(0.299 * r! + 0.587 * g! + 0.114 * b!, 4);
    const three = arrayIn(
      await run('run stack.json gray.png', stack([{ type: 'abs' }], { channels: 'rgb' })),
      'gray.abs-1.npy',
    );
    expect(three.shape).toEqual([3, height, width]);
    expect(three.data[2 * width * height + 5]).toBe(Math.fround(colours[5]! / 255));
  });

  it('any layers, by name and number, as arrays and as pictures', async () => {
    const line = 'run stack.json --layer second --layer 1 --sheet --out maps/{layer}.{index}.{ext} rgb.png';
    const result = await run(line, stack(deep));
    const made = ['maps/conv-1.1.npy', 'maps/conv-1.1.png', 'maps/second.3.npy', 'maps/second.3.png'];
    expect(result.stdout.toString().trim().split('\n')).toEqual(made);
    const sheet = await sharp(Buffer.from(result.after['maps/second.3.png']!, 'latin1')).metadata();
    expect(sheet).toMatchObject({ channels: 1, width: 3 * (width + 2) - 2, height: 3 * (height + 2) - 2 });
  });

  it('the same bytes with any number of threads, in complete maps or in strips', async () => {
    const runs = await Promise.all(
      [
        '',
        ' --threads 1',
        ' --threads 3 --memory 200K',
        ' --threads 1 --memory 115K',
        ' --layer all --out x/',
      ].map((more) => run(`run stack.json rgb.png${more}`, stack(deep))),
    );
    const all = runs.map(({ after }) => after['rgb.conv-3.npy'] ?? after['x/rgb.conv-3.npy']);
    expect(all[0]).toBeDefined();
    for (const [i, bytes] of all.entries()) expect(bytes === all[0], `${i}: ${runs[i]!.stderr}`).toBe(true);
  });

  it('the same maps for an image after others as for it alone', async () => {
    const layers = stack(deep.slice(0, 3), { channels: 'rgb' });
    const all = await run('run stack.json --layer all rgb.png tiny.png gray.png', layers);
    for (const name of ['rgb', 'tiny', 'gray']) {
      const alone = await run(`run stack.json --layer all ${name}.png`, layers);
      const made = alone.stdout.toString().trim().split('\n');
      expect(made.length).toBe(3);
      for (const path of made) expect(all.after[path]).toBe(alone.after[path]);
    }
  });

  it('figures of each layer as data', async () => {
    const result = await run('run stack.json --layer none --json --threads 2 rgb.png', stack(deep));
    const { layers, outputs, memory, threads, ...rest } = JSON.parse(result.stdout.toString());
    expect({ outputs, width: rest.width, channels: rest.channels }).toEqual({
      outputs: [],
      width,
      channels: 3,
    });
    expect(threads).toBeGreaterThanOrEqual(1);
    expect(memory.planned).toBeGreaterThan(4 * 8 * width * height);
    expect(layers.map(({ name }: { name: string }) => name)).toEqual([
      'conv-1',
      'relu-1',
      'second',
      'max-pool-1',
      'conv-3',
    ]);
    const dense = 3 * width * height * 8 * width * height;
    expect(layers[0]).toMatchObject({
      output: [8, height, width],
      receptiveField: [3, 3],
      stride: [1, 1],
      parameters: 216,
      denseParameters: dense,
      macs: 216 * width * height,
    });
    expect(layers[4]).toMatchObject({
      output: [5, 12, 16],
      receptiveField: [10, 10],
      stride: [2, 2],
      parameters: 360,
    });
  });

  it('weights from brackets, NPY, safetensors: the same maps', async () => {
    const weights = [
      [
        [
          [1, -2],
          [0.5, 3],
        ],
      ],
      [
        [
          [-1, 0],
          [4, 0.25],
        ],
      ],
    ];
    const bias = [0.5, -1];
    const bytes = Buffer.from(Float32Array.from([...weights.flat(3), ...bias]).buffer);
    const npy = (shape: string, data: Uint8Array) => {
      const head = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
      return Buffer.concat([Buffer.from(`\x93NUMPY\x01\x00\x76\x00${head}\n`, 'latin1'), data]);
    };
    const both = {
      w: { dtype: 'F32', shape: [2, 1, 2, 2], data_offsets: [0, 32] },
      b: { dtype: 'F32', shape: [2], data_offsets: [32, 40] },
    };
    const more = {
      'n/w.npy': npy('(2, 1, 2, 2)', bytes.subarray(0, 32)),
      'n/b.npy': npy('(2,)', bytes.subarray(32)),
      'n/m.safetensors': withHeader(JSON.stringify(both), bytes),
    };
    const variants = [
      ['stack.json', { weights, bias }],
      ['n/stack.json', { weights: 'w.npy', bias: 'b.npy' }],
      ['n/stack.json', { weights: 'm.safetensors#w', bias: 'm.safetensors#b' }],
    ] as const;
    const made = await Promise.all(
      variants.map(([path, keys]) =>
        run(`run ${path} gray.png`, '', { ...more, [path]: stack([{ type: 'conv', ...keys }]) }),
      ),
    );
    for (const one of made)
      expect(one.after['gray.conv-1.npy'], one.stderr).toBe(made[0]!.after['gray.conv-1.npy']);
    expect(made[0]!.after['gray.conv-1.npy']).toBeDefined();
  });

  it('a table of the layers, and no existing output overwritten', async () => {
    const result = await run('run stack.json --summary --no-clobber rgb.png', stack(deep), {
      'rgb.conv-3.npy': 'old',
    });
    expect(result.stderr).toMatch(/^note: rgb\.conv-3\.npy: exists/m);
    expect(result.stderr).toMatch(/^second +8×29×37 +5×5 +1×1 +576 +73.\d M +618 k +[\d.]+$/m);
    expect(result.after['rgb.conv-3.npy']).toBe('old');
  });
});

describe.concurrent('images that a stack cannot take', () => {
  it('are named with the layer; the others are processed', async () => {
    const result = await run(
      'run stack.json tiny.png rgb.png',
      stack([{ type: 'conv', weights: random(2, 3, 5) }]),
    );
    expect(result.status).toBe(1);
    expectClear(
      errorLines(result)[0]!,
      /tiny\.png: layer conv-1 of stack\.json: expected maps of at least 5×5, found maps of 2×2/,
    );
    expect(result.stdout.toString()).toBe('rgb.conv-1.npy\n');
  });

  it.each([
    [
      'gray.png',
      stack(deep),
      /gray\.png: layer conv-1 of stack\.json: expected 3 channels, found 1 channel; "input": \{"channels": "rgb"\}/,
    ],
    [
      'rgb.png --memory 60K',
      stack(deep),
      /rgb\.png: from layer conv-1 \(8×29×37\) on, stack\.json needs \d+ MiB of memory; raise --memory/,
    ],
    ['none.png', stack(deep), /none\.png: cannot be read: no such file/],
  ])('%s', async (line, text, message) => {
    expectFailure(await run(`run stack.json ${line}`, text), 1, message);
  });
});

/** An NPY file of one float64, and a safetensors file of the same. */
function oneNumber(value: number, shape: readonly number[]): Record<string, Buffer> {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')},)}`.padEnd(117);
  const element = Buffer.alloc(8);
  element.writeDoubleLE(value);
  const start = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'), Buffer.from(`${text}\n`)]);
  const tensors = safetensorsOf({ w: ['F64', shape, 8] });
  tensors.set(element, tensors.length - 8);
  return { 'w.npy': Buffer.concat([start, element]), 'w.safetensors': tensors };
}

describe.concurrent('stacks that are wrong', () => {
  const kinds = ['conv', 'conv-transpose'];
  const layerOf = (type: string, more: object) => stack([{ type, weights: [[[[1]]]], ...more }]);
  const places = kinds.flatMap((type) => [
    ...([1e300, -3.5e38] as const).flatMap((value): [string, string, number][] => [
      [
        layerOf(type, { weights: [[[[value]]]] }),
        'layers\\[0\\]\\.weights\\[0\\]\\[0\\]\\[0\\]\\[0\\]',
        value,
      ],
      [layerOf(type, { bias: [value] }), 'layers\\[0\\]\\.bias\\[0\\]', value],
    ]),
    ...['w.npy', 'w.safetensors'].map((file): [string, string, number] => [
      layerOf(type, { weights: file }),
      `layers\\[0\\]\\.weights .*${file}: element \\[0, 0, 0, 0\\]`,
      1e300,
    ]),
  ]);
  it.each([
    ...places,
    [
      stack([{ type: 'normalise', mean: [0, 1e39], std: [1, 1] }]),
      'layers\\[0\\]\\.mean\\[1\\]',
      1e39,
    ] as const,
    [stack([{ type: 'normalise', mean: [0], std: [1e200] }]), 'layers\\[0\\]\\.std\\[0\\]', 1e200] as const,
  ])('hold a number beyond float32: %s', async (text, place, value) => {
    const given = { 'stack.json': text, ...oneNumber(value, [1, 1, 1, 1]) };
    const error = await inFolder({ files: given }, (folder) =>
      loadStack(`${folder}/stack.json`).catch((cause: unknown) => cause),
    );
    expect(error).toBeInstanceOf(KernelError);
    const words = new RegExp(`${place}.*expected a number of at most 3\\.4e38 \\(float32\\), found ${value}`);
    expectClear(`error: ${(error as Error).message}`, new RegExp(words.source.replace('e+', 'e\\+')));
  });

  const conv = (more: object) => stack([{ type: 'conv', weights: random(4, 3, 3), ...more }]);
  it.each<readonly [string, RegExp]>([
    ['[', /stack\.json: line 1, column 2: the JSON ends before/],
    ['[]', /stack\.json: expected a stack such as \{"layers": .*found an empty array/],
    ['{"layers": []}', /layers \(line 1, column 12\): expected a list of at least one layer/],
    ['{"layer": [{"type": "relu"}]}', /unknown key "layer" of a stack; nearest: layers/],
    [
      stack([{ type: 'relu' }], { channels: 'grey' }),
      /input\.channels \(.*\): expected "gray" or "rgb", found "grey"/,
    ],
    [
      stack([{ type: 'rely' }]),
      /layers\[0\]\.type \(.*\): expected one of conv, .*found "rely"; nearest: relu/,
    ],
    [
      stack([{ type: 'relu', slope: 1 }]),
      /layers\[0\]\.slope \(.*\): unknown key "slope" of relu; there are type, name/,
    ],
    [stack([{ type: 'conv' }]), /layers\[0\] \(.*\): expected the key "weights", which conv needs/],
    [
      stack([
        { type: 'relu', name: 'a' },
        { type: 'abs', name: 'a' },
      ]),
      /layers\[1\]\.name .*found "a", also the name of layers\[0\]/,
    ],
    [stack([{ type: 'relu', name: '../x' }]), /layers\[0\]\.name .*expected a letter/],
    [conv({ strid: 2 }), /unknown key "strid" of conv; nearest: stride/],
    [conv({ stride: 0 }), /layers\[0\]\.stride .*expected a whole number from 1 to 65536, found 0/],
    [
      conv({ padding: [1, 2, 3] }),
      /layers\[0\]\.padding .*expected a whole number from 0, two .*found an array of 3/,
    ],
    [conv({ padding: 'same', stride: 2 }), /layers\[0\]\.padding .*"same" requires a stride of 1/],
    [conv({ groups: 3 }), /layers\[0\]\.groups .*a divisor of the 4 output channels/],
    [conv({ bias: [1] }), /layers\[0\]\.bias .*expected 4 numbers, one per output channel, found 1/],
    [conv({ bias: 'b.csv' }), /layers\[0\]\.bias .*expected a file ending in .npy/],
    [stack([{ type: 'conv', weights: 'no.npy' }]), /layers\[0\]\.weights .*no\.npy: cannot be read/],
    [
      stack([{ type: 'conv', weights: [[[1, 2]], [[3]]] }]),
      /layers\[0\]\.weights\[0\]\[0\]\[0\] .*expected a list, since weights have 4 levels/,
    ],
    [
      stack([{ type: 'conv', weights: [[[[1, 2], [3]]]] }]),
      /layers\[0\]\.weights\[0\]\[0\]\[1\] .*expected 2 entries, as in the first list of this level, found 1/,
    ],
    [
      stack([{ type: 'conv', weights: [[[['1']]]] }]),
      /layers\[0\]\.weights\[0\]\[0\]\[0\]\[0\] .*expected a finite number, found "1"/,
    ],
    [
      stack([{ type: 'conv', weights: random(60000, 60000, 3) }]),
      /layers\[0\]\.weights .*expected at most \d+ parameters/,
    ],
    [
      stack([
        { type: 'conv', weights: random(4, 3, 3) },
        { type: 'conv', weights: random(4, 5, 3), name: 'next' },
      ]),
      /layers\[1\] .*expected 5 input channels for next, found 4 from conv-1/,
    ],
    [
      stack([{ type: 'conv', weights: random(4, 3, 3) }], { channels: 'gray' }),
      /expected 3 input channels for conv-1, found 1 from the input/,
    ],
    [stack([{ type: 'max-pool', size: 2, padding: 2 }]), /layers\[0\]\.padding .*at most half the size 2×2/],
    [stack([{ type: 'upsample' }]), /expected the key "scale", which upsample needs/],
    [
      stack([{ type: 'normalise', mean: [1] }]),
      /layers\[0\] .*expected "mean" with "std", or "over", found mean/,
    ],
    [stack([{ type: 'normalise', mean: [1], std: [0] }]), /layers\[0\]\.std .*expected numbers above 0/],
    [
      stack([{ type: 'normalise', mean: [1], std: [1e-60] }]),
      /layers\[0\]\.std\[0\] .*expected a number that is above 0 in float32, .*found 1e-60/,
    ],
    [
      stack([{ type: 'conv-transpose', weights: random(3, 3, 2), outputPadding: 1 }]),
      /outputPadding .*less than the stride or the dilation/,
    ],
  ])('%s', async (text, message) => {
    const error = await inFolder({ files: { 'stack.json': text } }, (folder) =>
      loadStack(`${folder}/stack.json`).catch((cause: unknown) => cause),
    );
    expect(error).toBeInstanceOf(KernelError);
    expectClear(`error: ${(error as Error).message}`, message);
  });

  it('have notes of a bias that no layer names, and of an order that looks like another', async () => {
    const notes: string[] = [];
    const given = {
      'stack.json': stack([
        { type: 'conv', weights: 'm.safetensors#c.weight' },
        { type: 'conv', weights: 'm.safetensors#d.weight', bias: 'm.safetensors#d.bias' },
      ]),
      'm.safetensors': safetensorsOf({
        ...{ 'c.weight': ['F32', [3, 3, 1, 2], 72], 'c.bias': ['F32', [3], 12] },
        ...{ 'd.weight': ['F32', [1, 3, 2, 2], 48], 'd.bias': ['F32', [1], 4] },
      }),
    };
    await inFolder({ files: given }, (folder) =>
      loadStack(
        `${folder}/stack.json`,
        () => undefined,
        (_, note) => notes.push(note),
      ),
    );
    expect(notes).toEqual([
      expect.stringMatching(
        /^m\.safetensors#c\.weight: \(3, 3, 1, 2\) was read as \(out, in, y, x\) but looks like/,
      ),
      expect.stringMatching(/^conv-1: c\.bias of m\.safetensors is ignored, since the layer has no "bias"$/),
    ]);
  });

  it('end the command before anything is read', async () => {
    const rgb = 'run stack.json rgb.png none.png';
    expectFailure(await run(rgb, conv({ strid: 2 })), 2, /^error: stack\.json: .*nearest: stride$/);
  });

  it.each<readonly [string, RegExp]>([
    [
      'run stack.json --layer conv-9 rgb.png',
      /--layer: expected a layer of stack\.json: .*found "conv-9"; nearest: conv-1/,
    ],
    ['run stack.json --layer 6 rgb.png', /number from 1 to 5, found "6"/],
    ['run stack.json --layer none --layer 1 rgb.png', /--layer none: cannot be combined/],
    [
      'run stack.json --layer all -o one.npy rgb.png',
      /one\.npy: would hold both conv-1 of rgb\.png and relu-1 of rgb\.png; number the layers: .*\.\{layer\}\.\{index\}/,
    ],
    [
      'run stack.json -o one.npy rgb.png a.png',
      /; use --out with .* like \{dir\}\{name\}\.\{layer\}\.\{ext\}$/,
    ],
    ['run stack.json rgb.png rgb.jpg', /like \{dir\}\{name\}\.\{inputExt\}\.\{layer\}\.\{ext\}/],
    ['run stack.json -o x.png rgb.png', /expected a path ending in \.npy, found \.png/],
    ['run stack.json -o {kernel}.npy rgb.png', /expected one of the fields .*\{layer\}.*found \{kernel\}/],
    ['run stack.json -o - --json rgb.png', /--out -: the picture and --json cannot both/],
    ['run stack.json rgb.png rgb.png', /rgb\.png: is given twice/],
    ['run stack.json', /missing required argument 'image'/],
    ['run no.json rgb.png', /no\.json: cannot be read: no such file/],
  ])('%s', async (line, message) => {
    expectFailure(await run(line, stack(deep)), 2, message);
  });
});
