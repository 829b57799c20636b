// Damaged and foreign pictures through the executable: each is one clear error, and the other pictures of the run are
// processed.

import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  convtool,
  errorLines,
  expectClear,
  expectFailure,
  expectUntouched,
  type Run,
  shell,
} from '../support/cli.js';
import { damagedPictures, goodPictures } from '../support/damaged.js';

const damaged = await damagedPictures();
const good = await goodPictures();
const named = (...files: string[]) => damaged.filter(({ file }) => files.includes(file));

/** An error that names its file first. */
function of(file: string, { source }: RegExp): RegExp {
  return new RegExp(`^error: ${file.replaceAll('.', '\\.')}: .*(${source})`);
}

it('there are many, with unique names', () => {
  expect(damaged.length).toBeGreaterThan(90);
  expect(new Set(damaged.map(({ file }) => file)).size).toBe(damaged.length);
});

describe('all damaged ones in one run', () => {
  let run: Run;
  beforeAll(async () => {
    const files = Object.fromEntries(damaged.map(({ file, bytes }, i) => [`d${i}/${file}`, bytes]));
    run = await convtool(['apply', '-k', 'identity', ...Object.keys(files)], { files });
  });

  it('end with status 1 and a line each, and leave nothing behind', () => {
    expect({ status: run.status, stdout: run.stdout.toString() }).toEqual({ status: 1, stdout: '' });
    expect(errorLines(run)).toHaveLength(damaged.length);
    expectUntouched(run);
  });

  it.each(damaged.map((picture, i) => ({ ...picture, i })))('$file', ({ file, expect: message, i }) => {
    expectClear(errorLines(run)[i]!, of(`d${i}/${file}`, message));
  });
});

describe.concurrent('one alone', () => {
  it.each(damaged.filter((_, i) => i % 8 === 0))('$file', async ({ file, bytes, expect: message }) => {
    const run = await convtool(['apply', '-k', 'identity', file], { files: { [file]: bytes } });
    expectFailure(run, 1, of(file, message));
    expect(run.stdout).toHaveLength(0);
  });

  it.each(Object.keys(good))('but undamaged: %s', async (file) => {
    const files = { [file]: good[file]! };
    const run = await convtool(['apply', '-k', 'identity', '-o', 'out.png', file], { files });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const kind = file === 'gray16.png' ? 'grey16' : 'srgb';
    const depth = file === 'gray16.png' ? 'ushort' : 'uchar';
    const raw = (bytes: Buffer) => sharp(bytes).toColourspace(kind).raw({ depth }).toBuffer();
    expect((await raw(Buffer.from(run.after['out.png']!, 'latin1'))).equals(await raw(good[file]!))).toBe(
      true,
    );
  });
});

describe.concurrent('ten good and ten damaged pictures in turn', () => {
  const ten = damaged.filter((_, i) => i % 9 === 4).slice(0, 10);
  const goodTen = Object.keys(good).slice(0, 10);
  const files = { ...good, ...Object.fromEntries(ten.map(({ file, bytes }) => [file, bytes])) };
  const inputs = ten.flatMap(({ file }, i) => [file, goodTen[i]!]);
  const outputs = goodTen.map((file) => `out/${file.replace(/\.\w+$/, '')}.identity.png`);
  const args = ['apply', '-k', 'identity', '-o', 'out/', ...inputs];

  it('processes the ten good ones and names the others, in order', async () => {
    const run = await convtool(args, { files });
    expect(run.status).toBe(1);
    expect(run.stdout.toString()).toBe(outputs.map((path) => `${path}\n`).join(''));
    const errors = errorLines(run);
    expect(errors).toHaveLength(10);
    for (const [i, { file, expect: message }] of ten.entries()) expectClear(errors[i]!, of(file, message));
    const made = Object.keys(run.after).filter((path) => !(path in run.before));
    expect(made.sort()).toEqual(['out', ...outputs].sort());
    for (const path of outputs) {
      const { width, height } = await sharp(Buffer.from(run.after[path]!, 'latin1')).metadata();
      expect([width, height]).toEqual([96, 64]);
    }
  });

  it('prints one object for each with --json, errors too', async () => {
    const run = await convtool([...args, '--json'], { files });
    expect(run.status).toBe(1);
    const lines = run.stdout.toString().trimEnd().split('\n');
    expect(lines).toHaveLength(20);
    for (const [i, line] of lines.entries()) {
      const result = JSON.parse(line) as { input: string; error?: string; output?: string };
      expect(result.input).toBe(inputs[i]);
      if (i % 2 === 1) expect(result).toMatchObject({ output: outputs[i >> 1], width: 96, height: 64 });
      else {
        expect(Object.keys(result)).toEqual(['input', 'error']);
        expect(`error: ${result.error}`).toBe(errorLines(run)[i / 2]);
      }
    }
  });

  it('--dry-run and --explain-plan write nothing', async () => {
    for (const option of ['--dry-run', '--explain-plan'])
      expectUntouched(await convtool([...args, option], { files }));
  });
});

