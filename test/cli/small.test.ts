// Many small PNGs: each picture is one job of a worker, with the same output as in a run of its own, and unusual files are
// made on the main thread. Both keep the guarantees about files.

import { spawn } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it, test } from 'vitest';
import { runPictureTask } from '../../dist/cli/batch/one-worker.js';
import type { PictureTask } from '../../dist/cli/batch/picture-job.js';
import type { ApplyOptions } from '../../dist/cli/options/apply-options.js';
import { encode } from '../../dist/codecs/registry.js';
import { loadKernel } from '../../dist/index.js';
import { identityOf } from '../../dist/io/read-file.js';
import { statOf } from '../../dist/io/stat.js';
import { DEFAULT_CONVOLUTION_OPTIONS } from '../../dist/plan/convolution-options.js';
import { apply, lines } from '../support/apply-runs.js';
import { convtoolIn, EXECUTABLE, errorLines, inFolder } from '../support/cli.js';
import { LOOKS, pictureOf } from '../support/made-contents.js';
import * as made from '../support/made-pngs.js';
import { madeProfile } from '../support/made-profile.js';
import { byFastPng } from '../support/other-decoders.js';
import { smallPng } from '../support/picture-bytes.js';

const shapes = [
  { width: 60, height: 40, channels: 3, depth: 8 },
  { width: 31, height: 17, channels: 1, depth: 16 },
  { width: 25, height: 50, channels: 4, depth: 8 },
  { width: 400, height: 700, channels: 3, depth: 8 },
  { width: 9, height: 5, channels: 2, depth: 16 },
  { width: 1, height: 1, channels: 1, depth: 8 },
] as const;
const plain = await Promise.all(
  shapes.map(async (shape, i) => {
    const picture = pictureOf(shape, LOOKS, 11, i);
    const facts = i % 2 ? { gamma: 1 / 2.2, resolution: [2835, 5000] as const } : {};
    return Buffer.concat(await encode({ ...picture, ...facts }, 'png', 'a.png'));
  }),
);
const rgb = { width: 7, height: 3, bits: 8, colour: made.RGB, numbers: Array(63).fill(77) } as const;
const odd: readonly Buffer[] = [
  made.madePng({
    ...rgb,
    colour: made.PALETTE,
    numbers: Array(21).fill(0),
    chunks: made.palette([1, 2, 3]),
  }),
  made.madePng({ ...rgb, chunks: [made.iccp(madeProfile('RGB', 3))] }),
  await sharp(plain[0]).jpeg().toBuffer(),
  plain[0]!.subarray(0, -40),
  Buffer.from(plain[3]!.map((byte, i) => (i === 5000 ? byte ^ 1 : byte))),
  Buffer.from('no picture'),
];
/** Many of each sort, those that are plain in majority. */
const files = Object.fromEntries(
  Array.from({ length: 24 }, (_, i) => {
    const bytes = i % 4 === 3 ? odd[(i >> 2) % odd.length]! : plain[i % plain.length]!;
    return [`in/${String(i).padStart(2, '0')}.png`, bytes];
  }),
);

describe.concurrent('a run over many', () => {
  it.each([
    ['-k sobel-x -k sobel-y --combine rss --depth 16'],
    ['-k box-3 --channels gray --extent full --stride 2,3 --map minmax --compression small'],
    ['-k emboss --alpha drop --gain 0.5 --threads 1 --map signed --flip --border wrap --json'],
  ])('%s: each output and message is the same as in a run of its own', async (options) => {
    const args = [...options.split(' '), '-o', 'out/'];
    const all = await apply([...args, 'in'], { files });
    expect(all.status).toBe(1);
    // So few images are not jobs of one worker each.
    const paths = Object.keys(files);
    const parts = [paths.slice(0, 12), paths.slice(12)];
    const some = await Promise.all(parts.map((part) => apply([...args, ...part], { files })));
    const outputs = some.flatMap(({ after }) =>
      Object.entries(after).filter(([path]) => /^out\//.test(path)),
    );
    expect(outputs.length).toBe(21);
    for (const [path, bytes] of outputs) expect(all.after[path] === bytes, path).toBe(true);
    expect(lines(all).map(withoutTimes)).toEqual(some.flatMap((run) => lines(run).map(withoutTimes)));
    expect(errorLines(all)).toEqual(some.flatMap((run) => errorLines(run)));
    expect(Object.keys(all.after).filter((path) => path.includes('tmp'))).toEqual([]);
  });

  it('--resume and --no-clobber process nothing twice', async () => {
    const pictures = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`in/${i}.png`, plain[i % 3]!]));
    await inFolder({ files: pictures }, async (folder) => {
      const run = async (...args: string[]) => {
        const { status, stdout } = await convtoolIn(folder, ['apply', '-k', 'box-3', '--quiet', ...args]);
        expect(status).toBe(0);
        return stdout.toString();
      };
      expect((await run('--resume', '-o', 'out/', 'in')).split('\n')).toHaveLength(21);
      expect(await run('--resume', '-o', 'out/', 'in')).toBe('');
      rmSync(join(folder, 'out/7.box-3.png'));
      expect(await run('--resume', '-o', 'out/', 'in')).toBe('out/7.box-3.png\n');
      rmSync(join(folder, 'out/9.box-3.png'));
      expect(await run('--no-clobber', '-o', 'out/', 'in')).toBe('out/9.box-3.png\n');
    });
  });

  it('a signal leaves complete outputs only', async () => {
    const picture = await smallPng(512, 512);
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`in/${i}.png`, picture]));
    await inFolder({ files: many }, async (folder) => {
      mkdirSync(join(folder, 'out'));
      const args = [EXECUTABLE, 'apply', '-k', 'sobel-x', '--quiet', '-o', 'out/', 'in'];
      const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.once('data', () => setTimeout(() => child.kill('SIGTERM'), 20));
      await new Promise((resolve) => child.once('close', resolve));
      const names = readdirSync(join(folder, 'out'));
      expect(names.filter((name) => !/^\d+\.sobel-x\.png$/.test(name))).toEqual([]);
      for (const name of names) {
        // Not by sharp: libvips has one error buffer, also for the runs of other tests in this process.
        expect(byFastPng(readFileSync(join(folder, 'out', name))).width).toBe(512);
      }
    });
  });
});

