// `convtool apply` through the executable: the contents of pictures. Depths, maps, alpha, profiles, rotating, flipping
// and combining, each against numbers computed here; and the notes on losses on standard error.

import { describe, expect, it } from 'vitest';
import { applied, fresh, left } from '../support/apply-runs.js';
import * as made from '../support/made-pngs.js';
import { madeProfile } from '../support/made-profile.js';
import { expectNumbers, turned, wholeNumbers } from '../support/made-samples.js';
import { madeTiff } from '../support/made-tiffs.js';
import * as other from '../support/other-decoders.js';

const size = { width: 8, height: 4 };
const COUNT = size.width * size.height;
const bytes8 = wholeNumbers(COUNT, 255);
const words16 = wholeNumbers(COUNT, 65535);
/** Float pictures are white at 1. */
const units = wholeNumbers(COUNT, 4096).map((v) => v / 4096);
const FILES = {
  'a8.png': made.madePng({ ...size, bits: 8, colour: made.GRAY, numbers: bytes8 }),
  'a16.png': made.madePng({ ...size, bits: 16, colour: made.GRAY, numbers: words16 }),
  'af.tif': madeTiff({ ...size, channels: 1, bits: 32, float: true, photometric: 1, numbers: units }),
};

/** The samples of an output, by a decoder that fits its ending. */
function samples(bytes: Buffer, path: string): { depth: string; data: number[] } {
  if (path.endsWith('.npy')) return { depth: 'float', data: [...other.byNpyjs(bytes).data] };
  if (path.endsWith('.png')) {
    const { depth, data } = other.byFastPng(bytes);
    return { depth: String(depth), data: Array.from(data) };
  }
  const bits = other.tiffFields(bytes).get(258)![0]!;
  const raw = Uint8Array.from(other.byTiffFields(bytes)).buffer;
  const data = bits === 8 ? new Uint8Array(raw) : bits === 16 ? new Uint16Array(raw) : new Float32Array(raw);
  return { depth: bits === 32 ? 'float' : String(bits), data: Array.from(data) };
}

async function outcome(args: readonly string[], path: string) {
  const run = await applied([...args, '-o', path], { files: FILES });
  return { ...samples(left(run, path), path), stderr: run.stderr };
}

/** Of two integers as near, the even one. */
function rounded(v: number): number {
  const floor = Math.floor(v);
  return v - floor === 0.5 ? floor + (floor % 2) : Math.round(v);
}

describe.concurrent('depth', () => {
  const down = words16.map((v) => rounded((v * 255) / 65535));
  const cases: [input: string, words: string[], path: string, depth: string, data: number[]][] = [
    ['a8.png', [], 'x.png', '8', bytes8],
    ['a8.png', [], 'x.tif', '8', bytes8],
    ['a8.png', [], 'x.npy', 'float', bytes8],
    ['a8.png', ['--depth', '16'], 'x.png', '16', bytes8.map((v) => v * 257)],
    ['a8.png', ['--depth', '16'], 'x.tif', '16', bytes8.map((v) => v * 257)],
    ['a8.png', ['--depth', 'float'], 'x.tif', 'float', bytes8],
    ['a16.png', [], 'x.png', '16', words16],
    ['a16.png', [], 'x.tif', '16', words16],
    ['a16.png', [], 'x.npy', 'float', words16],
    ['a16.png', ['--depth', '8'], 'x.png', '8', down],
    ['a16.png', ['--depth', '8'], 'x.tif', '8', down],
    ['af.tif', [], 'x.tif', 'float', units],
    ['af.tif', [], 'x.npy', 'float', units],
    ['af.tif', [], 'x.png', '16', units.map((v) => rounded(v * 65535))],
    ['af.tif', ['--depth', '8'], 'x.png', '8', units.map((v) => rounded(v * 255))],
    ['af.tif', ['--depth', '16'], 'x.tif', '16', units.map((v) => rounded(v * 65535))],
  ];
  it.each(cases)('%s %j → %s of %s', async (input, words, path, depth, data) => {
    const found = await outcome(['-k', 'identity', ...words, input], path);
    expect(found.depth).toBe(depth);
    expectNumbers(found.data, data);
    const isScaled = input === 'af.tif' && depth !== 'float';
    if (isScaled) expect(found.stderr).toMatch(/^note: af\.tif: float samples: 1\.0 becomes \d+.*\n$/);
    else expect(found.stderr).toBe('');
  });

  it.each([
    'a8.png',
    'a16.png',
    'af.tif',
  ])('JPEG and WebP of %s have 8 bits, raw those of the input', async (input) => {
    const run = (path: string) => applied(['-k', 'identity', '-o', path, input], { files: FILES });
    const [jpeg, webp, raw] = await Promise.all([run('x.jpg'), run('x.webp'), run('x.raw')]);
    const bytes = left(jpeg, 'x.jpg');
    expect(bytes[bytes.indexOf(Buffer.from([0xff, 0xc0])) + 4]).toBe(8);
    expect(other.webpChunk(left(webp, 'x.webp'), 'VP8L')).toBeDefined();
    const perSample = { 'a8.png': 1, 'a16.png': 2, 'af.tif': 4 }[input]!;
    expect(left(raw, 'x.raw')).toHaveLength(COUNT * perSample);
  });
});

