// `convtool compare` through the executable: its figures compared with scikit-image (fixtures/make_compare.py), its
// arrays with those of `apply`, what it writes and where, what it prints, and how it fails.

import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { applied, compare, fresh, left, lines } from '../support/apply-runs.js';
import { errorLines, expectClear, expectFailure, type Run } from '../support/cli.js';
import { GRAY, madePng, RGB, RGBA } from '../support/made-pngs.js';
import { wholeNumbers } from '../support/made-samples.js';
import { madeTiff } from '../support/made-tiffs.js';
import { byNpyjs } from '../support/other-decoders.js';

const objects = (run: Run) => lines(run).map((line) => JSON.parse(line) as Record<string, unknown>);

const gray = madePng({ width: 12, height: 9, bits: 8, colour: GRAY, numbers: wholeNumbers(108, 255) });
const colour = madePng({ width: 11, height: 8, bits: 8, colour: RGB, numbers: wholeNumbers(264, 255, 2) });
const tiny = madePng({ width: 2, height: 2, bits: 8, colour: GRAY, numbers: [1, 2, 3, 4] });
const one = { files: { 'a.png': gray } };
const two = { files: { 'in/a.png': gray, 'in/b.png': colour } };

interface Case {
  name: string;
  shape: [number, number, number];
  first: number[];
  sum: number;
  kernel: object;
  border: string;
  figures: Record<string, number | null>;
}

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/compare.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

describe.each(cases)('$name', ({
  name,
  shape: [width, height, channels],
  first,
  sum,
  kernel,
  border,
  figures,
}) => {
  // As in make_compare.py, in integers.
  const numbers = Array.from({ length: width * height * channels }, (_, i) => {
    const [c, x] = [i % channels, Math.floor(i / channels) % width];
    const y = Math.floor(i / channels / width);
    const blocks = 100 * ((Math.floor(x / 5) + Math.floor(y / 4)) % 2);
    return name === 'of one colour' ? 77 : (x * x * 3 + y * y * 5 + x * y * 7 + c * 91 + blocks) % 256;
  });
  const png = madePng({ width, height, bits: 8, colour: channels === 3 ? RGB : GRAY, numbers });

  it('has the figures of scikit-image', async () => {
    expect(numbers.slice(0, first.length)).toEqual(first);
    expect(numbers.reduce((total, v) => total + v, 0)).toBe(sum);
    const args = ['-k', JSON.stringify(kernel), '--border', border, '--json', '--no-picture', 'a.png'];
    const run = await compare(args, { files: { 'a.png': png } });
    expect(run.stderr).toBe('');
    const [found] = objects(run);
    for (const [figure, value] of Object.entries(figures)) {
      if (value === null) expect(found![figure], figure).toBeNull();
      else
        expect(Math.abs((found![figure] as number) - value), figure).toBeLessThan(1e-6 * Math.max(1, value));
    }
    expect(fresh(run)).toEqual([]);
    expect(found!.outputs).toEqual([]);
  });
});

test('the arrays are those that apply writes, and their difference', async () => {
  const options = ['--border', 'wrap', '--stride', '2,1', '--extent', 'full'];
  const args = ['-k', 'emboss', ...options, '--maps', '--no-picture', '--json', 'a.png'];
  const run = await compare(args, { files: { 'a.png': colour } });
  const names = ['a.emboss.correlate.npy', 'a.emboss.convolve.npy', 'a.emboss.difference.npy'];
  expect(objects(run)[0]).toMatchObject({
    outputs: names,
    width: 7,
    height: 10,
    channels: 3,
    border: 'wrap',
  });
  expect(fresh(run)).toEqual([...names].sort());
  const [plain, flipped, difference] = names.map((path) => left(run, path));
  const mapOf = async (flip: string) => {
    const each = ['-k', 'emboss', ...options, flip, '-o', 'x.npy', 'a.png'];
    return left(await applied(each, { files: { 'a.png': colour } }), 'x.npy');
  };
  expect(plain!.equals(await mapOf('--no-flip'))).toBe(true);
  expect(flipped!.equals(await mapOf('--flip'))).toBe(true);
  const [a, b, apart] = [plain!, flipped!, difference!].map((bytes) => byNpyjs(bytes));
  expect(apart!.shape).toEqual([10, 7, 3]);
  expect([...apart!.data]).toEqual(Array.from(a!.data, (v, i) => v - b!.data[i]!));
});

