// `convtool kernels show --format`, through the executable: what it writes is what --kernel takes, byte for byte.

import { readFileSync } from 'node:fs';
import npyjs from 'npyjs';
import { describe, expect, it } from 'vitest';
import { convtool, expectFailure, shell } from '../support/cli.js';

const example = (name: string) => readFileSync(new URL(`../../examples/${name}`, import.meta.url));

describe.concurrent('kernels show --format', () => {
  it.each([
    ['mat', '3 3 16 0\n1 2 1\n2 4 2\n1 2 1\n'],
    ['csv', '0.0625,0.125,0.0625\n0.125,0.25,0.125\n0.0625,0.125,0.0625\n'],
    ['imagemagick', '3x3+1+1: 0.0625,0.125,0.0625 0.125,0.25,0.125 0.0625,0.125,0.0625\n'],
  ])('%s', async (format, expected) => {
    const run = await convtool(['kernels', 'show', 'gaussian-3', '--format', format]);
    expect({ status: run.status, stdout: run.stdout.toString(), stderr: run.stderr }).toEqual({
      status: 0,
      stdout: expected,
      stderr: '',
    });
  });

  it('npy, read by an independent reader', async () => {
    const files = { 'layer.safetensors': example('layer.safetensors') };
    const run = await convtool(['kernels', 'show', 'layer.safetensors', '--format', 'npy'], { files });
    const bytes = Uint8Array.from(run.stdout);
    const { shape, dtype, fortranOrder } = await new npyjs().load(bytes.buffer);
    expect({ shape, dtype, fortranOrder }).toEqual({ shape: [4, 3, 3, 3], dtype: 'f8', fortranOrder: false });
  });

  it('reports losses on standard error', async () => {
    const kernel = '{"weights": [[1, 2]], "bias": 3, "anchor": [0, 0]}';
    const run = await convtool(['kernels', 'show', kernel, '--format', 'csv']);
    expect(run.stdout.toString()).toBe('1,2\n');
    expect(run.stderr).toBe(
      'note: --format csv: kernel: the bias 3 is lost\n' +
        'note: --format csv: kernel: the anchor [0, 0] is lost, the centre is [1, 0]\n',
    );
  });

  it('refuses a bank for formats of one kernel', async () => {
    const files = { 'kirsch.txt': example('kirsch.txt') };
    const run = await convtool(['kernels', 'show', 'kirsch.txt', '--format', 'mat'], { files });
    expectFailure(run, 2, /^error: kernel kirsch: expected one kernel, .*, found a bank of 8;/);
    expect(run.stdout).toHaveLength(0);
  });

  it.each(['json', 'npy', 'imagemagick'])('a bank exported as %s is read back unchanged', async (format) => {
    const files = { 'kirsch.txt': example('kirsch.txt') };
    const show = 'convtool kernels show';
    const run = await shell(
      `${show} kirsch.txt --format ${format} > ./k.bin && ${show} ./k.bin --format npy | cmp - <(${show} kirsch.txt --format npy)`,
      { files },
    );
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe.concurrent('apply with kernels of other formats', () => {
  const sample = readFileSync(new URL('../../samples/chart.png', import.meta.url));
  it.each([
    ['kirsch.txt', 8],
    ['unsharp.mat', 1],
    ['layer.safetensors#conv1.weight', 4],
    ['dot.png', 1],
  ])('%s', async (ref, maps) => {
    const name = ref.replace(/#.*/, '');
    const files = { 'img.png': sample, [name]: name === 'dot.png' ? sample : example(name) };
    const run = await convtool(['apply', '--kernel', ref, '--json', '--dry-run', 'img.png'], { files });
    expect(run.stderr).toBe('');
    expect(run.stdout.toString().trim().split('\n')).toHaveLength(maps);
  });

  it('a picture that is the kernel is never overwritten', async () => {
    const files = { 'img.png': sample, 'dot.png': sample };
    const run = await convtool(['apply', '--kernel', 'dot.png', '--out', 'dot.png', 'img.png'], { files });
    expectFailure(run, 2, /dot\.png: .*kernel file of this run/);
  });
});
