// `convtool explain` through the executable: its layouts as literal text, its JSON, that it prints the values that
// `apply` writes, and every wrong command line.

import { describe, expect, it } from 'vitest';
import { encode } from '../../dist/codecs/registry.js';
import type { Samples } from '../../dist/index.js';
import { left } from '../support/apply-runs.js';
import { convtool, errorLines, expectFailure, type Run, type Setting } from '../support/cli.js';
import { byFastPng, byNpyjs } from '../support/other-decoders.js';
import { randomImage } from '../support/random-run.js';

const png = async (image: Samples) => Buffer.concat(await encode(image, 'png', 'x'));
const square: Samples = {
  ...{ width: 4, height: 4, channels: 1, depth: 8, hasAlpha: false },
  data: Uint8Array.from({ length: 16 }, (_, i) => i + 1),
};
const files = {
  'img.png': await png(square),
  'rgb.png': await png(randomImage(9, 7, 3, 8, 5)),
  'deep.png': await png(randomImage(9, 7, 1, 16, 6)),
  'alpha.png': await png({ ...randomImage(9, 7, 4, 8, 7), hasAlpha: true }),
  'planes.json':
    '{"name": "layer", "weights": [[[1, 0]], [[0.5, 0.25]], [[0, -2]]], "bias": 3, "divisor": 2}',
};
const npy = (bytes: Buffer) => {
  const { shape, data } = byNpyjs(bytes);
  return { width: shape[1]!, channels: shape[2] ?? 1, data };
};
const words = (line: string) => line.split(' ');
const run = (line: string, setting: Setting = {}) =>
  convtool(['explain', ...words(line)], { files, ...setting });
const text = ({ stdout }: Run) => stdout.toString('utf8');

async function prints(line: string, setting: Setting = {}): Promise<string> {
  const ran = await run(line, setting);
  expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
  expect(ran.after).toEqual(ran.before);
  return text(ran);
}

interface Explained {
  channel: string;
  kernel: string;
  flip: boolean;
  response: number;
  stored: number;
  [key: string]: unknown;
}

const objects = async (line: string, setting: Setting = {}): Promise<Explained[]> =>
  (await prints(`${line} --json --quiet`, setting))
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one));