describe.concurrent('JSON', () => {
  it('has one object per kernel and image, each with the picture', async () => {
    const run = await compare(['-k', 'sobel-x', '-k', 'gaussian:1', '--json', 'in/a.png', 'in/b.png'], two);
    const found = objects(run);
    expect(found.map(({ input, kernel, symmetry }) => [input, kernel, symmetry])).toEqual([
      ['in/a.png', 'sobel-x', 'antisymmetric'],
      ['in/a.png', 'gaussian:sigma=1', 'symmetric'],
      ['in/b.png', 'sobel-x', 'antisymmetric'],
      ['in/b.png', 'gaussian:sigma=1', 'symmetric'],
    ]);
    expect(found[1]).toMatchObject({
      evenShare: 1,
      flipEffect: { sign: 1, shift: [0, 0] },
      expectation: 'symmetric under 180°: flipping changes nothing',
      found: 'both maps are the same, sample for sample',
      ...{ maxAbsDifference: 0, meanAbsDifference: 0, rmse: 0, psnr: null, ssim: 1, differingShare: 0 },
      ...{ correlation: 1, unnegatedShare: 1, width: 12, height: 9, channels: 1, border: 'replicate' },
      outputs: ['in/a.sobel-x-gaussian-sigma-1.compare.png'],
    });
    expect(found[0]).toMatchObject({ maxAbsSum: 0, unnegatedShare: 0, correlation: -1, evenShare: 0 });
  });

  it('has null for undefined figures', async () => {
    const run = await compare(['-k', 'sobel-x', '--json', '--no-picture', 't.png'], {
      files: { 't.png': tiny },
    });
    expect(objects(run)[0]).toMatchObject({ ssim: null, correlation: null });
  });

  it('reports images that fail, and processes the others', async () => {
    const files = { 'a.png': gray, 'bad.png': gray.subarray(0, 60), 'c.png': colour };
    const run = await compare(['-k', 'sobel-x', '--json', 'a.png', 'bad.png', 'none.png', 'c.png'], {
      files,
    });
    expect(run.status).toBe(1);
    const found = objects(run);
    expect(found.map(({ input }) => input)).toEqual(['a.png', 'bad.png', 'none.png', 'c.png']);
    for (const failed of found.slice(1, 3)) expect(Object.keys(failed)).toEqual(['input', 'error']);
    expect(fresh(run)).toEqual(['a.sobel-x.compare.png', 'c.sobel-x.compare.png']);
    expect(errorLines(run)).toHaveLength(2);
    for (const line of errorLines(run)) expectClear(line, /(bad|none)\.png/);
  });
});