describe.concurrent('map and gain', () => {
  const clamp = (v: number) => Math.min(255, Math.max(0, v));
  const lost = /^note: a8\.png: .*[\d.]+ % .*--format npy/m;
  const [least, most] = [Math.min(...bytes8), Math.max(...bytes8)];
  const cases: [words: string[], of: (v: number) => number, note: RegExp | null][] = [
    [['-k', '[[-1]]', '--map', 'clamp'], () => 0, lost],
    [['-k', '[[-1]]', '--map', 'abs'], (v) => v, lost],
    [['-k', '[[-1]]', '--map', 'signed'], (v) => clamp(128 - v), lost],
    [['-k', '[[-1]]', '--map', 'signed', '--gain', '0.5'], (v) => rounded(128 - v / 2), null],
    [['-k', '[[-1]]', '--map', 'minmax'], (v) => rounded(((most - v) * 255) / (most - least)), null],
    [['-k', '[[-1]]', '--map', 'auto'], () => 0, lost],
    [['-k', '[[-1]]'], () => 0, lost],
    [['-k', '[[2]]'], (v) => clamp(2 * v), lost],
    [['-k', '[[2]]', '--gain', '0.5'], (v) => v, null],
    [['-k', '[[1]]', '--gain', '0.25'], (v) => rounded(v / 4), null],
    [['-k', '{"weights":[[1]],"bias":-100}'], (v) => clamp(v - 100), lost],
    [['-k', '{"weights":[[1]],"divisor":3}', '--map', 'clamp'], (v) => rounded(v / 3), null],
  ];
  it.each(cases)('%j', async (words, of, note) => {
    const { data, stderr } = await outcome([...words, 'a8.png'], 'x.png');
    expectNumbers(data, bytes8.map(of));
    if (note) expect(stderr).toMatch(note);
    else expect(stderr).toBe('');
  });

  const exact: [words: string[], of: (v: number) => number][] = [
    [['-k', '[[-1]]'], (v) => -v],
    [['-k', '[[-1000.5]]'], (v) => v * -1000.5],
    [['-k', '[[-1]]', '--gain', '3'], (v) => v * -3],
    [['-k', '[[-1]]', '--map', 'abs'], (v) => v],
    [['-k', '[[-1]]', '--map', 'clamp'], () => 0],
  ];
  it.each(exact)('%j to float', async (words, of) => {
    for (const path of ['x.npy', 'x.tif']) {
      const deep = path === 'x.tif' ? ['--depth', 'float'] : [];
      const { depth, data } = await outcome([...words, ...deep, 'a8.png'], path);
      expect(depth).toBe('float');
      expectNumbers(data, bytes8.map(of));
    }
  });

  it('--quiet prints nothing', async () => {
    expect((await outcome(['-k', '[[-1]]', '--quiet', 'a8.png'], 'x.png')).stderr).toBe('');
  });
});

describe.concurrent('kernels', () => {
  const column = (i: number) => i % size.width;
  const rightward = bytes8.map((v, i) => (column(i) < size.width - 1 ? bytes8[i + 1]! : v));
  const leftward = bytes8.map((v, i) => (column(i) > 0 ? bytes8[i - 1]! : v));
  it.each([
    [[], rightward],
    [['--no-flip'], rightward],
    [['--flip'], leftward],
    [['--no-flip', '--flip'], leftward],
    [['--flip', '--no-flip'], rightward],
  ])('[[0,0,1]] with %j', async (words, data) => {
    expectNumbers((await outcome(['-k', '[[0,0,1]]', ...words, 'a8.png'], 'x.png')).data, data);
  });

  it.each([
    'a8.png',
    'a16.png',
  ])('--combine rss of both Sobel kernels is the root of the sum of squares: %s', async (input) => {
    const [x, y, both] = await Promise.all(
      [['sobel-x'], ['sobel-y'], ['sobel-x', 'sobel-y']].map((names) => {
        const words = names.flatMap((name) => ['-k', name]);
        return outcome([...words, ...(names.length > 1 ? ['--combine', 'rss'] : []), input], 'x.npy');
      }),
    );
    const wanted = x!.data.map((v, i) => Math.fround(Math.sqrt(v * v + y!.data[i]! ** 2)));
    both!.data.forEach(
      (v, i) => void expect(Math.abs(v - wanted[i]!)).toBeLessThanOrEqual(wanted[i]! * 2 ** -23),
    );
  });
});

