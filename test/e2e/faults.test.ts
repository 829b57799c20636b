// Makes every file operation of a run fail, one per run: the first open, the second open, … until a run succeeds.
// Whatever fails, the output is the old one or the complete new one, and no other file is left.

import { linkSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../dist/codecs/png/encode.js';
import {
  convtool,
  errorLines,
  expectClear,
  expectUntouched,
  type Run,
  type Setting,
} from '../support/cli.js';
import { pictureOf } from '../support/made-contents.js';
import { smallPng } from '../support/picture-bytes.js';

const PRELOAD = fileURLToPath(new URL('../support/faults.mjs', import.meta.url));
const png = await smallPng(40, 30);
const files = { 'img.png': png, 'second.png': png };

const ALL = ['open', 'read', 'write', 'sync', 'rename', 'close', 'stat', 'access', 'mkdir'] as const;

/** A run in which the n-th such operation fails, and whether there was an n-th. */
async function runWith(fault: string, args: readonly string[], setting: Setting) {
  const folder = await mkdtemp(join(tmpdir(), 'convtool-faults-'));
  try {
    const log = join(folder, 'log');
    const env = { CONVTOOL_FAULT: fault, CONVTOOL_FAULT_LOG: log };
    const run = await convtool(args, { ...setting, env, node: ['--import', PRELOAD] });
    return { run, struck: readFileSync(log, 'utf8') === 'struck' };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs with the first, second, … operation failing, until one passes untouched; the number that did not. */
async function eachFault(
  [operation, code]: readonly [string, string],
  args: readonly string[],
  setting: Setting,
  check: (run: Run) => void,
): Promise<number> {
  for (let n = 1; n <= 40; n++) {
    const { run, struck } = await runWith(`${operation}:${n}:${code}`, args, setting);
    expect([0, 1], run.stderr).toContain(run.status);
    check(run);
    if (!struck) {
      expect({ status: run.status, errors: errorLines(run) }).toEqual({ status: 0, errors: [] });
      return n - 1;
    }
  }
  throw new Error(`${operation} still fails after 40 runs`);
}

/** An output is the old one or the complete new one. A failed run reports the reason once per output. */
function expectWhole(run: Run, outputs: readonly string[], fresh: Run, inputs: object = files): void {
  const lost = outputs.filter((path) => run.after[path] !== fresh.after[path]);
  for (const path of lost) expect(run.after[path] === run.before[path], `${path} as it was`).toBe(true);
  if (lost.length > 0) expect(run.status).toBe(1);
  if (run.status === 1) expect(errorLines(run).length).toBeGreaterThan(0);
  for (const line of errorLines(run)) expectClear(line, /made to fail|\((EIO|ENOSPC)\)$/);
  for (const path of Object.keys(inputs)) expect(run.after[path] === run.before[path]).toBe(true);
  const known = [...Object.keys(run.before), ...Object.keys(fresh.after)];
  expect(Object.keys(run.after).filter((path) => !known.includes(path))).toEqual([]);
}

describe.concurrent('one operation fails', () => {
  const faults = [
    ...ALL.filter((operation) => operation !== 'mkdir').map((operation) => [operation, 'EIO'] as const),
    ...(['write', 'sync', 'close', 'rename'] as const).map((operation) => [operation, 'ENOSPC'] as const),
  ];

  it.each(faults)('%s with %s, in place of an old output', async (...fault) => {
    const outputs = ['out/img.identity.png', 'out/second.identity.png'];
    const old = Object.fromEntries(outputs.map((path) => [path, 'the old output']));
    const args = ['apply', '-k', 'identity', '-o', 'out/', 'img.png', 'second.png'];
    const fresh = await convtool(args, { files });
    const failed = await eachFault(fault, args, { files: { ...files, ...old } }, (run) =>
      expectWhole(run, outputs, fresh),
    );
    expect(failed).toBeGreaterThanOrEqual(2);
  });

  it('mkdir with EIO, when folders are created', async () => {
    const outputs = ['new/deep/img.identity.png'];
    const args = ['apply', '-k', 'identity', '-o', 'new/deep/', 'img.png'];
    const fresh = await convtool(args, { files });
    const failed = await eachFault(['mkdir', 'EIO'], args, { files }, (run) =>
      expectWhole(run, outputs, fresh),
    );
    expect(failed).toBe(2);
  });

  it.each(['tiff', 'npy', 'jpeg', 'webp', 'raw'])('write of %s, without an old output', async (format) => {
    const output = `out.${format}`;
    const args = ['apply', '-k', 'sobel-x', '--format', format, '-o', output, 'img.png'];
    const fresh = await convtool(args, { files });
    const failed = await eachFault(['write', 'ENOSPC'], args, { files }, (run) =>
      expectWhole(run, [output], fresh),
    );
    expect(failed).toBeGreaterThanOrEqual(1);
  });
});

describe.concurrent('a large picture, written while it is read', () => {
  it.each([
    'write:1:ENOSPC',
    'write:9:EIO',
    'datasync:1:EIO',
    'sync:1:EIO',
    'close:1:EIO',
    'close:2:EIO',
    'rename:1:ENOSPC',
    'open:2:EIO',
    'read:4:EIO',
  ])('with %s: the image is processed again without streaming, or the old output remains', async (fault) => {
    const large = await largeWithAlpha();
    const args = ['apply', '-k', 'sobel-x', '--quiet', '-o', 'out.png', 'large.png'];
    const fresh = await undisturbed(args, large);
    const { run, struck } = await runWith(fault, args, { files: { ...large, 'out.png': 'old' } });
    expect(struck).toBe(true);
    expect([0, 1]).toContain(run.status);
    expectWhole(run, ['out.png'], fresh, large);
  });
});

/** What a command line does without a fault; run once for all faults. */
function undisturbed(args: readonly string[], inputs: Setting['files']): Promise<Run> {
  const key = args.join(' ');
  const run = runs.get(key) ?? convtool(args, { files: inputs! });
  runs.set(key, run);
  return run;
}
const runs = new Map<string, Promise<Run>>();

let largePng: Promise<Buffer> | undefined;
async function largeWithAlpha(): Promise<Record<string, Buffer>> {
  const noise = () =>
    pictureOf({ width: 1800, height: 1800, channels: 4, depth: 8 }, ['noise', 'soft'], 300, 1);
  largePng ??= encodePng(noise()).then((pieces) => Buffer.concat(pieces));
  return { 'large.png': await largePng };
}

describe.concurrent('several outputs of a large picture, written while it is read', () => {
  it.each([
    ['write:1:ENOSPC', '-k sobel-x -k sobel-y -k sharpen'],
    ['write:7:EIO', '-k sobel-x -k sobel-y -k sharpen'],
    ['rename:2:EIO', '-k sobel-x -k sobel-y -k sharpen'],
    ['open:3:EIO', '-k sobel-x -k sobel-y -k sharpen'],
    ['close:2:EIO', '-k sobel --map minmax -k box:3'],
    ['read:8:EIO', '-k sobel --map minmax -k box:3'],
  ])('with %s: %s', async (fault, kernels) => {
    const large = await largeWithAlpha();
    const args = ['apply', ...kernels.split(' '), '--quiet', '-o', 'out/', 'large.png'];
    const fresh = await undisturbed(args, large);
    const outputs = Object.keys(fresh.after).filter(
      (path) => path.endsWith('.png') && path.startsWith('out/'),
    );
    expect(outputs.length).toBeGreaterThan(1);
    const old = Object.fromEntries(outputs.map((path) => [path, 'the old output']));
    const { run, struck } = await runWith(fault, args, { files: { ...large, ...old } });
    expect(struck).toBe(true);
    expect([0, 1]).toContain(run.status);
    expectWhole(run, outputs, fresh, large);
  });
});

describe.concurrent('a folder of small pictures, one thread job each', () => {
  const small = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`in/${i}.png`, png]));
  const args = ['apply', '-k', 'identity', '--quiet', '-o', 'out/', ...Object.keys(small)];

  it.each(
    ALL.filter((operation) => operation !== 'mkdir').flatMap((operation) => [
      [operation, 2],
      [operation, 4],
    ]),
  )('%s fails for the %dth time', async (operation, n) => {
    const outputs = Object.keys(small).map((_, i) => `out/${i}.identity.png`);
    const old = Object.fromEntries(outputs.map((path) => [path, 'the old output']));
    const fresh = await undisturbed(args, small);
    const { run, struck } = await runWith(`${operation}:${n}:EIO`, args, { files: { ...small, ...old } });
    expect(struck).toBe(true);
    expectWhole(run, outputs, fresh, small);
    // One bad picture never stops the others.
    expect(outputs.filter((path) => run.after[path] === fresh.after[path]).length).toBeGreaterThanOrEqual(19);
  });
});

