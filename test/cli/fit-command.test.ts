// `convtool fit` through the executable: what it prints and writes, and that the fitted kernels filter like the kernels
// that made the pictures.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { loadKernel } from '../../dist/index.js';
import { convtool, convtoolIn, expectFailure, filesOf, inFolder } from '../support/cli.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const gray = (value: (x: number, y: number) => number, width = 32, height = 24) =>
  sharp(
    Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
    {
      raw: { width, height, channels: 1 },
    },
  )
    .toColourspace('b-w')
    .png()
    .toBuffer();
const files = {
  'img.png': readFileSync(join(root, 'samples/chart.png')),
  'photo.png': readFileSync(join(root, 'samples/lighthouse.png')),
  'deep.png': readFileSync(join(root, 'samples/gray16.png')),
  'flat.png': await gray(() => 90),
  'small.png': await gray((x, y) => (x * 31 + y * y * 7) % 256),
  'k.json': '{"weights": [[1]]}',
};

/** Runs command lines one after the other in one folder, each with standard input if given; all must end well. */
async function inTurn(lines: readonly (string | [line: string, stdin: Uint8Array])[]) {
  return inFolder({ files: { ...files, 'k/in.txt': 'a folder' } }, async (folder) => {
    const runs = [];
    for (const one of lines) {
      const [line, stdin] = typeof one === 'string' ? [one] : one;
      const run = await convtoolIn(folder, line.split(' '), stdin && { stdin });
      expect(run.status, run.stderr).toBe(0);
      runs.push({ ...run, stdout: run.stdout.toString() });
    }
    return { runs, last: runs.at(-1)!, after: filesOf(folder) };
  });
}