describe.concurrent('alpha, profiles, pages', () => {
  const rgba = wholeNumbers(COUNT * 4, 255);
  const profile = madeProfile('RGB', 3);
  const file = made.madePng({
    ...size,
    bits: 8,
    colour: made.RGBA,
    numbers: rgba,
    chunks: [made.iccp(profile)],
  });
  const run = (words: string[], files: Record<string, Uint8Array> = { 'c.png': file }) =>
    applied(['-k', '[[0.5]]', ...words, ...Object.keys(files)], { files });
  const half = rgba.map((v, i) => (i % 4 === 3 ? v : rounded(v / 2)));

  it('alpha is copied into PNG and TIFF, and dropped with a note for NPY and JPEG', async () => {
    const [png, tiff, npy, jpeg] = await Promise.all(
      ['png', 'tiff', 'npy', 'jpeg'].map((f) => run(['--format', f])),
    );
    const [path] = fresh(png!);
    expectNumbers(samples(left(png!, path!), path!).data, half);
    const bytes = left(tiff!, fresh(tiff!)[0]!);
    expect(other.tiffFields(bytes).get(338)).toEqual([2]);
    expectNumbers(other.byTiffFields(bytes), half);
    const { shape, data } = other.byNpyjs(left(npy!, fresh(npy!)[0]!));
    expect(shape).toEqual([size.height, size.width, 3]);
    expectNumbers(
      data,
      rgba.filter((_, i) => i % 4 < 3).map((v) => v / 2),
    );
    for (const quiet of [png!, tiff!]) expect(quiet.stderr).toBe('');
    expect(npy!.stderr).toMatch(/^note: c\.png: alpha is left out: npy holds responses only$/m);
    expect(jpeg!.stderr).toMatch(/^note: c\.png: alpha is left out: jpeg has none$/m);
  });

  it('the profile is copied to colour maps, byte for byte, and not to grey maps', async () => {
    const [png, tiff, webp, jpeg, gray] = await Promise.all(
      [['png'], ['tiff'], ['webp'], ['jpeg'], ['png', '--channels', 'gray']].map((words) =>
        run(['-o', 'x', '--quiet', '--format', ...words]),
      ),
    );
    expect(other.pngProfile(left(png!, 'x'))).toEqual(profile);
    expect(Buffer.from(other.tiffFields(left(tiff!, 'x')).get(34675)!)).toEqual(profile);
    expect(other.webpChunk(left(webp!, 'x'), 'ICCP')).toEqual(profile);
    expect(other.jpegProfile(left(jpeg!, 'x'))).toEqual(profile);
    expect(other.pngProfile(left(gray!, 'x'))).toBeUndefined();
    expect(made.pngHead(left(gray!, 'x'))).toMatchObject({ bits: 8, colour: made.GRAY_ALPHA });
  });

  it('orientation is applied and its tag dropped', async () => {
    const chunks = [made.exif(6)];
    const files = { 'o.png': made.madePng({ ...size, bits: 8, colour: made.GRAY, numbers: bytes8, chunks }) };
    const [png, tiff] = await Promise.all(['png', 'tiff'].map((f) => run(['--format', f, '-o', 'x'], files)));
    const want = turned({ ...size, data: bytes8 }, 1, 6);
    const found = other.byFastPng(left(png!, 'x'));
    expect(found).toMatchObject({ width: want.width, height: want.height });
    expectNumbers(
      found.data,
      want.data.map((v) => rounded(v / 2)),
    );
    expect(made.pngHead(left(png!, 'x')).types).not.toContain('eXIf');
    expect(other.tiffFields(left(tiff!, 'x')).get(274)).toBeUndefined();
  });

  it('notes on pages and CMYK are printed on standard error, but not with --quiet', async () => {
    const page = { ...size, channels: 4, bits: 8, photometric: 5, numbers: rgba } as const;
    const files = { 'p.tif': madeTiff([page, page]) };
    const [said, quiet] = await Promise.all([
      run(['-o', 'x.png'], files),
      run(['-o', 'x.png', '--quiet'], files),
    ]);
    expect(said.stderr).toMatch(/^note: p\.tif: .*first of 2 pages/m);
    expect(said.stderr).toMatch(/^note: p\.tif: .*CMYK.*sRGB/m);
    expect(quiet.stderr).toBe('');
    expect(made.pngHead(left(said, 'x.png'))).toMatchObject({ bits: 8, colour: made.RGB });
  });
});
