// Energy and phase of pairs compared with scikit-image and SciPy (fixtures/make_projection.py), and all maps of an
// image in one file: stacks read by other programs, sheets, and every wrong command line.

import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encode } from '../../dist/codecs/registry.js';
import type { Samples } from '../../dist/index.js';
import { convtool, expectFailure, type Run } from '../support/cli.js';
import { byFastPng, byNpyjs } from '../support/other-decoders.js';
import { randomImage } from '../support/random-run.js';

const { pairs } = JSON.parse(
  readFileSync(new URL('../fixtures/projection.json', import.meta.url), 'utf8'),
) as { pairs: Pair[] };

interface Pair {
  kernels: [string, string];
  options: string[];
  width: number;
  height: number;
  image: number[];
  energy: number[];
  phase: number[];
}

const png = async (image: Samples) => Buffer.concat(await encode(image, 'png', 'x'));
const files = {
  'img.png': await png(randomImage(21, 13, 1, 8, 5)),
  'rgb.png': await png(randomImage(9, 7, 3, 8, 6)),
  'alpha.png': await png({ ...randomImage(9, 7, 4, 8, 8), hasAlpha: true }),
};
const run = (line: string) => convtool(['apply', ...line.split(' ')], { files });
const file = ({ after }: Run, path: string) => Buffer.from(after[path]!, 'latin1');
const array = (ran: Run, path: string) => byNpyjs(file(ran, path));

describe.each(pairs)('$kernels', ({ kernels, options, width, height, image, energy, phase }) => {
  const of = async (...more: string[]) => {
    const data = Uint8Array.from(image);
    const input = await png({ width, height, channels: 1, depth: 8, hasAlpha: false, data });
    const args = [
      '-k',
      kernels[0],
      '-k',
      kernels[1],
      '--border',
      'symmetric',
      ...options,
      ...more,
      'img.png',
    ];
    return convtool(['apply', ...args], { files: { 'img.png': input } });
  };

  it('have the energy that other programs compute', async () => {
    const { data } = array(await of('--combine', 'energy', '-o', 'x.npy'), 'x.npy');
    energy.forEach((value, i) => {
      expect(Math.abs(data[i]! - value)).toBeLessThan(2e-3);
    });
  });

  it('have the phase that other programs compute, in radians and as brightness', async () => {
    const { data } = array(await of('--combine', 'phase', '-o', 'x.npy'), 'x.npy');
    const picture = byFastPng(file(await of('--combine', 'phase', '-o', 'x.png'), 'x.png')).data;
    phase.forEach((angle, i) => {
      // Where there is no energy there is no phase.
      const apart = 2 * energy[i]! * Math.abs(Math.sin((data[i]! - angle) / 2));
      expect(apart).toBeLessThan(2e-3);
      expect(Math.abs(picture[i]! - (128 + (127 * data[i]!) / Math.PI))).toBeLessThanOrEqual(0.501);
    });
  });
});

describe('pairs', () => {
  it('of a bank have one map each, with their common name', async () => {
    const ran = await run(
      '-k gabor-bank:orientations=2,scales=1,parts=pairs --combine energy -o out/ img.png',
    );
    const stem = 'out/img.gabor-l4';
    expect(ran.stdout.toString()).toBe(`${stem}-t0.energy.png\n${stem}-t90.energy.png\n`);
    expect(ran.stderr).toBe('');
  });

  it.each([
    [
      '-k sobel-x --combine phase img.png',
      /--combine phase: expected pairs .*, found 1 kernel; try gabor-bank:parts=/,
    ],
    ['-k kirsch -k sobel-x --combine energy img.png', /expected pairs .*found 9 kernels/],
    ['-k sobel-x -k sobel-y --combine phase --alpha filter alpha.png', /expected --alpha keep or drop/],
  ])('%s is refused', async (line, message) => {
    expectFailure(await run(line), 2, message);
  });

  it('of other sizes are refused', async () => {
    const ran = await run('-k sobel-x -k sobel-5-x --extent valid --combine phase img.png');
    expectFailure(ran, 1, /kernel sobel-5-x: expected a map of 19×11×1 as that of sobel-x.*found 17×9×1/);
  });
});