describe('convtool fit', () => {
  it('finds the kernel of a map and writes it as a file that makes the same map', async () => {
    const { runs, after } = await inTurn([
      'apply -k emboss --map abs -o after.png photo.png',
      'fit --before photo.png --after after.png --size 3 -o found.json',
      'apply -k ./found.json --map clamp -o again.png photo.png',
      'apply -k emboss --map clamp -o clamped.png photo.png',
    ]);
    // The signs of responses are lost by --map abs: something is left over.
    expect(after['again.png'] === after['clamped.png']).toBe(false);
    expect(runs[1]!.stderr).toContain('exceeds the rounding error');
  });

  it('describes the kernel', async () => {
    const { runs, last, after } = await inTurn([
      'apply -k sobel-x --map clamp -o a.png photo.png',
      'fit --before photo.png --after a.png --size 5 -o k/../x.json',
    ]);
    expect(runs[0]!.stdout).toBe('a.png\n');
    expect(last.stdout).toMatch(
      /^5×5 from photo\.png to a\.png, by correlation, least-squares\n\n( +0){5}\n +0 +-1 +0 +1 +0\n +0 +-2 +0 +2 +0\n +0 +-1 +0 +1 +0\n( +0){5}\n\n {2}this is {3}sobel-x, to within 0\n {2}weights {3}exact up to rounding of sums: the residual is 0\n {2}residual {2}0 RMS; rounding to 8 bits alone leaves 0\.289; R² 1\.0000\n {2}condition \d+\n {2}samples {3}\d\d\d,\d\d\d\n {2}left out {2}\d\d\d,\d\d\d \(\d\d\.\d %\) .*\n$/,
    );
    expect(last.stderr).toMatch(/note: k\/\.\.\/x\.json: written/);
    const written = JSON.parse(after['x.json']!);
    expect(written).toMatchObject({ name: 'x', divisor: 1, bias: 0, anchor: [2, 2] });
    expect(written.weights[2]).toEqual([0, -2, 0, 2, 0]);
    expect(written.description).toBe('Turns photo.png into a.png by correlation; weights are exact.');
  });

  it('finds a random 7×7 of a photograph to 1e-3 from 8 bits, and convolution by --flip', async () => {
    const kernel = 'random:seed=5,size=7,mean=zero';
    const { last, after } = await inTurn([
      `apply -k ${kernel} --flip --map signed --gain 0.5 -o a.png photo.png`,
      'fit --before photo.png --after a.png --map signed --gain 0.5 --size 7 --flip --json -o k.json',
    ]);
    const facts = JSON.parse(last.stdout);
    const { weights } = await loadKernel(kernel);
    const off = Math.max(...facts.weights.flat().map((w: number, i: number) => Math.abs(w - weights[i]!)));
    expect(off).toBeLessThan(1e-3);
    expect(off).toBeLessThan(3 * facts.roundingError);
    expect(facts).toMatchObject({
      before: 'photo.png',
      after: 'a.png',
      method: 'least-squares',
      flip: true,
      output: 'k.json',
      determined: true,
      width: 7,
      height: 7,
      anchor: [3, 3],
      unknowns: 49,
      rank: 49,
      everyRow: 1,
      alike: null,
    });
    expect(facts.residual.rounding).toBeCloseTo(2 / Math.sqrt(12), 12);
    expect(facts.equations + facts.clipped).toBe((640 - 6) * (427 - 6) * 3);
    expect(JSON.parse(after['k.json']!).weights).toEqual(facts.weights);
  });

  it('names a Gaussian of a generator, prints the kernel alone, and reads standard input', async () => {
    const how = '--before - --after a.png --size 7';
    const { runs, last } = await inTurn([
      'apply -k gaussian:sigma=0.8 -o a.png photo.png',
      [`fit ${how}`, files['photo.png']],
      [`fit ${how} -o -`, files['photo.png']],
    ]);
    expect(runs[1]!.stdout).toMatch(/this is {3}gaussian:sigma=0\.8, to within 0\.000/);
    expect(JSON.parse(last.stdout)).toMatchObject({ name: 'fitted', anchor: [3, 3] });
  });

  it('notes a residual that exceeds the rounding error', async () => {
    const { last } = await inTurn([
      'apply -k gaussian:sigma=2 -o a.png photo.png',
      'fit --before photo.png --after a.png --size 3',
    ]);
    expect(last.stderr).toMatch(
      /note: photo\.png → a\.png: the residual \(.*\) exceeds the rounding error \(0\.289\)/,
    );
    expect(last.stdout).toMatch(/; ± [\d.e-]+ if rounding were the only error/);
  });

  it('runs gradient descent, prints its loss, and reports if it has not converged', async () => {
    const made = 'apply -k gaussian-3 -o a.png img.png';
    const how = 'fit --before img.png --after a.png --size 3 --method sgd';
    const { runs } = await inTurn([
      ...[made, how, `${how} --steps 2 --quiet`, `${how} --json --seed 7`],
      `${how} --steps 2`,
    ]);
    const [, whole, few, json, loud] = runs;
    expect(whole!.stderr).toMatch(
      /^note: fit: step 1 of 60: mean squared residual \d+\n(note: fit: step \d+ of 60: .*\n){10}/,
    );
    expect(few!.stderr).toBe('');
    expect(json!.stderr).toMatch(/^note: fit: step 1 of 60/);
    expect(whole!.stdout).toMatch(
      /by correlation, sgd\n[\s\S]*this is {3}gaussian-3, [\s\S]*descent {3}60 steps over [\d,]+ samples; differs from least squares by up to \S+ \(converged/,
    );
    expect(few!.stdout).toMatch(/descent {3}2 steps/);
    const facts = JSON.parse(json!.stdout);
    expect(facts).toMatchObject({ method: 'sgd', determined: true });
    expect(facts.descent.losses).toHaveLength(60);
    expect(loud!.stderr).toContain('the descent has not converged: it differs from least squares by up to');
  });

  it('explains why a pair determines no kernel, as text and as JSON', async () => {
    const args = ['fit', '--before', 'flat.png', '--after', 'small.png', '--size', '5,3'];
    expectFailure(
      await convtool(args, { files }),
      1,
      /^error: flat\.png → small\.png: the images do not determine a 5×3 kernel: rank 1 of 15 unknowns; the image before is flat, so that only the sum of all weights is determined; use images with more detail, or a smaller --size$/,
    );
    const run = await convtool([...args, '--json'], { files });
    const facts = JSON.parse(run.stdout.toString());
    expect(facts).toMatchObject({ determined: false, rank: 1, unknowns: 15, before: 'flat.png' });
    expect(facts.free).toHaveLength(14);
    expect(facts.error).toContain('do not determine');
  });
});

describe.concurrent('convtool fit refuses', () => {
  it.each<[string, number, RegExp]>([
    ['', 2, /required option '--before <image>' not specified/],
    ['--before img.png', 2, /required option '--after <image>' not specified/],
    ['--before img.png --after img.png', 2, /required option '--size <w\[,h\]>' not specified/],
    ['--before img.png --after img.png --size 0', 2, /expected x or x,y: whole numbers from 1/],
    ['--before img.png --after img.png --size 22', 2, /--size: expected .* at most 441 weights.*found 22×22/],
    ['--before img.png --after img.png --size 3 --gain 0', 2, /expected a number other than 0/],
    [
      '--before img.png --after img.png --size 3 --map abs',
      2,
      /--map abs: the signs of the responses are lost/,
    ],
    ['--before img.png --after img.png --size 3 --map minmax', 2, /expected one of clamp, signed, abs/],
    [
      '--before img.png --after img.png --size 3 --border renormalize',
      2,
      /--border renormalize: .*omit --border/,
    ],
    ['--before img.png --after img.png --size 3 --border mirror', 2, /libraries mean different things/],
    ['--before img.png --after img.png --size 3 --steps 0', 2, /expected a whole number from 1/],
    [
      '--before img.png --after img.png --size 3 --seed -1',
      2,
      /expected a whole number from 0 to 4294967295/,
    ],
    ['--before img.png --after img.png --size 3 --method adam', 2, /expected one of least-squares, sgd/],
    ['--before - --after - --size 3', 2, /--after -: standard input is already read for --before/],
    [
      '--before img.png --after img.png --size 3 -o k.png',
      2,
      /--out: expected a path that ends in \.json, found k\.png/,
    ],
    ['--before img.png --after img.png --size 3 -o - --json', 2, /cannot both go to standard output/],
    ['--before img.png --after k.json --size 3 -o k.json', 2, /k\.json: is an input of this run/],
    ['--before img.png --after k.json --size 3', 1, /k\.json: /],
    ['--before img.png --after none.png --size 3', 1, /none\.png: cannot be read: no such file/],
    [
      '--before img.png --after small.png --size 3',
      1,
      /small\.png: expected 256×256, the map of img\.png.*found 32×24/,
    ],
    ['--before photo.png --after img.png --size 3', 1, /img\.png: expected 640×427/],
    ['--before small.png --after small.png --size 3 --channels r extra', 2, /too many arguments/],
    [
      '--before small.png --after small.png --size 3 --channels a',
      1,
      /small\.png: --channels a: expected a channel a, found 1 channel/,
    ],
    [
      '--before small.png --after small.png --size 3 -o no/k.json',
      1,
      /no\/k\.json: cannot be written: the folder no is not there/,
    ],
  ])('fit %s', async (line, status, message) => {
    expectFailure(await convtool(['fit', ...line.split(' ').filter(Boolean)], { files }), status, message);
  });
});
