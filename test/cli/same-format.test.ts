// --format same and --in-place: which format inputs keep, which options they exclude, and that a failing run leaves
// inputs unchanged. Arrays pass through pipes bit for bit.

import { symlinkSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../dist/cli/options/apply-options.js';
import { checkKeepFormat, checkReplaced } from '../../dist/cli/paths/in-place.js';
import { decode } from '../../dist/codecs/decode/decode.js';
import { encode, type FormatName } from '../../dist/codecs/registry.js';
import { correlate, loadKernel } from '../../dist/index.js';
import { convtool, shell } from '../support/cli.js';
import { samplesOf } from '../support/made-samples.js';
import { apng } from '../support/picture-bytes.js';

const picture = samplesOf({ width: 23, height: 17, channels: 3, depth: 8, hasAlpha: false }, 3);
const fileOf = async (format: FormatName, samples = picture) =>
  Buffer.concat(await encode(samples, format, 'x'));
const files = {
  'a.png': await fileOf('png'),
  'b.jpg': await fileOf('jpeg'),
  'c.ppm': await fileOf('ppm'),
  'd.webp': await fileOf('webp'),
  'e.gif': await sharp(await fileOf('png'))
    .gif()
    .toBuffer(),
  'wrong.png': await fileOf('tiff'),
};

describe('incompatible options', () => {
  const part = { name: 'box', label: 'box', kernels: [], combine: null, automaticMap: 'clamp' } as Part;
  const words = { clobber: true, layout: 'hwc', inPlace: true } as const;
  it.each([
    [{ out: 'o/' }, /--in-place: cannot be combined with --out/],
    [{ format: 'png' }, /cannot be combined with --format png/],
    [{ sheet: true }, /cannot be combined with --sheet/],
    [{ stack: true }, /--stack: expected --format npy or tiff/],
    [{ clobber: false }, /cannot be combined with --no-clobber/],
    [{ resume: true }, /cannot be combined with --resume/],
    [{ layout: 'chw' }, /cannot be combined with --layout chw/],
    [
      { inPlace: false, format: 'same', out: 'x.jpg' },
      /--format same: contradicts the ending of --out x\.jpg/,
    ],
    [{ inPlace: false, format: 'same', stack: true }, /--stack/],
  ] as const)('%o', (more, message) => {
    expect(() => checkKeepFormat({ ...words, ...more }, [part], ['a.png'])).toThrow(message);
  });

  it('several kernels, and standard input', () => {
    expect(() => checkKeepFormat(words, [part, part], ['a.png'])).toThrow(
      /one output per input, found 2 kernels/,
    );
    expect(() => checkKeepFormat(words, [part], ['-'])).toThrow(
      /cannot be combined with -: standard input cannot be replaced/,
    );
    expect(() => checkKeepFormat({ ...words, format: 'same' }, [part], ['a.png'])).not.toThrow();
    expect(() => checkKeepFormat({ ...words, inPlace: false }, [part, part], ['-'])).not.toThrow();
    expect(() => checkReplaced(['package.json', './package.json'], new Set())).toThrow(
      /is the same file as package\.json/,
    );
  });
});

describe.concurrent('apply', () => {
  it('--format same writes each format as it is, by content, and reports formats it cannot write', async () => {
    const run = await convtool(
      ['apply', '-k', 'identity', '--format', 'same', '-o', 'out/', ...Object.keys(files)],
      { files },
    );
    expect(run.status).toBe(1);
    const written = [
      'a.identity.png',
      'b.identity.jpg',
      'c.identity.ppm',
      'd.identity.webp',
      'wrong.identity.tiff',
    ];
    expect(run.stdout.toString().split('\n').filter(Boolean)).toEqual(written.map((name) => `out/${name}`));
    expect(run.stderr).toMatch(
      /^error: e\.gif: is a GIF file, a format that can be read but not written; choose another format/m,
    );
    for (const name of written) {
      const { format } = await decode({ bytes: Buffer.from(run.after[`out/${name}`]!, 'latin1') }, name, {
        failOn: 'warning',
        limitPixels: 1e6,
      });
      expect(name).toContain(
        { png: '.png', jpeg: '.jpg', pnm: '.ppm', webp: '.webp', tiff: '.tiff' }[format as 'png'],
      );
    }
  });

  it('--in-place replaces inputs, also the target of a link, and nothing else', async () => {
    const prepare = (folder: string) => symlinkSync('b.jpg', `${folder}/link.jpg`);
    const run = await convtool(['apply', '-k', 'box-3', '--in-place', 'a.png', 'link.jpg', 'c.ppm'], {
      files,
      prepare,
    });
    expect([run.status, run.stdout.toString()]).toEqual([0, 'a.png\nlink.jpg\nc.ppm\n']);
    expect(Object.keys(run.after)).toEqual(Object.keys(run.before));
    const changed = Object.keys(run.after).filter((name) => run.after[name] !== run.before[name]);
    expect(changed.sort()).toEqual(['a.png', 'b.jpg', 'c.ppm']);
    const bytes = Buffer.from(run.after['c.ppm']!, 'latin1');
    const { samples } = await decode({ bytes }, 'c', { failOn: 'warning', limitPixels: 1e6 });
    const map = await correlate(picture, await loadKernel('box-3'));
    expect(samples.data.every((v, i) => Math.abs(v - map.data[i]!) <= 0.5)).toBe(true);
  });

  it('--in-place leaves files that fail, or contain several pictures, unchanged', async () => {
    const two = Buffer.concat([files['c.ppm'], files['c.ppm']]);
    // Two frames, of which the second is not read.
    const moving = apng(files['a.png'], 2);
    const all = {
      'cut.png': files['a.png'].subarray(0, 200),
      'two.ppm': two,
      'moving.png': moving,
      'e.gif': files['e.gif'],
      'a.png': files['a.png'],
    };
    const run = await convtool(['apply', '-k', 'box-3', '--in-place', ...Object.keys(all)], { files: all });
    expect([run.status, run.stdout.toString()]).toEqual([1, 'a.png\n']);
    for (const name of ['two.ppm', 'moving.png'])
      expect(run.stderr).toContain(
        `error: ${name}: holds more than the picture that is read, and --in-place would remove the rest; use --out\n`,
      );
    for (const name of ['cut.png', 'two.ppm', 'moving.png', 'e.gif'])
      expect(run.after[name]).toBe(run.before[name]);
  });

  it('--in-place with two names of one file does nothing', async () => {
    const prepare = (folder: string) => symlinkSync('b.jpg', `${folder}/link.jpg`);
    const run = await convtool(['apply', '-k', 'box-3', '--in-place', 'b.jpg', 'link.jpg'], {
      files,
      prepare,
    });
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/^error: link\.jpg: is the same file as b\.jpg; name each file once/);
    expect(run.after).toEqual(run.before);
  });
});

it.each([
  'npy',
  'pfm',
] as const)('%s through pipes has the same bits as both steps in memory', async (format) => {
  const gabor = 'gabor:theta=30,lambda=5,sigma=2';
  const command = `convtool apply -k ${gabor} --format ${format} -o - a.png | convtool apply -k laplacian-8 -o y.${format} -`;
  const run = await shell(command, { files });
  expect([run.status, run.stderr]).toEqual([0, '']);
  const first = await correlate(picture, await loadKernel(gabor));
  const second = await correlate({ ...first, hasAlpha: false }, await loadKernel('laplacian-8'));
  const expected = await encode({ ...second, hasAlpha: false }, format, 'y');
  expect(Buffer.from(run.after[`y.${format}`]!, 'latin1').equals(Buffer.concat(expected))).toBe(true);
});

it('--format same of standard input is detected from its first bytes', async () => {
  const command =
    'cat b.jpg | convtool apply -k identity --format same - > y; convtool apply -k identity --format same - < c.ppm > z';
  const run = await shell(command, { files });
  expect(run.after.y!.slice(0, 2)).toBe('\xff\xd8');
  expect(run.after.z).toBe(run.before['c.ppm']);
});