describe('--stack', () => {
  it.each(['img', 'rgb'])('of %s.png contains the same as the separate maps', async (name) => {
    const stacked = await run(`-k dct:2 --stack ${name}.png`);
    const path = `${name}.dct-n-2.stack.npy`;
    expect(stacked.stdout.toString()).toBe(`${path}\n`);
    const { shape, data } = array(stacked, path);
    const single = await run(`-k dct:2 --format npy ${name}.png`);
    const maps = ['0-0', '0-1', '1-0', '1-1'].map((k) => array(single, `${name}.dct-${k}.npy`));
    expect(shape).toEqual([4, ...maps[0]!.shape]);
    expect([...data]).toEqual(maps.flatMap((map) => [...map.data]));
  });

  it('as a TIFF has one page per map, in any depth, with alpha', async () => {
    const samples = (bytes: Buffer, page: number) =>
      sharp(bytes, { page }).raw({ depth: 'float' }).toBuffer();
    for (const depth of ['8', '16', 'float']) {
      const ran = await run(`-k dct:2 --stack --depth ${depth} -o x.tiff alpha.png`);
      const map = depth === 'float' ? '' : ' --map abs';
      const single = await run(`-k dct:2 --depth ${depth}${map} --format tiff alpha.png`);
      const stacked = file(ran, 'x.tiff');
      expect(await sharp(stacked).metadata()).toMatchObject({ pages: 4, channels: 4, hasAlpha: true });
      for (const [page, k] of ['0-0', '0-1', '1-0', '1-1'].entries()) {
        const own = await samples(file(single, `alpha.dct-${k}.tiff`), 0);
        expect((await samples(stacked, page)).equals(own), `page ${page}, ${depth}`).toBe(true);
      }
    }
  });

  it('of one page is the same file as without --stack', async () => {
    const one = await run('-k sobel-x --stack -o x.tiff img.png');
    const same = await run('-k sobel-x -o x.tiff img.png');
    expect(one.after['x.tiff']).toBe(same.after['x.tiff']);
  });

  it('of pairs has a map per pair, and names it', async () => {
    const ran = await run('-k dct:2 --combine phase --stack --json -o out/ img.png');
    const path = 'out/img.dct-n-2.phase.stack.npy';
    expect(array(ran, path).shape).toEqual([2, 13, 21]);
    expect(JSON.parse(ran.stdout.toString())).toMatchObject({
      ...{ output: path, kernel: 'phase(dct:n=2)', width: 21, height: 13, channels: 1 },
      maps: ['phase(dct:n=2-0-0, dct:n=2-0-1)', 'phase(dct:n=2-1-0, dct:n=2-1-1)'],
    });
  });

  it.each([
    [
      '-k dct:2 --stack -o x.png img.png',
      2,
      /--stack: expected npy or tiff, which hold several maps, found png/,
    ],
    ['-k dct:2 --stack --format raw img.png', 2, /--stack: expected npy or tiff.*found raw/],
    ['-k dct:2 --stack --sheet img.png', 2, /--stack.*cannot be used with.*--sheet/],
    [
      '-k sobel-x -k sobel-5-x --extent valid --stack img.png',
      1,
      /kernel sobel-5-x: expected a map of 19×11×1/,
    ],
  ])('%s is refused', async (line, status, message) => {
    expectFailure(await run(line), status, message);
  });

  it('has a plan for each map', async () => {
    const ran = await run('-k dct:2 --stack --explain-plan img.png');
    expect(ran.stdout.toString().match(/^img.png → /gm)).toHaveLength(4);
  });
});

describe('--sheet', () => {
  it('is one picture, the same in every run', async () => {
    const ran = await run('-k dct:2 --sheet rgb.png');
    expect(ran.stdout.toString()).toBe('rgb.dct-n-2.sheet.png\n');
    const again = await run('-k dct:2 --sheet --threads 1 rgb.png');
    expect(again.after['rgb.dct-n-2.sheet.png']).toBe(ran.after['rgb.dct-n-2.sheet.png']);
    const { channels, data, width } = byFastPng(file(ran, 'rgb.dct-n-2.sheet.png'));
    expect(channels).toBe(3);
    expect(width).toBeGreaterThan(400);
    // The mean of a patch is never negative: its map is white to red, others have blue, too.
    let blue = 0;
    for (let i = 0; i < data.length; i += 3) if (data[i]! < 60 && data[i + 2]! > 150) blue++;
    expect(blue).toBeGreaterThan(1000);
  });

  it.each([
    ['-k dct:2 --sheet --gain 2 img.png', /--sheet: --gain has no effect/],
    ['-k dct:2 --sheet --map abs img.png', /--sheet: --map has no effect/],
    ['-k dct:2 --sheet --depth 8 img.png', /--sheet: --depth has no effect/],
    ['-k dct:2 --sheet -o x.npy img.png', /--sheet: expected a picture format, found npy; use --stack/],
    ['-k dct:17 --sheet img.png', /--sheet: expected at most 256 maps, found 289/],
  ])('%s is refused', async (line, message) => {
    expectFailure(await run(line), 2, message);
  });
});
