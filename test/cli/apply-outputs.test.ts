// `convtool apply` through the executable: output paths, the contents of standard output, and that the same command
// writes the same bytes. The contents of pictures are tested in apply-pictures.test.ts.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { applied, apply, fresh, left, lines } from '../support/apply-runs.js';
import { expectFailure } from '../support/cli.js';
import { GRAY, madePng } from '../support/made-pngs.js';
import { expectNumbers, wholeNumbers } from '../support/made-samples.js';
import { byFastPng, byNpyjs } from '../support/other-decoders.js';

const WIDTH = 9;
const HEIGHT = 5;
const numbers = wholeNumbers(WIDTH * HEIGHT, 255);
const gray = madePng({ width: WIDTH, height: HEIGHT, bits: 8, colour: GRAY, numbers });
const one = { files: { 'a.png': gray } };
const two = { files: { 'in/a.png': gray, 'in/b.png': gray } };
const id = ['-k', 'identity'];

describe.concurrent('names', () => {
  const cases: { title: string; args: string[]; files?: Record<string, Buffer | string>; made: string[] }[] =
    [
      { title: 'next to the input', args: [...id, 'in/a.png'], made: ['in/a.identity.png'] },
      {
        title: 'with another format',
        args: [...id, '--format', 'npy', 'in/a.png'],
        made: ['in/a.identity.npy'],
      },
      {
        title: 'JPEG ends in jpg',
        args: [...id, '--format', 'jpeg', 'in/a.png'],
        made: ['in/a.identity.jpg'],
      },
      { title: 'a file', args: [...id, '-o', 'x.tif', 'in/a.png'], made: ['x.tif'] },
      { title: 'a file in capitals', args: [...id, '-o', 'X.WEBP', 'in/a.png'], made: ['X.WEBP'] },
      {
        title: 'a file of no known ending, with --format',
        args: [...id, '-o', 'x.data', '--format', 'raw', 'in/a.png'],
        made: ['x.data'],
      },
      {
        title: 'a new folder/',
        args: [...id, '-o', 'new/deep/', 'in/a.png'],
        made: ['new/deep/a.identity.png'],
      },
      { title: 'a folder that exists', args: [...id, '-o', 'in', 'in/a.png'], made: ['in/a.identity.png'] },
      {
        title: 'a folder/ and a format',
        args: [...id, '-o', 'maps/', '--format', 'tiff', 'in/a.png', 'in/b.png'],
        made: ['maps/a.identity.tiff', 'maps/b.identity.tiff'],
      },
      {
        title: 'a template of every field',
        args: ['-k', 'sobel-x', '-k', 'box:5', '-o', '{dir}/out/{index}_{kernel}_{name}.{ext}', 'in/a.png'],
        made: ['in/out/1_sobel-x_a.png', 'in/out/2_box-size-5_a.png'],
      },
      {
        title: '{dir} of an input without one',
        args: [...id, '-o', '{dir}/{name}-{kernel}.npy', 'c.png'],
        files: { 'c.png': gray },
        made: ['c-identity.npy'],
      },
      {
        title: 'an ending in the template',
        args: [...id, '-o', '{name}.new.tiff', 'in/a.png', 'in/b.png'],
        made: ['a.new.tiff', 'b.new.tiff'],
      },
      {
        title: 'several dots',
        args: [...id, 'c.tar.png', '.hidden'],
        files: { 'c.tar.png': gray, '.hidden': gray },
        made: ['.hidden.identity.png', 'c.tar.identity.png'],
      },
      {
        title: 'a bank is one map where it is combined',
        args: ['-k', 'sobel-x', '-k', 'sobel-y', '--combine', 'max', '-o', '{name}-{index}.png', 'in/a.png'],
        made: ['a-1.png'],
      },
      {
        title: 'inline kernels by their place',
        args: ['-k', '[[1]]', '-k', '[[2]]', '-o', '{name}-{index}.png', 'in/a.png'],
        made: ['a-1.png', 'a-2.png'],
      },
    ];
  it.each(cases)('$title', async ({ args, files, made }) => {
    const run = await applied(args, { files: { ...two.files, ...files } });
    expect(fresh(run)).toEqual(made);
    expect(
      lines(run)
        .map((path) => path.replace(/^\.\//, ''))
        .sort(),
    ).toEqual([...made].sort());
  });
});

describe.concurrent('streams', () => {
  it('a picture from standard input is written to standard output, without its path', async () => {
    const run = await applied([...id, '-'], { stdin: gray });
    expect(fresh(run)).toEqual([]);
    expectNumbers(byFastPng(run.stdout).data, numbers);
  });

  it('in a folder, standard input is called stdin', async () => {
    const run = await applied([...id, '--json', '-o', 'maps/', '-'], { stdin: gray });
    expect(fresh(run)).toEqual(['maps/stdin.identity.png']);
    expectNumbers(byFastPng(left(run, 'maps/stdin.identity.png')).data, numbers);
  });

  it('--json uses standard output, so that the picture needs a path', async () => {
    for (const more of [[], ['--dry-run']])
      expectFailure(
        await apply([...id, '--json', ...more, '-'], { stdin: gray }),
        2,
        /^error: --json: .*--out/,
      );
    const plan = await applied([...id, '--json', '--explain-plan', '-'], { stdin: gray });
    expect(JSON.parse(lines(plan)[0]!)).toMatchObject({ kernel: 'identity' });
  });

  it.each([
    'png',
    'tiff',
    'npy',
    'jpeg',
    'webp',
    'raw',
  ])('-o - is the %s alone, as a file would be', async (format) => {
    const words = [...id, '--format', format];
    const [piped, file] = await Promise.all([
      applied([...words, '-o', '-', '-'], { stdin: gray }),
      applied([...words, '-o', 'x', 'a.png'], one),
    ]);
    expect(fresh(piped)).toEqual([]);
    expect(piped.stdout.equals(left(file, 'x'))).toBe(true);
  });

  it('two pictures do not fit standard output', async () => {
    expectFailure(
      await apply([...id, '-o', '-', 'in/a.png', 'in/b.png'], two),
      2,
      /standard output: would hold both/,
    );
    expectFailure(await apply([...id, '-o', '-', '--json', 'in/a.png'], two), 2, /--json/);
  });
});

describe.concurrent('results', () => {
  it('two inputs and two kernels make four outputs, in order', async () => {
    const run = await applied(['-k', 'sobel-y', '-k', 'sobel-x', 'in/b.png', 'in/a.png'], two);
    const wanted = ['in/b.sobel-y.png', 'in/b.sobel-x.png', 'in/a.sobel-y.png', 'in/a.sobel-x.png'];
    expect(lines(run)).toEqual(wanted);
    expect(fresh(run)).toEqual([...wanted].sort());
  });

  it('--json has these keys, with correct values', async () => {
    const words = [
      '-k',
      'sobel-x',
      '--json',
      '--quiet',
      '--border',
      'constant:7',
      '--extent',
      'full',
      '--flip',
    ];
    const run = await applied([...words, '-o', '{name}.png', 'in/a.png'], two);
    expect(run.stderr).toBe('');
    const [line, ...others] = lines(run).map((text) => JSON.parse(text));
    expect(others).toEqual([]);
    const { min, max, clipped, ms, threads, recipe, ...rest } = line;
    expect(rest).toEqual({
      input: 'in/a.png',
      output: 'a.png',
      kernel: 'sobel-x',
      width: WIDTH + 2,
      height: HEIGHT + 2,
      channels: 1,
      flip: true,
      border: 'constant:7',
      extent: 'full',
      method: 'direct',
    });
    expect(threads).toBe(1);
    expect(recipe).toMatchObject({ input: 'a.png', kernel: 'sobel-x', flip: true, border: 'constant:7' });
    expect(Object.keys(ms)).toEqual(['read', 'run', 'write']);
    for (const time of Object.values(ms)) expect(time).toBeGreaterThanOrEqual(0);
    const exact = await applied([...words.filter((w) => w !== '--json'), '-o', 'x.npy', 'in/a.png'], two);
    const { data, shape } = byNpyjs(left(exact, 'x.npy'));
    expect(shape).toEqual([HEIGHT + 2, WIDTH + 2]);
    expect({ min, max }).toEqual({ min: Math.min(...data), max: Math.max(...data) });
    expect(clipped).toBeCloseTo(data.filter((v) => v < 0 || v > 255).length / data.length, 12);
    expectNumbers(
      byFastPng(left(run, 'a.png')).data,
      data.map((v) => Math.min(255, Math.abs(v))),
    );
  });

  it('--json of a failure has input and error, and the others are processed', async () => {
    const files = { ...two.files, 'in/bad.png': 'no picture' };
    const run = await apply([...id, '--json', 'in/bad.png', 'in/a.png'], { files });
    expect(run.status).toBe(1);
    const [bad, good] = lines(run).map((text) => JSON.parse(text));
    expect(bad).toEqual({ input: 'in/bad.png', error: expect.stringMatching(/^in\/bad\.png: \S/) });
    expect(good).toMatchObject({ input: 'in/a.png', output: 'in/a.identity.png' });
    expect(fresh(run)).toEqual(['in/a.identity.png']);
  });

  it('--dry-run writes nothing and lists what would be written', async () => {
    const words = ['--dry-run', '-k', 'sobel-x', '-k', 'sobel-y', '-o', 'maps/', 'in/a.png'];
    const [people, machines] = await Promise.all([applied(words, two), applied([...words, '--json'], two)]);
    for (const run of [people, machines]) expect(run.after).toEqual(run.before);
    expect(lines(people)).toHaveLength(2);
    expect(lines(people)[0]).toMatch(/in\/a\.png.*maps\/a\.sobel-x\.png/);
    expect(lines(machines).map((text) => JSON.parse(text).output)).toEqual([
      'maps/a.sobel-x.png',
      'maps/a.sobel-y.png',
    ]);
  });

  it('--no-clobber keeps an existing output; otherwise it is replaced', async () => {
    const files = { ...two.files, 'in/a.identity.png': 'mine' };
    const [kept, replaced] = await Promise.all([
      applied([...id, '--no-clobber', 'in/a.png', 'in/b.png'], { files }),
      applied([...id, 'in/a.png'], { files }),
    ]);
    expect(left(kept, 'in/a.identity.png').toString()).toBe('mine');
    expect(fresh(kept)).toEqual(['in/b.identity.png']);
    expect(lines(kept)).toEqual(['in/b.identity.png']);
    expect(kept.stderr).toMatch(/in\/a\.identity\.png.*exists/);
    expectNumbers(byFastPng(left(replaced, 'in/a.identity.png')).data, numbers);
  });
});

describe('the same command gives the same bytes', () => {
  it.each(['npy', 'png'])('on any number of threads, %s', async (format) => {
    // Large enough that the pool is used.
    const [width, height] = [2000, 1500];
    const data = Buffer.from(wholeNumbers(width * height, 255));
    const large = await sharp(data, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png({ compressionLevel: 1 })
      .toBuffer();
    const files = { 'large.png': large, 'a.png': gray };
    const words = ['-k', 'gaussian:sigma=2', '-k', 'sobel-x', '--format', format, '--json', '--quiet'];
    const runs = [];
    for (const threads of ['1', '2', '2', '3']) {
      runs.push(await applied([...words, '--threads', threads, 'large.png', 'a.png'], { files }));
    }
    const used = runs.map((run) => lines(run).map((text) => JSON.parse(text).threads));
    expect(used.map(([first]) => first)).toEqual([1, 2, 2, 3]);
    expect(used.map((each) => each.at(-1))).toEqual([1, 1, 1, 1]);
    for (const path of fresh(runs[0]!)) {
      for (const run of runs.slice(1)) expect(left(run, path).equals(left(runs[0]!, path)), path).toBe(true);
    }
    expect(fresh(runs[0]!)).toHaveLength(4);
  });
});