describe('layouts', () => {
  it('both orientations as text', async () => {
    expect(
      await prints('--at 0,0 -k sobel-x --both img.png'),
    ).toBe(`sobel-x over img.png: sample (0, 0) of its map of 4×4 samples

Correlation (--no-flip): the kernel as it is written, its anchor over (0, 0) of the image

  channel gray

  slide: samples           kernel as applied       multiply: products
   y\\x -1→0   0   1
  -1→0   (1) (1) (2)        -1   0   1              -1   0   2
     0   (1) [1]  2    ×    -2  [0]  2         =    -2   0   4
     1   (5)  5   6         -1   0   1              -5   0   6

  sum       4 = -1 + 0 + 2 - 2 + 0 + 4 - 5 + 0 + 6
  response  4 = sum / divisor 1 + bias 0
  stored    4 = 8 bits, map abs: 4, absolute → 4

  Samples in ( ) are outside the image: replicate (aaa|abcd|ddd) repeats the nearest sample inside

Convolution (--flip): the kernel rotated by 180°, its anchor over (0, 0) of the image

  flip: as written       as applied
   -1   0   1             1   0   -1
   -2  [0]  2        →    2  [0]  -2
   -1   0   1             1   0   -1

  channel gray

  slide: samples           kernel as applied       multiply: products
   y\\x -1→0   0   1
  -1→0   (1) (1) (2)        1   0   -1              1   0   -2
     0   (1) [1]  2    ×    2  [0]  -2         =    2   0   -4
     1   (5)  5   6         1   0   -1              5   0   -6

  sum       -4 = 1 + 0 - 2 + 2 + 0 - 4 + 5 + 0 - 6
  response  -4 = sum / divisor 1 + bias 0
  stored    4  = 8 bits, map abs: -4, absolute → 4

  Samples in ( ) are outside the image: replicate (aaa|abcd|ddd) repeats the nearest sample inside

sobel-x is antisymmetric under rotation by 180° about its anchor: flipping only changes the sign of every sum
`);
  });

  it('taps left out, a gain and mid-grey', async () => {
    const line = '--at 0,0 -k box-3 --border renormalize --map signed --gain 3 --depth 16 img.png';
    expect(await prints(line)).toBe(
      `box-3 over img.png: sample (0, 0) of its map of 4×4 samples

Correlation (--no-flip): the kernel as it is written, its anchor over (0, 0) of the image

  channel gray

  slide: samples               kernel as applied       multiply: products
     y\\x -1 out   0   1
  -1 out     (–) (–) (–)        1   1   1               –   –   –
       0     (–) [1]  2    ×    1  [1]  1          =    –   1   2
       1     (–)  5   6         1   1   1               –   5   6

  sum       14    = 1 + 2 + 5 + 6
  response  3.5   = sum × 2.25 / divisor 9 + bias 0
  stored    35466 = 16 bits, map signed: 3.5 × gain 3 → 10.5, × 257 for the depth → 2698.5, + mid-grey 32768 → 35466.5, rounded → 35466

  Samples in ( ) are outside the image: renormalize (…|abcd|…) leaves them out and multiplies the sum by (all weights / weights inside)
`,
    );
  });

  it('as Markdown', async () => {
    expect(await prints('--at 1,0 -k [[1,2]] --flip --border constant:7 --markdown img.png')).toBe(
      `## kernel over img.png: sample (1, 0) of its map of 4×4 samples

### Convolution (--flip): the kernel rotated by 180°, its anchor over (1, 0) of the image

Kernel as written:

|  |  |  |
| ---: | ---: | ---: |
|  | 1 | **2** |

Kernel as applied, the anchor in bold:

|  |  |  |
| ---: | ---: | ---: |
|  | **2** | 1 |

#### Channel gray

Samples:

| y \\ x | 1 | 2 |
| ---: | ---: | ---: |
| 0 | 2 | 3 |

Products:

| y \\ x | 1 | 2 |
| ---: | ---: | ---: |
| 0 | 4 | 3 |

|  | value | how it is computed |
| ---: | ---: | --- |
| sum | **7** | 4 + 3 |
| response | **7** | sum / divisor 1 + bias 0 |
| stored | **7** | 8 bits, map clamp: 7 |
`,
    );
  });

  it('Markdown marks border samples and states the rule', async () => {
    const printed = await prints('--at 3,0 -k [[1,2,3]] --border wrap --markdown img.png');
    expect(printed).toContain('| y \\ x | 2 | 3 | 4→0 |\n| ---: | ---: | ---: | ---: |\n| 0 | 3 | 4 | *1* |');
    expect(printed).toContain('italics are outside the image: wrap (bcd\\|abcd\\|abc) continues');
  });

  it('a large kernel by its largest products', async () => {
    const printed = await prints('--at 2,1 -k box:size=17 img.png');
    const taps = printed
      .split('\n')
      .filter((line) => /^ {2}\(-?\d+, -?\d+\) +\(\d, \d\)( border)? /.test(line));
    expect(taps).toHaveLength(12);
    // The largest sample is 16, at (3, 3) and where the border repeats it.
    expect(taps[0]).toMatch(/^ {2}\(1, 2\) +\(3, 3\) +16 +1 +16$/);
    expect(taps[1]).toMatch(/^ {2}\(2, 2\) +\(3, 3\) border +16 +1 +16$/);
    expect(printed).toMatch(/and 277 more with a sum of \d+; --json lists all/);
    const [{ patch, products, sum }] = (await objects('--at 2,1 -k box:size=17 img.png')) as [Explained];
    expect([patch, products].map((grid) => (grid as number[][]).flat().length)).toEqual([289, 289]);
    expect((products as number[][]).flat().reduce((all, p) => all + p, 0)).toBe(sum);
  });

  it('colour if requested, and none under NO_COLOR', async () => {
    const line = '--at 0,0 -k sobel-x img.png';
    const coloured = await prints(line, { env: { FORCE_COLOR: '1' } });
    // Dim border samples, the anchor inverse, products red above 0 and blue below it.
    for (const code of [
      '\x1b[2m(1)\x1b[22m',
      '\x1b[7m[0]\x1b[27m',
      '\x1b[31m 4 \x1b[39m',
      '\x1b[94m -2 \x1b[39m',
    ])
      expect(coloured).toContain(code);
    expect(coloured.replace(/\x1b\[\d+m/g, '').replace(/ +$/gm, '')).toBe(await prints(line));
    expect(await prints(line, { env: { NO_COLOR: '1' } })).toBe(await prints(line));
  });

  it('each kernel of a bank in turn, each channel under its name', async () => {
    const printed = await prints('--at 1,1 -k sobel-x -k sobel-y rgb.png');
    expect(printed.match(/^\S+ over rgb\.png/gm)).toEqual(['sobel-x over rgb.png', 'sobel-y over rgb.png']);
    expect(printed.match(/channel \w+/g)).toEqual([...'rgbrgb'].map((name) => `channel ${name}`));
  });
});

describe('--json', () => {
  it('has every number of one channel', async () => {
    const [one, ...more] = await objects('--at 0,0 -k sobel-x --flip --map signed img.png');
    expect(more).toEqual([]);
    expect(one).toEqual({
      ...{ input: 'img.png', kernel: 'sobel-x', channel: 'gray', planes: null, flip: true },
      ...{ border: 'replicate', extent: 'same', stride: [1, 1], dilation: [1, 1] },
      ...{ at: [0, 0], position: [0, 0], width: 4, height: 4 },
      columns: { at: [-1, 0, 1], reads: [0, 0, 1] },
      rows: { at: [-1, 0, 1], reads: [0, 0, 1] },
      patch: [
        [1, 1, 2],
        [1, 1, 2],
        [5, 5, 6],
      ],
      isBorder: [
        [true, true, true],
        [true, false, false],
        [true, false, false],
      ],
      kernelAsWritten: [
        [-1, 0, 1],
        [-2, 0, 2],
        [-1, 0, 1],
      ],
      anchorAsWritten: [1, 1],
      kernelAsApplied: [
        [1, 0, -1],
        [2, 0, -2],
        [1, 0, -1],
      ],
      anchorAsApplied: [1, 1],
      products: [
        [1, 0, -2],
        [2, 0, -4],
        [5, 0, -6],
      ],
      ...{ sum: -4, scale: 1, divisor: 1, bias: 0, exact: -4, method: 'direct', response: -4, stored: 124 },
      mapping: {
        ...{ depth: 8, map: 'signed', gain: 1, min: -8, max: -4, start: -4 },
        steps: [
          { name: 'shift', by: 128, value: 124 },
          { name: 'round', value: 124 },
          { name: 'limit', by: 255, value: 124 },
        ],
      },
    });
  });

  it('a line for each kernel, orientation and channel', async () => {
    const all = await objects('--at 1,1 -k sobel-x -k emboss --both rgb.png');
    const keys = all.map(({ kernel, flip, channel }) => `${kernel} ${flip} ${channel}`);
    const expected = ['sobel-x', 'emboss'].flatMap((kernel) =>
      [false, true].flatMap((flip) => [...'rgb'].map((channel) => `${kernel} ${flip} ${channel}`)),
    );
    expect(keys).toEqual(expected);
  });

  it('planes of weights are [inChannel][y][x]', async () => {
    const [one, ...more] = await objects('--at 1,1 -k ./planes.json rgb.png');
    expect(more).toEqual([]);
    expect(one).toMatchObject({ channel: 'r+g+b', planes: ['r', 'g', 'b'], divisor: 2, bias: 3 });
    expect(one!.kernelAsWritten).toEqual([[[1, 0]], [[0.5, 0.25]], [[0, -2]]]);
    const shape = (grid: unknown) => (grid as number[][][]).map((plane) => plane.map((row) => row.length));
    for (const key of ['patch', 'products', 'kernelAsApplied'])
      expect(shape(one![key])).toEqual([[2], [2], [2]]);
  });
});

describe.concurrent('prints what apply writes', () => {
  it.each([
    ['img.png', '-k sobel-x --flip', '3,2'],
    ['img.png', '-k laplacian-8 --border wrap --map minmax', '0,3'],
    ['rgb.png', '-k gaussian:sigma=1.3 --border reflect101 --stride 2,3', '4,2'],
    ['rgb.png', '-k emboss --extent full --border constant:9 --map signed --gain 0.3', '10,0'],
    ['rgb.png', '-k ./planes.json --dilation 3 --flip --border symmetric', '0,6'],
    ['rgb.png', '-k roberts-2 --channels gray --depth 16', '8,6'],
    ['deep.png', '-k box-3 --extent valid --border renormalize', '6,4'],
    ['deep.png', '-k sharpen --method fft --depth 8 --dilation 2,1', '0,0'],
    ['alpha.png', '-k unsharp:amount=1,sigma=1 --alpha filter', '8,0'],
  ])('%s %s at %s', async (image, options, at) => {
    const [x, y] = at.split(',').map(Number) as [number, number];
    const explained = await objects(`--at ${at} ${options} ${image}`);
    const apply = (more: string) =>
      convtool(['apply', ...words(`${options} ${more} ${image}`), '--quiet'], { files });
    const map = byFastPng(left(await apply('-o m.png'), 'm.png'));
    const here = (found: { width: number; channels: number; data: ArrayLike<number> }) =>
      explained.map((_, c) => found.data[(y * found.width + x) * found.channels + c]!);
    expect(explained.map(({ stored }) => stored)).toEqual(here(map));
    const plain = options.replace(/--(depth|map|gain) \S+ ?/g, '').trim();
    const float = await convtool(['apply', ...words(`${plain} -o m.npy ${image}`), '--quiet'], { files });
    expect(explained.map(({ response }) => response)).toEqual(here(npy(left(float, 'm.npy'))));
  });
});

describe.concurrent('refused in one line', () => {
  const BAD = /--at <x,y>' argument '.*' is invalid: expected x,y: two whole numbers from 0, as in 10,20/;
  it.each([
    ['-k sobel-x img.png', 2, /--at: expected x,y, a position in the map, found none; try --at 10,20/],
    ...['1', '1.5,2', '-1,0', '1,2,3', '1e2,0'].map(
      (at) => [`--at ${at} -k sobel-x img.png`, 2, BAD] as const,
    ),
    [
      '--at 4,0 -k sobel-x img.png',
      2,
      /--at 4,0: expected a sample of the map of sobel-x, which has 4×4: x from 0 to 3, y from 0 to 3, found 4,0$/,
    ],
    ['--at 2,0 -k sobel-x --extent valid img.png', 2, /which has 2×2: x from 0 to 1, y from 0 to 1/],
    ['--at 2,0 -k sobel-x --stride 2 --json img.png', 2, /which has 2×2/],
    ['--at 0,0 img.png', 2, /--kernel: expected a kernel, found none/],
    ['--at 0,0 -k sobel-q img.png', 2, /sobel-q.*nearest: sobel-/],
    ['--at 0,0 -k sobel-x', 2, /missing required argument 'image'/],
    [
      '--at 0,0 -k sobel-x img.png rgb.png',
      2,
      /too many arguments for 'explain'. Expected 1 argument but got 2/,
    ],
    ['--at 0,0 -k sobel-x --border renormalize img.png', 2, /weights whose sum is not 0/],
    ['--at 0,0 -k sobel-x --both --flip img.png', 2, /'--both' cannot be used with option '--flip'/],
    ['--at 0,0 -k sobel-x --json --markdown img.png', 2, /'--markdown' cannot be used with option '--json'/],
    ['--at 0,0 -k sobel-x --combine max img.png', 2, /unknown option '--combine'/],
    ['--at 0,0 -k sobel-x --linear img.png', 2, /--linear: cannot be explained.*leave it out/],
    ['--at 0,0 -k sobel-x none.png', 1, /none\.png: .*no such file/],
    ['--at 0,0 -k sobel-x planes.json', 1, /planes\.json: /],
    ['--at 0,0 -k ./planes.json img.png', 1, /img\.png: kernel layer: expected 3 channels.*found 1/],
    ['--at 0,0 -k box:size=5 --extent valid img.png', 1, /expected an image of at least 5×5/],
    ['--at 0,0 -k sobel-x --channels a img.png', 1, /expected an image with a channel a/],
  ] as const)('%s', async (line, status, message) => {
    const ran = await run(line);
    expectFailure(ran, status, message);
    expect(text(ran)).toBe('');
  });

  it('and as JSON if an image fails', async () => {
    const ran = await run('--at 0,0 -k sobel-x --json none.png');
    expect(ran.status).toBe(1);
    expect(errorLines(ran)).toHaveLength(1);
    expect(JSON.parse(text(ran))).toEqual({
      input: 'none.png',
      error: expect.stringMatching(/no such file/),
    });
  });

  it('alpha that is copied through is noted', async () => {
    const ran = await run('--at 0,0 -k sobel-x alpha.png');
    expect(ran.stderr).toMatch(
      /^note: alpha\.png: alpha is copied through and not explained; use --alpha filter/,
    );
  });
});

it('help shows what to type', async () => {
  const printed = await prints('--help');
  for (const word of [
    '--at <x,y>',
    '--both',
    '--markdown',
    'convtool explain --at 120,80 -k sobel-x img.png',
  ])
    expect(printed).toContain(word);
});
