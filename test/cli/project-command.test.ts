// `convtool project` and `reconstruct` through the executable: what they write and print, and every wrong command line
// and file.

import { describe, expect, it } from 'vitest';
import { encode } from '../../dist/codecs/registry.js';
import type { Samples } from '../../dist/index.js';
import {
  convtool,
  errorLines,
  expectClear,
  expectFailure,
  expectUntouched,
  type Run,
  type Setting,
} from '../support/cli.js';
import { byFastPng, byNpyjs } from '../support/other-decoders.js';
import { randomImage } from '../support/random-run.js';

const png = async (image: Samples) => Buffer.concat(await encode(image, 'png', 'x'));
const pictures = {
  'img.png': await png(randomImage(21, 13, 1, 8, 5)),
  'rgb.png': await png(randomImage(9, 7, 3, 8, 6)),
  'deep.png': await png(randomImage(10, 8, 1, 16, 7)),
  'alpha.png': await png({ ...randomImage(9, 7, 4, 8, 8), hasAlpha: true }),
};
const files = {
  ...pictures,
  'own.json': '{"name": "own", "kernels": [[[1, 1]], [[1, -1]]]}',
};
const text = ({ stdout }: Run) => stdout.toString('utf8');
const words = (line: string) => line.split(' ').filter((word) => word !== '');
const run = (line: string, setting: Setting = {}) => convtool(words(line), { files, ...setting });

const projected = new Map<string, Promise<Run>>();

/**
 * Both commands one after the other, in folders of the same files; what was projected before is not projected again.
 */
async function both(
  project: string,
  reconstruct: string,
  change?: (files: Run['after']) => Setting['files'],
): Promise<Run> {
  const running = projected.get(project) ?? run(`project ${project}`);
  projected.set(project, running);
  const first = await running;
  expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: first.stderr });
  const all = Object.entries(first.after).map(([path, bytes]) => [path, Buffer.from(bytes, 'latin1')]);
  return run(`reconstruct ${reconstruct}`, {
    files: { ...Object.fromEntries(all), ...change?.(first.after) },
  });
}

const json = (run: Run) =>
  text(run)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const file = ({ after }: Run, path: string) => Buffer.from(after[path]!, 'latin1');

const small: Samples = {
  ...{ width: 4, height: 2, channels: 1, depth: 8, hasAlpha: false },
  data: Uint8Array.of(8, 0, 4, 4, 0, 0, 4, 4),
};