describe.concurrent('--fail-on', () => {
  // What libvips can decode of a damaged picture on request; the default is always to refuse it.
  it.each([
    ['none', 'cut-0.6-rgb.png', 0],
    ['none', 'cut-0.6-baseline.jpg', 0],
    ['none', 'no-end-marker.jpg', 0],
    ['none', 'flipped-in-idat.png', 0],
    ['none', 'cut-0.6-still.gif', 0],
    ['none', 'bad-crc-in-ihdr.png', 0],
    ['truncated', 'bad-crc-in-ihdr.png', 0],
    ['truncated', 'strips-too-short.tiff', 0],
    ['truncated', 'cut-strip.tiff', 0],
    ['error', 'cut-strip.tiff', 1],
    ['truncated', 'cut-0.6-baseline.jpg', 1],
    ['truncated', 'cut-0.6-still.gif', 1],
    ['error', 'strips-too-short.tiff', 1],
    ['error', 'cut-0.6-rgb.png', 1],
    ['warning', 'bad-crc-in-ihdr.png', 1],
    ['none', 'cut-0.6-lossy.webp', 1],
    ['none', 'text.png', 1],
    ['none', 'bomb.png', 1],
  ] as const)('%s: %s gives %i', async (level, file, status) => {
    const [picture] = named(file);
    const files = { [file]: picture!.bytes };
    const run = await convtool(['apply', '-k', 'identity', '-o', 'out.png', '--fail-on', level, file], {
      files,
    });
    if (status === 1) return expectFailure(run, 1, of(file, /./));
    expect({ status: run.status, errors: errorLines(run) }).toEqual({ status: 0, errors: [] });
    expect((await sharp(Buffer.from(run.after['out.png']!, 'latin1')).metadata()).format).toBe('png');
  });
});

describe.concurrent('--fail-on none is advised', () => {
  const refused = async (file: string) => {
    const files = { [file]: named(file)[0]!.bytes };
    return { files, run: await convtool(['apply', '-k', 'identity', file], { files }) };
  };

  it.each([
    'bad-crc-in-idat.png',
    'zlib-with-good-crc.png',
    'cut-0.3-progressive.jpg',
    'no-end-marker.jpg',
    'markers-in-scan.jpg',
    'bad-deflate.tiff',
    'cut-strip.tiff',
    'strips-too-short.tiff',
    'cut-0.3-still.gif',
  ])('for %s, which it reads', async (file) => {
    const { files, run } = await refused(file);
    expectFailure(run, 1, /(cannot be decoded: .* may read|is damaged: .*; --fail-on none reads) it anyway/);
    const read = await convtool(['apply', '-k', 'identity', '--fail-on', 'none', '--quiet', file], { files });
    expect({ status: read.status, stderr: read.stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    'header-only.jpg',
    'no-quantization.jpg',
    'bad-lzw.gif',
    'flipped.webp',
  ])('not for %s, which it does not read', async (file) => {
    const { run } = await refused(file);
    expect(run.status).toBe(1);
    expect(run.stderr).not.toContain('--fail-on');
  });
});

describe.concurrent('limits', () => {
  const files = { 'a.png': good['rgb.png']! };
  it.each([
    [
      ['--limit-pixels', '6143'],
      /^error: a\.png: expected at most 6143 pixels, found 96×64 = 6144; --limit-pixels 6144 allows it$/,
    ],
    [['--limit-file', '100'], /^error: a\.png: expected at most 100 bytes, found \d+ bytes; .*--limit-file/],
    [
      ['--extent', 'full', '--limit-pixels', '6144'],
      /^error: a\.png: .*at most 6144 pixels, .*--limit-pixels/,
    ],
  ] as const)('%j', async (options, message) => {
    expectFailure(await convtool(['apply', '-k', 'box:3', ...options, 'a.png'], { files }), 1, message);
  });

  it.each([
    ['bomb.jpg', [], /found 65500×65500×3 samples in 12870750000 bytes; cut the picture into parts$/],
    [
      'a.png',
      ['--extent', 'full', '--dilation', '99999'],
      /kernel box:size=3: .* found 200094×200062×3 samples in 120093\d+ bytes; cut the image into parts, or/,
    ],
  ] as const)('of Node are named where options allow more: %s', async (file, options, message) => {
    const bytes = file === 'a.png' ? files['a.png'] : named(file)[0]!.bytes;
    const args = ['apply', '-k', 'box:3', '--limit-pixels', '9007199254740991', ...options, file];
    const run = await convtool(args, { files: { [file]: bytes } });
    expectFailure(run, 1, message);
    expect(run.stderr).toMatch(/at most 4294967296 bytes, the limit of an array in Node/);
  });

  it('of Node are reported with the file', async () => {
    // Sparse, and gone before the files are looked at.
    const line =
      'truncate -s 5G a.png; convtool apply -k box:3 --limit-file 9999999999 a.png; e=$?; rm a.png; exit $e';
    const run = await shell(line);
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(
      /^error: a\.png: expected at most 4294967295 bytes, the limit of an array in Node, found 5368709120 bytes\n$/,
    );
  });

  it('that are reached exactly are accepted', async () => {
    const options = [
      '--limit-pixels',
      '6144',
      '--limit-file',
      String(good['rgb.png']!.length),
      '--limit-kernel',
      '9',
    ];
    expect((await convtool(['apply', '-k', 'box:3', ...options, 'a.png'], { files })).status).toBe(0);
  });
});
