// `--map auto`: which kernels are shown by magnitude and which are clamped, pictures compared with OpenCV and Pillow
// (fixtures/make_clamped.py), and the same rule on every code path.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../dist/codecs/registry.js';
import {
  automaticMap,
  correlate,
  loadKernel,
  loadKernels,
  mapResponses,
  type Samples,
} from '../../dist/index.js';
import { filter } from '../../dist/pipeline/filter.js';
import { optionsOf } from '../support/by-hand.js';
import { convtool } from '../support/cli.js';
import { byFastPng } from '../support/other-decoders.js';
import { randomImage } from '../support/random-run.js';

interface Case {
  readonly name: string;
  readonly kernel: object;
  readonly picture: number[][];
  readonly inside: number[][];
}

const fixture = new URL('../fixtures/clamped.json', import.meta.url);
const { picture, cases } = JSON.parse(readFileSync(fixture, 'utf8')) as {
  picture: number[][];
  cases: Case[];
};

/** Shipped kernels whose response to a constant image is not 0, by their coefficients; all others are gradients and such. */
const BRIGHT =
  /^(box|gaussian|identity|sharpen|emboss|relief|haar-mean|frei-chen-9|laws-l5l5|farid-\d-smooth)/;

describe('auto', () => {
  it.each(cases)('draws $name', async ({ kernel, picture: expected, inside }) => {
    const image: Samples = {
      width: picture[0]!.length,
      height: picture.length,
      channels: 1,
      depth: 8,
      hasAlpha: false,
      data: Uint8Array.from(picture.flat()),
    };
    const loaded = await loadKernel(JSON.stringify(kernel));
    const map = automaticMap([loaded]);
    const { data } = (await filter(image, loaded, optionsOf({}), { depth: 8, map, gain: 1 })).map;
    const compared = inside.flat();
    const kept = (values: ArrayLike<number>) => Array.from(values).filter((_, i) => compared[i] === 1);
    expect(kept(data)).toEqual(kept(expected.flat()));
  });

  it('is abs for shipped kernels that take differences, clamp for the others', async () => {
    const names = readdirSync(new URL('../../kernels/', import.meta.url)).map((file) =>
      file.replace('.json', ''),
    );
    for (const name of names) {
      for (const kernel of (await loadKernels(name)).kernels) {
        expect(automaticMap([kernel]), kernel.name).toBe(BRIGHT.test(kernel.name) ? 'clamp' : 'abs');
      }
    }
  });

  it.each([
    ['abs', 'log:sigma=2'],
    ['abs', 'log:sigma=0.6'],
    ['abs', 'dog:sigma1=1,sigma2=3'],
    ['abs', 'gabor:theta=45,lambda=8,sigma=4,dc=zero'],
    ['abs', 'gabor:theta=45,lambda=8,sigma=4,psi=90'],
    ['abs', 'highpass:sigma=2'],
    ['abs', 'laplacian-4'],
    // OpenCV's Gabor answers 1.45 times its value to a constant image.
    ['clamp', 'gabor:theta=45,lambda=8,sigma=4'],
    ['abs', '{"weights":[[1,-2,1]]}'],
    ['abs', '{"weights":[[0.1,0.2,-0.3]]}'],
    // As float32 holds them.
    ['abs', `{"weights":[[${[0.1, 0.2, 0.4, -0.7].map(Math.fround)}]]}`],
    ['abs', '{"weights":[[[1]],[[1]],[[-2]]]}'],
    ['abs', '{"weights":[[1,-1]],"divisor":-3}'],
    ['clamp', '{"weights":[[[1]],[[1]],[[-1]]]}'],
    ['clamp', '{"weights":[[1,-1]],"bias":1}'],
    ['clamp', '{"weights":[[-1,-1]]}'],
    ['clamp', '{"weights":[[1000,-999.9]]}'],
    ['clamp', 'unsharp:amount=1,sigma=2'],
    ['clamp', 'unsharp:amount=100,sigma=2'],
    ['clamp', 'motion:length=5,angle=30'],
  ])('is %s for %s', async (map, ref) => {
    expect(automaticMap([await loadKernel(ref)])).toBe(map);
  });

  it('is abs for all AC terms of a cosine transform, and for several kernels only where it is for all', async () => {
    const { kernels } = await loadKernels('dct:8');
    expect(kernels.filter((kernel) => automaticMap([kernel]) === 'clamp')).toEqual([kernels[0]]);
    expect(automaticMap(kernels.slice(1))).toBe('abs');
    expect(automaticMap(kernels)).toBe('clamp');
  });

  it('does not depend on the scale of weights', async () => {
    const number = fc.double({ min: -1, max: 1, noNaN: true }).map((v) => v + Math.sign(v) * 1e-3);
    const weights = fc.array(number, { minLength: 1, maxLength: 60 });
    const sobel = await loadKernel('sobel-x');
    const of = (values: readonly number[]) => ({ ...sobel, weights: Float64Array.from(values) });
    fc.assert(
      fc.property(weights, fc.double({ min: -12, max: 12, noNaN: true }), (some, exponent) => {
        const scaled = some.map((w) => w * 10 ** exponent);
        const centred = [...scaled, -scaled.reduce((sum, w) => sum + w, 0)];
        expect(automaticMap([of(centred)])).toBe('abs');
        expect(automaticMap([of(centred.map(Math.fround))])).toBe('abs');
        expect(automaticMap([of(centred.map(Math.abs))])).toBe(some.every((w) => w === 0) ? 'abs' : 'clamp');
      }),
    );
  });
});