describe('project', () => {
  it('describes the bank and the distribution of the energy', async () => {
    const ran = await run('project --bank hadamard:2 small.png', {
      files: { 'small.png': await png(small) },
    });
    expect(ran.stderr).toBe('');
    expect(text(ran)).toBe(`hadamard:n=2 over small.png
  4 kernels in patches of 2×2, stride 2,2: 2×1 patches
  8 coefficients for 8 samples
  orthonormal, A = B = 1: patches keep their energy, and the kernels are their own inverse

  map  kernel            share of the energy
    1  hadamard:n=2-0-0               62.5 %
    2  hadamard:n=2-0-1               12.5 %
    3  hadamard:n=2-1-0               12.5 %
    4  hadamard:n=2-1-1               12.5 %

  99 % of the energy is in 5 coefficients, 62.5 % of all
  Hoyer sparseness 0.3867 (0: all equal, 1: all energy in one coefficient); 37.5 % are 0

small.hadamard-n-2.npy
small.hadamard-n-2.json
`);
    const { shape, data } = byNpyjs(file(ran, 'small.hadamard-n-2.npy'));
    expect({ shape, data: [...data] }).toEqual({ shape: [4, 1, 2], data: [4, 8, 4, 0, 4, 0, 4, 0] });
  });

  it('writes a description of everything needed', async () => {
    const ran = await run(
      'project --bank own.json -b dct:2 --stride 2,1 --border constant:9 rgb.png -o out/',
    );
    expect(byNpyjs(file(ran, 'out/rgb.own-dct-n-2.npy')).shape).toEqual([3, 6, 7, 5]);
    const { bank, ...rest } = JSON.parse(ran.after['out/rgb.own-dct-n-2.json']!);
    expect(rest).toEqual({
      format: 'convtool projection 1',
      software: expect.stringMatching(/^convtool \d/),
      coefficients: 'rgb.own-dct-n-2.npy',
      ...{ stride: [2, 1], border: 'constant:9', image: 'rgb.png', width: 9, height: 7 },
      ...{ channels: 3, depth: 8, channel: 'each' },
    });
    expect(bank).toMatchObject({ name: 'own+dct:n=2', kernels: [{ name: 'own' }, 'dct:2'] });
  });

  it('prints one object per image with --json, and writes nothing with --no-write', async () => {
    const ran = await run('project -b dct:8 --stride 4 --no-write --json --quiet img.png alpha.png none.png');
    expect(ran.status).toBe(1);
    expect(ran.after).toEqual(ran.before);
    const [first, second, third] = json(ran);
    expect(first).toMatchObject({
      ...{
        input: 'img.png',
        bank: 'dct:n=8',
        kernels: 64,
        patch: [8, 8],
        stride: [4, 4],
        rows: 4,
        columns: 6,
      },
      ...{ channels: 1, coefficients: 1536, outputs: [] },
    });
    expect(first.frame).toMatchObject({ kind: 'tight', redundancy: 4 });
    expect(first.frame.condition).toBeCloseTo(1, 9);
    expect(first.energy).toHaveLength(64);
    expect(first.energy.reduce((sum: number, { share }: { share: number }) => sum + share, 0)).toBeCloseTo(
      1,
      9,
    );
    expect(second).toMatchObject({ input: 'alpha.png', channels: 3 });
    expect(third).toEqual({ input: 'none.png', error: expect.stringContaining('no such file') });
  });

  it.each([
    ['project img.png', /--bank: expected a bank, found none; try --bank dct:8$/],
    ['project -b dct:0 img.png', /dct:0/],
    ['project -b dct:4 --border renormalize img.png', /--border: expected a border that fills samples/],
    ['project -b emboss img.png --out x.png', /--out x.png: expected an ending for --format npy, found .png/],
    ['project -b dct:4 --out - img.png', /cannot take two files; name a file/],
    ['project -b dct:4 --no-write --out x.npy img.png', /has nothing to write: --no-write is given/],
    ['project -b dct:4 img.png rgb.png -o x.npy', /x.npy: would hold both the coefficients of img.png and/],
    ['project -b {"weights":[[1]],"bias":3} img.png', /expected a kernel without bias.*found a bias of 3/],
    ['project -b [[[1]],[[2]]] img.png', /expected one plane of weights.*found 2 planes/],
    ['project -b pca:4 -', /--bank pca:n=4: is learned from images that are read twice/],
    ['project -b pca:20 img.png', /--bank pca:20: expected pca:n or .* from 1 to 16, found pca:20/],
    ['project -b pca:16 img.png', /bank pca:n=16: expected images of more than 16×16 samples/],
    ['project -b dct:4 --stride 0 img.png', /--stride.*expected x or x,y/],
    ['project -b own.json img.png -o own.npy', /own.json: is the same file as a kernel file of this run/],
  ])('%s is refused', async (line, message) => {
    expectFailure(await run(line), 2, message);
  });

  it.each([
    ['project -b dct:4 --channels g img.png', /img.png: expected a colour image, for --channels g/],
    ['project -b dct:4 own.json', /own.json: /],
  ])('%s fails for that image', async (line, message) => {
    expectFailure(await run(line), 1, message);
  });

  it('lists what it would do', async () => {
    const ran = await run('project -b dct:4 --dry-run img.png');
    expect(text(ran)).toBe('img.png → img.dct-n-4.npy\nimg.png → img.dct-n-4.json\n');
    expect(ran.after).toEqual(ran.before);
    expectFailure(await run('project -b dct:4 --dry-run none.png'), 1, /none.png: cannot be read/);
  });
});