describe.concurrent('files besides pictures', () => {
  it.each([
    ['--stack -k sobel-x -k sobel-y --format npy -o out.npy', 'out.npy'],
    ['--sheet -k sobel-x -k sobel-y -o sheet.png', 'sheet.png'],
    ['-k sobel-x --resume --json -o out.png', 'out.png'],
    ['-k sobel-x --errors failed.jsonl -o out.png', 'out.png'],
  ])('%s', async (words, output) => {
    const args = ['apply', ...words.split(' '), '--quiet', 'img.png'];
    const fresh = await convtool(args, { files });
    for (const fault of ['open:3:EIO', 'write:1:ENOSPC', 'sync:1:EIO', 'rename:1:EIO', 'close:3:EIO']) {
      const { run } = await runWith(fault, args, { files: { ...files, [output]: 'the old output' } });
      expect([0, 1], run.stderr).toContain(run.status);
      expectWhole(run, [output], fresh);
    }
  });
});

describe.concurrent('an input is unchanged whatever fails', () => {
  it.each(ALL)('%s', async (operation) => {
    const prepare = (folder: string) => linkSync(`${folder}/img.png`, `${folder}/hard.png`);
    for (const out of ['img.png', 'hard.png']) {
      const args = ['apply', '-k', 'sobel-x', '-o', out, 'img.png'];
      for (let n = 1, struck = true; struck && n < 40; n++) {
        const result = await runWith(`${operation}:${n}:EIO`, args, { files, prepare });
        struck = result.struck;
        expectUntouched(result.run);
        expect([1, 2]).toContain(result.run.status);
      }
    }
  });
});

describe.concurrent('short counts', () => {
  it.each(['png', 'tiff', 'npy'])('of reads and writes change no byte of %s', async (format) => {
    const args = ['apply', '-k', 'sobel-x', '--quiet', '-o', `out.${format}`, 'img.png'];
    const fresh = await convtool(args, { files });
    for (const operation of ['read', 'write']) {
      const { run } = await runWith(`${operation}:0:short`, args, { files });
      expect(run).toMatchObject({ status: 0, stderr: '' });
      expect(run.after[`out.${format}`] === fresh.after[`out.${format}`]).toBe(true);
    }
  });
});
