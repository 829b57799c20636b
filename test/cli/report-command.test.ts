// `compare --report` end to end: one page for each image, planned, refused and written like every other output.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { convtool, expectFailure, expectUntouched } from '../support/cli.js';

const files = {
  'img.png': readFileSync(new URL('../../samples/gray16.png', import.meta.url)),
  'other.png': readFileSync(new URL('../../samples/alpha.png', import.meta.url)),
  'k.html': '{"name": "k", "weights": [[1, 2, 1]]}',
};
const compare = (...args: readonly string[]) => convtool(['compare', '--no-picture', ...args], { files });

describe.concurrent('compare --report', () => {
  it('writes the page and names it among the outputs', async () => {
    const run = await compare('-k', 'sobel-x', '--json', '--report', 'out.html', 'img.png');
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(run.stdout.toString()).outputs).toEqual(['out.html']);
    expect(Object.keys(run.after).sort()).toEqual([...Object.keys(files), 'out.html'].sort());
    expect(run.after['out.html']).toMatch(/^<!doctype html>/);
    expect(run.after['out.html']).toContain('<title>sobel-x on img.png: no-flip and flip</title>');
    const plain = await compare('-k', 'sobel-x', '--report', 'out.html', 'img.png');
    expect(plain.stdout.toString()).toMatch(/\nout\.html\n$/);
    expect(plain.after['out.html']).toBe(run.after['out.html']);
  });

  it('has all kernels of a bank on one page', async () => {
    const run = await compare('-k', 'kirsch', '-k', 'dct:3', '--quiet', '--report', 'out.html', 'img.png');
    expect(run.status).toBe(0);
    expect(run.after['out.html']!.match(/<section class="kernel"/g)).toHaveLength(17);
  });

  it('takes a template, and makes its folders', async () => {
    const run = await compare(
      '-k',
      'sobel-x',
      '--report',
      'pages/{name}.{kernel}.html',
      'img.png',
      'other.png',
    );
    expect(run.status).toBe(0);
    expect(Object.keys(run.after)).toEqual(
      expect.arrayContaining(['pages/img.sobel-x.html', 'pages/other.sobel-x.html']),
    );
  });

  it.each([
    [['--report', 'img.png'], /^error: --report img\.png: expected a path that ends in \.html, found \.png$/],
    [['--report', '-'], /^error: --report -: expected a path that ends in \.html, found none$/],
    [
      ['--report', '{index}.html'],
      /^error: --report \{index\}\.html: expected fields among .*found \{index\}$/,
    ],
    [
      ['--report', 'a.html', 'other.png'],
      /^error: --report a\.html: cannot hold the pages of 2 images; .*\{name\}/,
    ],
    [
      ['--report', '{kernel}.html', 'other.png'],
      /^error: sobel-x\.html: would hold both the page of sobel-x of /,
    ],
    [
      ['-k', './k.html', '--report', 'k.html'],
      /^error: k\.html: is the same file as a kernel file of this run; /,
    ],
  ])('refuses %j before anything is done', async (args, message) => {
    expectFailure(await compare('-k', 'sobel-x', ...args, 'img.png'), 2, message);
  });

  it('writes nothing if the folder is missing, or in a dry run', async () => {
    const missing = await compare('-k', 'sobel-x', '--report', 'none/out.html', 'img.png');
    expectFailure(missing, 1, /^error: none\/out\.html: cannot be written: the folder none is not there; /);
    const dry = await compare('-k', 'sobel-x', '--dry-run', '--report', 'out.html', 'img.png');
    expect(dry.stdout.toString()).toBe('img.png → out.html\n');
    expectUntouched(dry);
  });
});