describe.concurrent('outputs', () => {
  const id = ['-k', 'sobel-x'];
  const names = Array.from({ length: 17 }, (_, i) => `k${i + 10}`);
  const seventeen = { name: 'many', kernels: names.map((name) => ({ name, weights: [[1]] })) };
  const made: { title: string; args: string[]; files: string[] }[] = [
    { title: 'next to the input', args: [...id, 'in/a.png'], files: ['in/a.sobel-x.compare.png'] },
    { title: 'a file', args: [...id, '-o', 'x.webp', 'in/a.png'], files: ['x.webp'] },
    {
      title: 'a folder',
      args: [...id, '-o', 'new/', 'in/a.png', 'in/b.png'],
      files: ['new/a.sobel-x.compare.png', 'new/b.sobel-x.compare.png'],
    },
    {
      title: 'a template',
      args: [...id, '-o', 'o/{kernel}_{name}.{ext}', 'in/a.png'],
      files: ['o/sobel-x_a.png'],
    },
    { title: 'none', args: [...id, '--no-picture', 'in/a.png'], files: [] },
    {
      title: 'a bank in one picture',
      args: ['-k', 'kirsch', 'in/a.png'],
      files: ['in/a.kirsch.compare.png'],
    },
    {
      title: 'a large bank in a picture a kernel',
      args: ['-k', JSON.stringify(seventeen), 'in/a.png'],
      files: names.map((name) => `in/a.${name}.compare.png`),
    },
    {
      title: 'arrays under the name of the picture',
      args: [...id, '--maps', '-o', 'x.png', 'in/a.png'],
      files: ['x.convolve.npy', 'x.correlate.npy', 'x.difference.npy', 'x.png'],
    },
    {
      title: 'arrays of a bank by kernel',
      args: [...id, '-k', 'emboss', '--maps', '-o', 'x.png', 'in/a.png'],
      files: [
        ...['emboss', 'sobel-x'].flatMap((name) =>
          ['convolve', 'correlate', 'difference'].map((map) => `x.${name}.${map}.npy`),
        ),
        'x.png',
      ],
    },
    {
      title: 'arrays into a folder',
      args: [...id, '--maps', '--no-picture', '-o', 'maps/', 'in/a.png'],
      files: ['convolve', 'correlate', 'difference'].map((map) => `maps/a.sobel-x.${map}.npy`),
    },
  ];
  it.each(made)('$title', async ({ args, files }) => {
    const run = await compare(args, two);
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(fresh(run).sort()).toEqual([...files].sort());
    const said = lines(run).filter((line) => /\.(png|npy|webp)$/.test(line) && !line.includes(' '));
    expect(said.sort()).toEqual([...files].sort());
    const dry = await compare([...args, '--dry-run'], two);
    expect(fresh(dry)).toEqual([]);
    expect(
      lines(dry)
        .map((line) => line.split(' → ')[1])
        .sort(),
    ).toEqual([...files].sort());
  });

  it('go to standard output, the picture alone', async () => {
    const run = await compare([...id, '-o', '-', 'a.png'], one);
    expect(run.stdout.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect(fresh(run)).toEqual([]);
    const piped = await compare([...id, '-o', '-', '-'], { stdin: gray });
    expect(piped.stdout.equals(run.stdout)).toBe(false);
    expect(piped.stdout.length).toBeGreaterThan(1000);
  });

  it('are the same bytes by any number of threads', async () => {
    const [first, second] = await Promise.all(
      ['1', '3'].map((threads) => compare([...id, '--threads', threads, 'a.png'], one)),
    );
    expect(left(first!, 'a.sobel-x.compare.png').equals(left(second!, 'a.sobel-x.compare.png'))).toBe(true);
  });
});

describe.concurrent('a wrong command line: status 2, one line, nothing done', () => {
  const many = {
    files: { 'in/a.png': gray, 'in2/a.png': colour, 'k.json': '[[1,2]]', 'a.sobel-x.compare.png': gray },
  };
  const id = ['-k', 'sobel-x'];
  const wrong: [string, string[], RegExp][] = [
    ['no kernel', ['in/a.png'], /--kernel: expected a kernel, found none/],
    ['no image', id, /missing required argument 'image'/],
    ['an unknown kernel', ['-k', 'sobelx', 'in/a.png'], /sobelx.*sobel-x/],
    ['--flip', [...id, '--flip', 'in/a.png'], /unknown option '--flip'/],
    ['--combine', [...id, '--combine', 'max', 'in/a.png'], /unknown option '--combine'/],
    [
      'a tolerance below 0',
      [...id, '--fail-if-different', '-1', 'in/a.png'],
      /--fail-if-different.*at least 0/,
    ],
    ['a tolerance of letters', [...id, '--fail-if-different', 'x', 'in/a.png'], /expected a finite number/],
    [
      'an array for a picture',
      [...id, '-o', 'x.npy', 'in/a.png'],
      /x\.npy: expected a path that ends in \.png/,
    ],
    ['an unknown ending', [...id, '-o', 'x.bmp', 'in/a.png'], /x\.bmp: expected a path ending in/],
    ['an unknown field', [...id, '-o', '{nam}.png', 'in/a.png'], /\{nam\}/],
    ['--out for nothing', [...id, '--no-picture', '-o', 'x.png', 'in/a.png'], /--out: has nothing to write/],
    [
      'no picture for -',
      [...id, '--no-picture', '--maps', '-o', '-', 'in/a.png'],
      /--out -: has nothing to write/,
    ],
    ['JSON and -', [...id, '--json', '-o', '-', 'in/a.png'], /cannot both go to standard output/],
    [
      'two pictures in one file',
      [...id, '-o', 'x.png', 'in/a.png', 'in2/a.png'],
      /x\.png: would hold both sobel-x of in\/a\.png and sobel-x of in2\/a\.png/,
    ],
    ['two pictures of one name', [...id, '-o', 'o/', 'in/a.png', 'in2/a.png'], /would hold both/],
    [
      'two arrays in one file',
      [...id, '-k', 'sobel-x', '--maps', 'in/a.png'],
      /correlate\.npy: would hold both/,
    ],
    ['an input twice', [...id, 'in/a.png', 'in/a.png'], /in\/a\.png: is given twice/],
    ['a picture over its input', [...id, '-o', 'in/a.png', 'in/a.png'], /is an input of this run/],
    ['a picture over another input', [...id, '-o', 'in2/a.png', 'in/a.png', 'in2/a.png'], /would hold both/],
    ['renormalize and a sum of 0', [...id, '--border', 'renormalize', 'in/a.png'], /whose sum is not 0/],
  ];
  it.each(wrong)('%s', async (_, args, message) => {
    expectFailure(await compare(args, many), 2, message);
  });

  it('an array over a kernel file', async () => {
    const files = {
      'a.png': gray,
      'a.k.correlate.npy': left(await applied(['-k', 'box-3', '-o', 'x.npy', 'a.png'], one), 'x.npy'),
    };
    const args = ['-k', './a.k.correlate.npy', '--maps', '-o', '{name}.k.png', 'a.png'];
    expectFailure(await compare(args, { files }), 2, /is the same file as a kernel file of this run/);
  });
});

describe.concurrent('failing', () => {
  it('a kernel that does not fit omits only its own row', async () => {
    const run = await compare(['-k', 'sobel-x', '-k', 'box:20', '--extent', 'valid', '--json', 'a.png'], one);
    expect(run.status).toBe(1);
    expect(objects(run).map(({ kernel, error }) => [kernel, typeof error])).toEqual([
      [undefined, 'string'],
      ['sobel-x', 'undefined'],
    ]);
    expect(fresh(run)).toEqual(['a.sobel-x-box-size-20.compare.png']);
    expectClear(errorLines(run)[0]!, /a\.png: kernel box:size=20/);
  });

  it('a folder that cannot be made', async () => {
    const run = await compare(['-k', 'sobel-x', '-o', 'a.png/x/', '--json', 'a.png'], one);
    expect(run.status).toBe(1);
    expect(errorLines(run)).toHaveLength(1);
    expect(fresh(run)).toEqual([]);
    // The figures are there all the same.
    expect(objects(run).map(({ error, outputs }) => error === undefined && outputs)).toEqual([false, []]);
  });

  it('--fail-if-different: status 1 and a line, with all outputs written', async () => {
    const args = ['-k', 'sobel-x', '-k', 'gaussian:1', '--fail-if-different', '0', 'a.png'];
    const run = await compare(args, one);
    expect(run.status).toBe(1);
    expect(errorLines(run)).toHaveLength(1);
    expectClear(errorLines(run)[0]!, /a\.png: kernel sobel-x: .*more than 0 \(--fail-if-different\)/);
    expect(fresh(run)).toEqual(['a.sobel-x-gaussian-sigma-1.compare.png']);
    const [found] = objects(await compare([...args.slice(0, 2), '--no-picture', '--json', 'a.png'], one));
    const most = String(found!.maxAbsDifference);
    const same = await compare(['-k', 'sobel-x', '--fail-if-different', most, '--no-picture', 'a.png'], one);
    expect([same.status, same.stderr]).toEqual([0, '']);
  });

  it('--fail-if-different: NaN counts as different', async () => {
    const numbers = wholeNumbers(100, 255).map((v, i) => (i === 50 ? Number.NaN : v / 255));
    const tiff = madeTiff({
      width: 10,
      height: 10,
      channels: 1,
      bits: 32,
      float: true,
      numbers,
      photometric: 1,
    });
    const args = ['-k', 'gaussian:1', '--json', '--fail-if-different', '1', 'n.tiff'];
    const run = await compare(args, { files: { 'n.tiff': tiff } });
    expect(run.status).toBe(1);
    expect(objects(run)[0]).toMatchObject({ maxAbsDifference: null, ssim: null });
    expect(fresh(run)).toEqual(['n.gaussian-sigma-1.compare.png']);
  });
});

describe.concurrent('for people', () => {
  it('prints what to expect and why, the figures, and the path', async () => {
    const run = await compare(['-k', 'sobel-x', 'a.png'], one);
    const said = lines(run);
    expect(said.slice(0, 4)).toEqual([
      'sobel-x over a.png',
      '  antisymmetric under 180°: only the sign changes, so |maps| are equal',
      "  found: each sample is the other's negative",
      '',
    ]);
    const names = ['max |difference|', 'mean |difference|', 'RMSE', 'PSNR', 'SSIM', 'differing samples'];
    names.forEach((name, i) => {
      expect(said[4 + i]).toMatch(new RegExp(`^  ${name.replace(/[|]/g, '\\|')} +\\S`));
    });
    expect(said.at(-1)).toBe('a.sobel-x.compare.png');
  });

  it.each<[string, RegExp]>([
    ['emboss', /even part, 7\.69 % of Σw².*odd part, 92\.3 %/],
    ['emboss', /correlation − convolution = 2 × the odd part's map/],
    [
      'roberts-1',
      /antisymmetric about a point other than the anchor.*changes its sign and shifts the map by \(1, 1\)/,
    ],
    [
      'box:4',
      /symmetric about a point other than the anchor.*only shifts the map by \(-1, -1\), 1 to the left and 1 up/,
    ],
    ['{"weights":[[-1,0,1]],"bias":9}', /only the sign changes, except for the bias/],
    ['{"weights":[[-1,0,1]],"bias":9}', /convolution = 18 − correlation, \|maps − 9\| are equal/],
    ['{"weights":[[-1,0,1]],"bias":9}', /each sample less the bias is the other's negative/],
    ['gaussian:2', /PSNR +infinite +the maps are the same/],
  ])('%s: %s', async (kernel, words) => {
    expect((await compare(['-k', kernel, '--no-picture', 'a.png'], one)).stdout.toString()).toMatch(words);
  });

  it('prints a bank as a table, one row per kernel', async () => {
    const said = lines(await compare(['-k', 'kirsch', '--no-picture', 'a.png'], one));
    expect(said[0]).toBe('kirsch, 8 kernels, over a.png');
    expect(said.filter((line) => /^ {2}kirsch-\w+ +\d/.test(line))).toHaveLength(8);
  });

  it('has colour only if requested', async () => {
    const coloured = await compare(['-k', 'sobel-x', '--no-picture', 'a.png'], {
      ...one,
      env: { FORCE_COLOR: '1' },
    });
    expect(coloured.stdout.toString()).toContain('\x1b[');
    const plain = await compare(['-k', 'sobel-x', '--no-picture', 'a.png'], {
      ...one,
      env: { NO_COLOR: '1' },
    });
    expect(plain.stdout.toString()).not.toContain('\x1b');
  });

  it('shows its picture on standard error with --preview', async () => {
    const args = ['-k', 'sobel-x', '--no-picture', '--preview', '--json', 'a.png'];
    const run = await compare(args, { ...one, env: { FORCE_COLOR: '3' } });
    expect(run.stderr).toMatch(/a\.png: \d+×\d+, shown at 80×\d+\n.*▀/s);
    expect(objects(run)).toHaveLength(1);
    expect(fresh(run)).toEqual([]);
  });

  it('notes what was done to an image, unless quiet', async () => {
    const alpha = madePng({ width: 8, height: 8, bits: 8, colour: RGBA, numbers: wholeNumbers(256, 255) });
    const run = await compare(['-k', 'sobel-x', '--alpha', 'filter', '--quiet', 'x.png'], {
      files: { 'x.png': alpha },
    });
    expect([run.status, run.stderr]).toEqual([0, '']);
  });
});
