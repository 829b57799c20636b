// A bank with `convtool apply`: kernels that run together write the same outputs as each alone, one that fails does not
// stop the others, and --explain-plan lists what runs together.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { applied, apply, fresh, left, lines } from '../support/apply-runs.js';
import { errorLines } from '../support/cli.js';

const NAMES = ['lighthouse.png', 'alpha.png', 'gray16.png', 'chart.png'];
const samples = Object.fromEntries(
  NAMES.map((name) => [name, readFileSync(fileURLToPath(new URL(`../../samples/${name}`, import.meta.url)))]),
);

/** Direct in several lanes, separable, running sums, transforms; with and without negative weights. */
const dense = (size: number) =>
  JSON.stringify({
    name: `dense-${size}`,
    weights: Array.from({ length: size }, (_, y) =>
      Array.from({ length: size }, (_, x) => Math.sin(1 + 3 * x + x * y) / 8),
    ),
  });
const BANK = [
  'sobel-x',
  'sobel-y',
  'laplacian-8',
  'gaussian:sigma=2',
  'gaussian:sigma=5',
  'box:size=9',
  'box:size=21',
  dense(5),
  dense(21),
  'sharpen',
];

/** Those whose weights do not sum to 0, as weighing by coverage needs. */
const SUMMING = BANK.filter((ref) => !/sobel|laplacian/.test(ref));

function kernels(refs: readonly string[]): string[] {
  return refs.flatMap((ref) => ['-k', ref]);
}

describe.concurrent('a bank writes the same outputs as its kernels alone', () => {
  it.each([
    [[], BANK],
    [['--format', 'npy'], BANK],
    [['--linear'], BANK],
    [['--alpha', 'premultiply', '--border', 'wrap'], SUMMING],
    [['--map', 'minmax', '--channels', 'gray'], BANK],
    [['--extent', 'full', '--stride', '2', '--alpha', 'filter', '--threads', '1'], BANK],
    [['--map', 'signed', '--depth', '16', '--border', 'renormalize'], SUMMING],
  ])('%j', async (words, bank) => {
    const options = ['--quiet', ...words];
    const setting = { files: samples };
    const together = await applied([...kernels(bank), ...options, '--json', '--', ...NAMES], setting);
    const printed = lines(together).map((line) => JSON.parse(line));
    expect(printed.map(({ input }) => input)).toEqual(NAMES.flatMap((name) => bank.map(() => name)));
    for (const { ms } of printed) expect(ms.run).toBeGreaterThanOrEqual(0);
    const alone = await Promise.all(
      bank.map((ref) => applied([...kernels([ref]), ...options, '--', ...NAMES], setting)),
    );
    expect(fresh(together)).toEqual(alone.flatMap(fresh).sort());
    for (const run of alone) {
      for (const path of fresh(run)) expect(left(together, path).equals(left(run, path)), path).toBe(true);
    }
  });
});

describe.concurrent('one kernel or output that fails does not stop the others', () => {
  it('a kernel that does not fit the image is named', async () => {
    const planes = '{"name": "planes", "weights": [[[1]], [[1]]]}';
    const run = await apply([...kernels(['sobel-x', planes, 'sobel-y']), '--quiet', 'chart.png'], {
      files: samples,
    });
    expect(run.status).toBe(1);
    expect(errorLines(run)).toEqual([
      expect.stringMatching(/^error: chart\.png: kernel planes: expected 2 channels/),
    ]);
    expect(lines(run)).toEqual(['chart.sobel-x.png', 'chart.sobel-y.png']);
  });

  it('an output that cannot be replaced is named', async () => {
    const run = await apply([...kernels(['sobel-x', 'sobel-y', 'laplacian-8']), '--quiet', 'chart.png'], {
      files: { ...samples, 'chart.sobel-y.png/in.txt': 'a folder stands there' },
    });
    expect(run.status).toBe(1);
    expect(errorLines(run)).toEqual([
      expect.stringMatching(/^error: chart\.sobel-y\.png: expected a regular/),
    ]);
    expect(lines(run)).toEqual(['chart.sobel-x.png', 'chart.laplacian-8.png']);
  });

  it('--no-clobber keeps existing outputs, and the others are the same as without it', async () => {
    const files = { ...samples, 'chart.sobel-y.png': 'mine' };
    const refs = kernels(['sobel-x', 'sobel-y', 'laplacian-8']);
    const kept = await applied([...refs, '--quiet', '--no-clobber', 'chart.png'], { files });
    const all = await applied([...refs, '--quiet', 'chart.png'], { files });
    expect(lines(kept)).toEqual(['chart.sobel-x.png', 'chart.laplacian-8.png']);
    expect(left(kept, 'chart.sobel-y.png').toString()).toBe('mine');
    for (const path of fresh(kept)) expect(left(kept, path).equals(left(all, path)), path).toBe(true);
  });

  it('more maps than are held in memory at once are all written', async () => {
    // 24 of 5 megabytes each; half of the memory holds maps.
    const large = await sharp({ create: { width: 2500, height: 2000, channels: 3, background: '#777' } })
      .toColourspace('b-w')
      .png({ compressionLevel: 1 })
      .toBuffer();
    const refs = Array.from({ length: 24 }, (_, i) => `[[0,${i + 1}],[-1,0]]`);
    const words = [...kernels(refs), '--quiet', '--json', '-o', '{index}.{ext}', '--format', 'raw'];
    const run = await applied([...words, '--memory', '100M', '--depth', '8', 'large.png'], {
      files: { 'large.png': large },
    });
    expect(fresh(run)).toHaveLength(refs.length);
    expect(new Set(lines(run).map((line) => JSON.parse(line).max)).size).toBe(refs.length);
  });
});

