// Makes every call to the file system of a run fail, one per run: the first open, the second open, … Whatever fails, an output
// is the old one or the complete new one, no other file is left, and one line names the file.

import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encode } from '../../dist/codecs/registry.js';
import { LARGE_PIXELS } from '../../dist/core/limits.js';
import { convtool, convtoolIn, errorLines } from '../support/cli.js';
import { FailingFiles, type Fault, type Kind } from '../support/failing-files.js';
import type { Survived } from '../support/fault-checks.js';
import { faultsOf, IN_MEMORY, type Scenario } from '../support/fault-runs.js';
import { type Look, pictureOf } from '../support/made-contents.js';
import { smallPng } from '../support/picture-bytes.js';

const png = await smallPng(40, 30);
const files = { 'img.png': png, 'second.png': png };
const small = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`in/${i}.png`, png]));
const gray = await largePng(1, ['flat', 'noise'], 60);
const alpha = await largePng(2, ['noise', 'soft'], 300);
const layers = {
  ...files,
  'net.json': '{"layers": [{"type": "conv", "weights": [[[[1, 0]], [[0, 1]], [[1, 1]]]]}, {"type": "relu"}]}',
};

const FULL_DISK: Survived = {
  because: 'temporary files of other outputs may fill the disk: the output is written again, alone',
  is: (_, { code, lasts }) => code === 'ENOSPC' && !lasts,
};
const MADE_AGAIN: Survived = {
  because: 'where a worker fails, the main thread makes the output again, and reports what fails there',
  is: (_, { lasts }, { path }) => !lasts && path !== 'in' && !path.endsWith('.json'),
};
const READ_WHOLE: Survived = {
  because: 'closing an input that was read to its end loses nothing',
  is: ({ name }, _, { isInput }) => name === 'file.close' && isInput,
};
const SIDECAR: Survived = {
  because: 'an output without a readable sidecar is made again',
  is: ({ name }, { lasts }, { path }) => !lasts && path.endsWith('.convtool') && !name.endsWith('Sync'),
};
const FORMAT: Survived = {
  because: 'the first bytes tell the format; reading the whole file reports what fails',
  is: ({ name }, { n, lasts }, { isInput }) => isInput && !lasts && n <= 2 && /^(open|file\.\w+)$/.test(name),
};
const PATTERN: Survived = {
  because: 'a pattern is looked up as the name of a file first',
  is: ({ name }, _, { path }) => name === 'stat' && path === 'i*.png',
};

/** A picture that is streamed. */
async function largePng(channels: number, looks: readonly Look[], run: number) {
  const picture = pictureOf({ width: 1800, height: 1800, channels, depth: 8 }, looks, run, 1);
  expect(picture.width * picture.height).toBeGreaterThanOrEqual(LARGE_PIXELS);
  return { 'large.png': Buffer.concat(await encode(picture, 'png', 'a.png')) };
}

/** Runs a scenario; nothing may be wrong, and calls of these kinds have failed. */
async function expectSafe(scenario: Scenario, kinds = 'open read write sync rename close stat') {
  const { runs, wrong } = await faultsOf(scenario);
  expect(wrong).toEqual([]);
  expect(Object.keys(runs)).toEqual(expect.arrayContaining(kinds.split(' ')));
  return runs;
}

describe('one call fails', () => {
  it('in place of old outputs', async () => {
    const args = 'apply -k identity -o out/ img.png second.png';
    const kinds = 'open read write sync rename close stat access';
    const runs = await expectSafe(
      { args, files, old: true, survives: [FULL_DISK] },
      `${kinds} realpath readdir`,
    );
    for (const kind of kinds.split(' ') as Kind[]) expect(runs[kind], kind).toBeGreaterThanOrEqual(2);
  });

  it('when folders are created', async () => {
    const runs = await expectSafe({ args: 'apply -k identity -o new/deep/ img.png', files });
    // Two folders, two codes.
    expect(runs.mkdir).toBe(4);
  });

  it.each([
    'png',
    'tiff',
    'npy',
    'jpeg',
    'webp',
    'raw',
  ])('%s, without and with an old output', async (format) => {
    const args = `apply -k sobel-x --format ${format} -o out.${format} img.png`;
    await expectSafe({ args, files });
    await expectSafe({ args, files, old: true, selection: { most: 3 } });
  });

  it('with permissions that the output keeps', async () => {
    const prepare = (folder: string) => chmodSync(`${folder}/img.png`, 0o600);
    const args = 'apply -k sobel-x --in-place img.png';
    await expectSafe({ args, files, prepare, survives: [FORMAT] }, 'open read write chmod sync rename close');
  });
});

describe('a large picture, written while it is read', () => {
  const survives = [MADE_AGAIN, READ_WHOLE];

  it.each([
    { args: 'apply -k sobel-x --quiet -o out.png large.png', only: 'open read write sync rename close' },
    { args: 'apply -k sobel-x -k sobel-y -k sharpen --quiet -o out/ large.png', only: 'read write rename' },
  ])('$args', async ({ args, only }) => {
    const selection = { kinds: only.split(' ') as Kind[], most: 3 };
    await expectSafe({ args, files: gray, old: true, survives, selection }, only);
  });

  const several = 'apply -k sobel-x -k sobel-y -k sharpen --quiet -o out/ large.png';
  const twoPasses = 'apply -k sobel --map minmax -k box:3 --quiet -o out/ large.png';

  it.each([
    [
      'apply -k sobel-x --quiet -o out.png large.png',
      'write:1:ENOSPC write:9:EIO datasync:1:EIO sync:1:EIO close:1:EIO close:2:EIO rename:1:ENOSPC open:2:EIO read:4:EIO',
    ],
    [several, 'write:1:ENOSPC write:7:EIO rename:2:EIO open:3:EIO'],
    [twoPasses, 'close:2:EIO read:8:EIO'],
  ])('with alpha: %s', async (args, list) => {
    const faults = list.split(' ').map((fault): Fault => {
      const [kind, n, code] = fault.split(':');
      return { kind: kind as Kind, n: Number(n), code: code! };
    });
    const selection = { faults };
    await expectSafe({ args, files: alpha, old: true, survives, selection }, faults[0]!.kind);
  });
});