describe('reconstruct', () => {
  it.each([
    ['dct:8', 'img.png'],
    ['hadamard:4 --border wrap', 'rgb.png'],
    ['dct:3 --stride 2 --border constant:300', 'deep.png'],
    ['dct:4 --channels gray', 'img.png'],
    ['own.json --stride 1,1', 'img.png'],
    ['pca:3', 'rgb.png'],
    ['[[1,1]] -b [[1,-1]] -b [[2,1]]', 'img.png'],
  ])('reconstructs a projection on %s: %s', async (bank, image) => {
    const ran = await both(`-b ${bank} -o c.npy ${image}`, `--compare ${image} c.json`);
    expect(ran.stderr).toBe('');
    expect(text(ran)).toMatch(/^c.reconstructed.png\n {2}from all [\d,]+ coefficients, in \d+ steps?\n/);
    expect(text(ran)).toContain(`the same as ${image} in every sample`);
    expect(byFastPng(file(ran, 'c.reconstructed.png')).data).toEqual(
      byFastPng(pictures[image as keyof typeof pictures]).data,
    );
  });

  it('keeps the requested responses, and prints the error', async () => {
    const ran = await both('-b dct:8 img.png', '--keep 3 --compare img.png --json img.dct-n-8.json');
    const [first] = json(ran);
    expect(first).toMatchObject({ coefficients: 18, of: 384, steps: 1, settled: true, channels: 1 });
    expect(first.maps).toHaveLength(3);
    const written = byFastPng(file(ran, 'img.dct-n-8.reconstructed.png')).data;
    const original = byFastPng(pictures['img.png']).data;
    let squares = 0;
    for (let i = 0; i < written.length; i++) squares += (written[i]! - original[i]!) ** 2;
    const mse = squares / written.length;
    expect(first.psnr).toBeCloseTo(10 * Math.log10(255 ** 2 / mse), 9);
  });

  it('writes floats unchanged, also to a pipe', async () => {
    const ran = await both('-b dct:8 rgb.png', '--format npy --out - rgb.dct-n-8.json');
    const { shape, data } = byNpyjs(ran.stdout);
    expect(shape).toEqual([7, 9, 3]);
    const original = byFastPng(pictures['rgb.png']).data;
    expect(Math.max(...Array.from(original, (value: number, i) => Math.abs(value - data[i]!)))).toBeLessThan(
      1e-4,
    );
    expect(ran.stderr).toMatch(/^note: rgb.dct-n-8.json: from all/);
  });

  it('reports what a bank has lost', async () => {
    const ran = await both(
      '-b laplacian-4 --stride 1 --border wrap img.png',
      '--steps 2 img.laplacian-4.json',
    );
    expect(ran.status).toBe(0);
    expect(ran.stderr).toMatch(/^note: img.laplacian-4.json: did not converge in 2 steps: /);
  });

  // Each is a file of its own, all of them in one run.
  const changes: [change: Record<string, unknown>, message: RegExp][] = [
    [{ format: 'x' }, /format: expected "convtool projection 1", found "x"/],
    [{ stride: undefined }, /stride: expected two whole numbers of at least 1, found no such key/],
    [{ widht: 3 }, /widht: unknown key; did you mean width\?/],
    [{ width: 99 }, /dct-n-4.npy: header, shape: expected \(16, 4, 25\).*found \(16, 4, 6\)/],
    [{ bank: 'dct:3' }, /shape: expected \(9, 4, 6\)/],
    [{ bank: 'dtc:4' }, /bank: .*dtc/],
    [{ border: 'mirror' }, /border: expected a border that project accepts, found "mirror"/],
    [{ coefficients: '../img.npy' }, /coefficients: expected the name of a file in the same/],
    [{ coefficients: 'no.npy' }, /no.npy: cannot be read/],
    [{ width: 2e9, height: 2e9 }, /expected an image of at most/],
    [{ coefficients: 'short.npy' }, /short.npy: byte 128: expected 1536 bytes.*found 1532/],
    [{ coefficients: 'empty.npy' }, /empty.npy: byte 0: expected an NPY file/],
    [{ coefficients: 'nan.npy' }, /nan.npy: number 2: expected finite numbers within float32, found NaN/],
  ];

  it('refuses invalid descriptions and coefficients', async () => {
    const change = (after: Run['after']) => {
      const npy = Buffer.from(after['img.dct-n-4.npy']!, 'latin1');
      const nan = Buffer.from(npy);
      nan.writeFloatLE(Number.NaN, 128 + 8);
      const description = JSON.parse(after['img.dct-n-4.json']!);
      const changed = changes.map(([edit], i) => [`d${i}.json`, JSON.stringify({ ...description, ...edit })]);
      const arrays = { 'short.npy': npy.subarray(0, -4), 'empty.npy': Buffer.alloc(0), 'nan.npy': nan };
      return { ...arrays, ...Object.fromEntries(changed) };
    };
    const ran = await both('-b dct:4 img.png', changes.map((_, i) => `d${i}.json`).join(' '), change);
    expect(ran.status).toBe(1);
    const lines = errorLines(ran);
    expect(lines).toHaveLength(changes.length);
    changes.forEach(([, message], i) => {
      expectClear(lines[i]!, message);
    });
    expectUntouched(ran);
  });

  it.each([
    ['--keep 0 img.dct-n-4.json', 2, /--keep.*expected a number of maps, as 10, or a share/],
    ['--keep 101% img.dct-n-4.json', 2, /--keep/],
    ['- ', 2, /description: expected a file/],
    ['-o img.png img.dct-n-4.json --compare img.png', 2, /img.png: is an input of this run/],
    ['--depth 16 -o x.jpg img.dct-n-4.json', 2, /--depth 16: expected 8 for jpeg/],
    [
      'img.dct-n-4.npy',
      1,
      /expected a description, found coefficients; pass the JSON file that was written with them/,
    ],
    ['own.json', 1, /own.json: format: expected "convtool projection 1", found no such key/],
    [
      '--compare rgb.png img.dct-n-4.json',
      1,
      /rgb.png: expected 21×13×1, 8 bits, as the projected image, found 9×7×3/,
    ],
  ])('%s is refused', async (line, status, message) => {
    expectFailure(await both('-b dct:4 img.png', line), status, message);
  });

  it('continues after an image that fails', async () => {
    const ran = await both('-b dct:4 img.png', 'none.json img.dct-n-4.json');
    expect(ran.status).toBe(1);
    expect(errorLines(ran)).toHaveLength(1);
    expect(Object.keys(ran.after)).toContain('img.dct-n-4.reconstructed.png');
  });
});