describe.concurrent('--explain-plan', () => {
  it('prints what runs together', async () => {
    const run = await applied(['--explain-plan', ...kernels(['sobel-x', 'sobel-y', 'box:9']), 'chart.png'], {
      files: samples,
    });
    const plans = run.stdout.toString().split('\n\n');
    expect(plans[0]).toMatch(/^chart\.png → chart\.sobel-x\.png\n/);
    expect(plans[0]).toMatch(/^ {2}together +with sobel-y: each tile is read once for all$/m);
    expect(plans[1]).toMatch(/^ {2}together +with sobel-x: /m);
    expect(plans[2]).not.toMatch(/together/);
    expect(plans[2]).toMatch(/^ {2}method +running-sums, the cheapest that is exact$/m);
    expect(plans[2]).toMatch(
      /^ {2}fft +[\d.]+ {2}rank 1: rows of \d+, columns of \d+: it rounds, and direct sums are exact$/m,
    );
  });

  it('prints the request and the error bound', async () => {
    const run = await applied(['--explain-plan', '--method', 'fft', '-k', 'gaussian:3', 'chart.png'], {
      files: samples,
    });
    expect(run.stdout.toString()).toMatch(/^ {2}method +fft, as requested$/m);
    expect(run.stdout.toString()).toMatch(/^ {2}error +responses within 0\.\d+ of the exact values/m);
    const slow = await applied(['--explain-plan', '--method', 'reference', '-k', 'box:3', 'chart.png'], {
      files: samples,
    });
    expect(slow.stdout.toString()).toMatch(/^ {2}error +none, this method is the definition$/m);
  });

  it('lists the taps as the kernel is applied', async () => {
    const kernel = '{"name":"k","weights":[[0,1.5],[-2,0]],"divisor":2}';
    const run = await applied(
      ['--explain-plan', '--json', '--flip', '--dilation', '3,1', '-k', kernel, 'chart.png'],
      { files: samples },
    );
    // Rotated by 180° the anchor [1, 1] is [0, 0]; the divisor is in the weights.
    expect(JSON.parse(lines(run)[0]!).taps).toEqual([
      { x: 3, y: 0, plane: 0, weight: -1 },
      { x: 0, y: 1, plane: 0, weight: 0.75 },
    ]);
  });

  it('accepts every method by name, and refuses it where it is impossible', async () => {
    for (const method of ['auto', 'direct', 'separable', 'running-sums', 'fft', 'reference']) {
      const run = await applied(
        ['--explain-plan', '--json', '--method', method, '-k', 'box:9', 'chart.png'],
        {
          files: samples,
        },
      );
      expect(JSON.parse(lines(run)[0]!).method).toBe(method === 'auto' ? 'running-sums' : method);
    }
    const run = await apply(['--method', 'running-sums', '-k', 'sobel-x', 'chart.png'], { files: samples });
    expect(run.status).toBe(1);
    expect(errorLines(run)[0]).toMatch(/--method running-sums: it is not a rectangle of equal weights/);
  });
});