describe('a folder of small pictures, one thread job each', () => {
  const args = 'apply -k identity --quiet -o out/ in';
  const scenario = { args, files: small, survives: [MADE_AGAIN] };

  it('old outputs and new ones are whole', async () => {
    const kinds = 'open read sync rename close stat readdir';
    const selection = { most: 2 };
    await expectSafe({ ...scenario, old: true, selection }, kinds);
    await expectSafe({ ...scenario, selection }, `${kinds} mkdir`);
  });

  it.each([
    'open',
    'sync',
    'rename',
    'close',
  ] as const)('%s: one bad picture never stops the others', async (kind) => {
    const setting = { files: small, ...IN_MEMORY };
    const clean = await convtool(args.split(' '), setting);
    for (const n of [2, 4]) {
      const failing = new FailingFiles({ kind, n, code: 'EIO' });
      const run = await convtool(args.split(' '), { ...setting, fileSystem: failing.files });
      expect(failing.struck).toHaveLength(1);
      const made = Object.keys(clean.after).filter((path) => run.after[path] === clean.after[path]);
      expect(made.length).toBeGreaterThanOrEqual(Object.keys(clean.after).length - 1);
    }
  });
});

describe('other inputs and outputs', () => {
  const INPUTS: Kind[] = ['open', 'read', 'stat', 'close'];
  const OUTPUTS: Kind[] = ['open', 'write', 'sync', 'rename'];

  it.each<{ args: string } & Partial<Scenario>>([
    { args: 'apply --stack -k sobel-x -k sobel-y --format npy -o out.npy img.png' },
    { args: 'apply --sheet -k sobel-x -k sobel-y -o sheet.png img.png', selection: { most: 4 } },
    { args: 'apply -k sobel-x --errors failed.jsonl -o out.png img.png' },
    { args: 'apply -k sobel-x --resume --json -o out.png img.png', survives: [SIDECAR] },
    {
      args: 'apply -k ./k.json -o out.png img.png',
      files: { ...files, 'k.json': '{"weights": [[1, 2, 1]]}' },
      selection: { kinds: INPUTS },
    },
    {
      args: 'apply -k identity --files-from list -o out/',
      files: { 'img.png': png, list: 'img.png\n' },
      selection: { kinds: INPUTS },
    },
    { args: 'apply -k identity -o out/ i*.png', survives: [PATTERN], selection: { most: 4 } },
    {
      args: 'apply -k identity -r -o in/out/ in',
      files: { 'in/img.png': png, 'in/a/b.png': png, 'in/out/old.png': png },
      survives: [FULL_DISK],
      selection: { most: 8 },
    },
    { args: 'run net.json -o out.npy img.png', files: layers },
    { args: 'run net.json --layer all --sheet -o out/ img.png', files: layers, selection: { most: 3 } },
    { args: 'compare -k emboss -o diff.png img.png', selection: { kinds: OUTPUTS, most: 2 } },
    {
      args: 'compare -k emboss --maps --report page.html -o out/ img.png',
      selection: { kinds: OUTPUTS, most: 2 },
    },
    { args: 'project -b dct:4 -o out/ img.png', selection: { most: 3 } },
    { args: 'project -b pca:4 -o out/ img.png', selection: { most: 3 } },
    { args: 'fit --before img.png --after second.png --size 3 -o fit.json', selection: { most: 4 } },
  ])('$args', async (scenario) => {
    const { kinds = INPUTS } = scenario.selection ?? {};
    await expectSafe({ files, old: true, ...scenario }, kinds.join(' '));
  });

  it('reconstruct', async () => {
    const prepare = async (folder: string) => {
      await convtoolIn(folder, ['project', '-b', 'dct:4', 'img.png']);
    };
    const args = 'reconstruct -o back.png img.dct-n-4.json';
    await expectSafe({ args, files, prepare, old: true, selection: { most: 3 } });
  });
});

it('an image that could not be read when a basis was learned fails, even if it can be read later', async () => {
  const fileSystem = new FailingFiles({ kind: 'open', n: 1, code: 'EIO' }).files;
  const run = await convtool(['project', '-b', 'pca:4', 'img.png', 'second.png'], { files, fileSystem });
  expect(run.status).toBe(1);
  expect(errorLines(run)).toEqual([
    'error: img.png: cannot be read: the device failed to read or write (EIO)',
  ]);
});

it.each(['png', 'tiff', 'npy'])('short reads and writes change no byte of %s', async (format) => {
  const args = ['apply', '-k', 'sobel-x', '--quiet', '-o', `out.${format}`, 'img.png'];
  const clean = await convtool(args, { files });
  const short = new FailingFiles('short counts');
  const run = await convtool(args, { files, fileSystem: short.files });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(run.after[`out.${format}`] === clean.after[`out.${format}`]).toBe(true);
  expect(short.counts.get('write')).toBeGreaterThan(50);
});