function withoutTimes(line: string): string {
  return line.replace(/"ms":\{[^}]*\}/, '').replace(/"threads":\d+/, '');
}

describe('one picture', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'convtool-small-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const kernel = await loadKernel('box-3');
  const part = {
    name: 'box-3',
    label: 'box-3',
    kernels: [kernel],
    combine: null,
    automaticMap: 'clamp',
  } as const;
  const options = {
    ...{ ...DEFAULT_CONVOLUTION_OPTIONS, channels: 'each', alpha: 'keep', linear: false, method: 'auto' },
    ...{ limitPixels: 1e6, map: 'auto', gain: 1, threads: 1 },
  } as unknown as ApplyOptions;
  const work: PictureTask = {
    ...{ part, options, limitFileBytes: 4 * 2 ** 20, mostSamples: 3 * 2 ** 20 },
  };
  const identity = async (name: string) => identityOf((await statOf(at(name)))!);
  const make = async (name: string, out: string, some: Partial<PictureTask> = {}, inputs?: Set<string>) =>
    runPictureTask(
      at(name),
      at(out),
      { ...work, ...some },
      inputs ?? new Set([await identity(name).catch(() => '')]),
      2,
    );
  for (const [i, bytes] of plain.entries()) writeFileSync(at(`${i}.png`), bytes);
  for (const [i, bytes] of odd.entries()) writeFileSync(at(`odd${i}.png`), bytes);
  writeFileSync(at('old.png'), 'the old output');

  it.each(shapes.map((shape, i) => [i, shape] as const))('%i is processed in a thread', async (i, {
    width,
    height,
  }) => {
    const done = await make(`${i}.png`, `out${i}.png`);
    expect(done).toMatchObject({
      image: { width, height },
      fileBytes: plain[i]!.length,
      written: { planned: { picture: { width, height } } },
    });
    expect((await sharp(at(`out${i}.png`)).stats()).channels[0]!.mean).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['a palette', 'odd0.png', {}],
    ['another format', 'odd2.png', {}],
    ['a file cut short', 'odd3.png', {}],
    ['a damaged stream', 'odd4.png', {}],
    ['no picture', 'odd5.png', {}],
    ['nothing there', 'none.png', {}],
    ['a folder', '.', {}],
    ['more pixels than allowed', '0.png', { options: { ...options, limitPixels: 2399 } }],
    ['more bytes than allowed', '0.png', { limitFileBytes: plain[0]!.length - 1 }],
    ['more samples than are small', '0.png', { mostSamples: 7199 }],
    ['work that takes long', '3.png', { options: { ...options, method: 'reference' as const } }],
  ])('%s: nothing is done', async (_, name, some) => {
    const before = readdirSync(folder);
    expect(await make(name, 'old.png', some)).toBeNull();
    expect(await make(name, 'fresh.png', some)).toBeNull();
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(at('old.png'), 'utf8')).toBe('the old output');
  });

  test('no input is overwritten, under any name, even if it is another file than planned', async () => {
    writeFileSync(at('input.png'), plain[0]!);
    linkSync(at('input.png'), at('hard.png'));
    symlinkSync('input.png', at('soft.png'));
    const before = readdirSync(folder);
    for (const out of ['input.png', 'hard.png', 'soft.png']) expect(await make('input.png', out)).toBeNull();
    expect(await make('input.png', 'fresh.png', {}, new Set(['1:1']))).toBeNull();
    expect(await make('input.png', 'none/fresh.png')).toBeNull();
    expect(readFileSync(at('input.png')).equals(plain[0]!)).toBe(true);
    expect(readdirSync(folder)).toEqual(before);
  });
});
