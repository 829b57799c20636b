// A run never overwrites what it reads: kernel files and the file behind standard input; and what --dry-run and
// --no-clobber report about missing and existing files.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { convtool, errorLines, expectFailure, shell } from '../support/cli.js';

const sample = new URL('../../samples/gray16.png', import.meta.url);
const files = {
  'img.png': readFileSync(sample),
  'k.json': '{"name": "k", "weights": [[1, 2, 1]]}',
  'bank.json': '{"name": "bank", "kernels": ["k.json", "sobel-x"]}',
};

describe.concurrent('outputs that are files of the run', () => {
  it.each([
    ['a kernel file', ['-k', './k.json', '-o', 'k.json', '--format', 'png', 'img.png']],
    [
      'a member of a bank',
      ['-k', './bank.json', '--combine', 'sum', '-o', 'k.json', '--format', 'npy', 'img.png'],
    ],
  ])('%s', async (_, args) => {
    const run = await convtool(['apply', ...args], { files });
    expectFailure(run, 2, /^error: k\.json: is the same file as a kernel file of this run; .*--out/);
  });

  it('the file behind standard input', async () => {
    const run = await shell('convtool apply -k sobel-x -o img.png - < img.png', { files });
    expectFailure(run, 2, /^error: img\.png: is the same file as standard input; .*--out/);
  });

  it('the file behind standard output', async () => {
    const run = await shell('convtool apply -k sobel-x -o - img.png >> img.png', { files });
    expectFailure(run, 2, /^error: -: is the same file as the input img\.png; .*--out/);
  });
});

describe.concurrent('missing and existing files', () => {
  it('a dry run names missing inputs and continues', async () => {
    const run = await convtool(['apply', '-k', 'identity', '--dry-run', 'none.png', 'img.png'], { files });
    expect(run.status).toBe(1);
    expect(run.stdout.toString()).toBe('img.png → img.identity.png\n');
    expect(errorLines(run)).toEqual(['error: none.png: cannot be read: no such file or folder']);
  });

  it('--no-clobber lists skipped outputs in JSON, also in a dry run', async () => {
    const there = { ...files, 'img.identity.png': 'old' };
    for (const dry of [[], ['--dry-run']]) {
      const run = await convtool(['apply', '-k', 'identity', '--no-clobber', '--json', ...dry, 'img.png'], {
        files: there,
      });
      expect(run.status).toBe(0);
      expect(JSON.parse(run.stdout.toString())).toMatchObject({
        input: 'img.png',
        output: 'img.identity.png',
        skipped: true,
      });
      expect(run.after['img.identity.png']).toBe('old');
    }
  });

  it('kernels written on the command line get unique names', async () => {
    const run = await convtool(['apply', '-k', '[[1]]', '-k', '[[2]]', '-k', '[[3]]', '--quiet', 'img.png'], {
      files,
    });
    expect(run.stdout.toString()).toBe('img.kernel.png\nimg.kernel-2.png\nimg.kernel-3.png\n');
  });

  it('a short call and a shipped kernel have separate files', async () => {
    const run = await convtool(['apply', '-k', 'gaussian:3', '-k', 'gaussian-3', 'img.png'], { files });
    expect(run.stdout.toString()).toBe('img.gaussian-sigma-3.png\nimg.gaussian-3.png\n');
  });
});