describe('on the command line', () => {
  const png = async (image: Samples) => Buffer.concat(await encode(image, 'png', 'x'));
  const drawn = async (image: Samples, ref: string, map: 'abs' | 'clamp') =>
    Array.from(mapResponses(await correlate(image, await loadKernel(ref)), { depth: 8, map }).data);
  const small = randomImage(21, 13, 1, 8, 3);

  it('every picture of a bank follows its own kernel, in files, pages and a combined map', async () => {
    const files = { 'a.png': await png(small) };
    const bank = ['-k', 'sobel-x', '-k', 'sharpen', 'a.png'];
    const single = await convtool(['apply', '-o', '{kernel}.png', ...bank], { files });
    const values = (run: typeof single, path: string) =>
      Array.from(byFastPng(Buffer.from(run.after[path]!, 'latin1')).data);
    expect(values(single, 'sobel-x.png')).toEqual(await drawn(small, 'sobel-x', 'abs'));
    expect(values(single, 'sharpen.png')).toEqual(await drawn(small, 'sharpen', 'clamp'));
    const pages = await convtool(['apply', '--stack', '-o', 'x.tif', ...bank], { files });
    const tiff = Buffer.from(pages.after['x.tif']!, 'latin1');
    for (const page of [await drawn(small, 'sobel-x', 'abs'), await drawn(small, 'sharpen', 'clamp')])
      expect(tiff.includes(Buffer.from(page))).toBe(true);
    const combined = await convtool(['apply', '--combine', 'min', '-o', 'x.png', ...bank], { files });
    expect(values(combined, 'x.png')).toContain(0);
    expect(combined.stderr).toContain(', clamped; ');
  });

  it('small and large pictures follow it, too', async () => {
    const large = randomImage(2000, 1504, 1, 8, 4);
    const many = Object.fromEntries(
      await Promise.all(
        Array.from({ length: 16 }, async (_, i) => [`in/${i}.png`, await png(randomImage(9, 8, 1, 8, i))]),
      ),
    );
    const run = await convtool(['apply', '-k', 'sharpen', '-o', 'out/', 'in', 'large.png'], {
      files: { ...many, 'large.png': await png(large) },
    });
    const values = (path: string) => Array.from(byFastPng(Buffer.from(run.after[path]!, 'latin1')).data);
    expect(values('out/3.sharpen.png')).toEqual(await drawn(randomImage(9, 8, 1, 8, 3), 'sharpen', 'clamp'));
    const expected = Uint8Array.from(await drawn(large, 'sharpen', 'clamp'));
    expect(Buffer.compare(Uint8Array.from(values('out/large.sharpen.png')), expected)).toBe(0);
  });

  it.each([
    [
      'sharpen',
      [],
      /: sharpen: \d+\.\d % of responses were negative( or out of range)? \(−.* … .*\), clamped; --map signed --gain 0\.\d+ keeps signs, --format npy keeps exact values$/m,
    ],
    [
      'sobel-x',
      [],
      /: sobel-x: \d+\.\d % of responses were negative or out of range \(−.* … .*\), shown as magnitudes and clamped; --map signed --gain 0\.\d+ keeps signs, --map clamp sets negative ones to 0, --format npy keeps exact values$/m,
    ],
    [
      '{"weights":[[2]]}',
      [],
      /: kernel: \d+\.\d % of responses were out of range \(.* … .*\), clamped; --map clamp --gain 0\.5\d* fits them into the range, --format npy keeps exact values$/m,
    ],
    [
      'sobel-x',
      ['--map', 'signed'],
      /: sobel-x: \d+\.\d % of responses were out of range \(.*\), clamped; --map signed --gain 0\.\d+ fits them into the range, /,
    ],
    ['box-3', [], /^$/],
  ] as [string, string[], RegExp][])('notes for %s %j what was lost', async (ref, words, said) => {
    const files = { 'a.png': await png(small) };
    const run = await convtool(['apply', '-k', ref, ...words, '-o', 'x.png', 'a.png'], { files });
    expect(run.stderr).toMatch(said);
  });
});
