// What faults.test.ts shows for runs in its own process, for processes: file operations fail on the main thread, on the thread
// of a long-running command, and on the threads that read and write small pictures.

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { encode } from '../../dist/codecs/registry.js';
import {
  convtool,
  convtoolProcess,
  errorLines,
  expectClear,
  type Run,
  type Setting,
} from '../support/cli.js';
import { pictureOf } from '../support/made-contents.js';
import { smallPng } from '../support/picture-bytes.js';

const PRELOAD = fileURLToPath(new URL('../support/faults.mjs', import.meta.url));
const png = await smallPng(40, 30);
const small = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`in/${i}.png`, png]));

/** A run in which the n-th such operation fails. */
async function runWith(fault: string, args: string, setting: Setting): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'convtool-faults-'));
  try {
    const log = join(folder, 'log');
    const env = { CONVTOOL_FAULT: fault, CONVTOOL_FAULT_LOG: log };
    const run = await convtoolProcess(args.split(' '), { ...setting, env, node: ['--import', PRELOAD] });
    expect(existsSync(log)).toBe(true);
    return run;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every output is the old one or the complete new one, and a run that lost one reports why. Nothing else has changed. */
function expectWhole(run: Run, clean: Run): void {
  const paths = Object.keys({ ...run.before, ...run.after });
  for (const path of paths.filter((name) => run.after[name] !== run.before[name]))
    expect(run.after[path] === clean.after[path], path).toBe(true);
  const isMade = Object.keys(clean.after).every((path) => run.after[path] === clean.after[path]);
  expect(run.status).toBe(isMade ? 0 : 1);
  expect(errorLines(run).length > 0).toBe(!isMade);
  for (const line of errorLines(run)) expectClear(line, /\((EIO|ENOSPC)\)$/);
}

async function expectWholeWith(
  fault: string,
  args: string,
  files: NonNullable<Setting['files']>,
): Promise<Run[]> {
  const clean = await convtool(args.split(' '), { files });
  const old = Object.keys(clean.after).filter((path) => !(path in files) && clean.after[path] !== 'folder');
  const before = Object.fromEntries(old.map((path) => [path, 'the old output']));
  const run = await runWith(fault, args, { files: { ...files, ...before } });
  expectWhole(run, clean);
  return [run, clean];
}

describe.concurrent('one operation fails', () => {
  it.each(['open:2:EIO', 'write:1:ENOSPC', 'rename:1:EIO', 'close:2:EIO'])('%s', async (fault) => {
    const [run] = await expectWholeWith(fault, 'apply -k identity -o out.png img.png', { 'img.png': png });
    expect(run!.status).toBe(1);
  });
});

describe.concurrent('on the thread of a large picture', () => {
  it.each(['write:9:EIO', 'rename:1:ENOSPC'])('%s', async (fault) => {
    const shape = { width: 1800, height: 1800, channels: 2, depth: 8 } as const;
    const pieces = await encode(pictureOf(shape, ['noise', 'soft'], 300, 1), 'png', 'a.png');
    await expectWholeWith(fault, 'apply -k sobel-x --quiet -o out.png large.png', {
      'large.png': Buffer.concat(pieces),
    });
  });
});

describe.concurrent('on the threads of small pictures', () => {
  it.each(
    ['open', 'read', 'write', 'stat', 'close'].flatMap((operation) => [
      `${operation}:2:EIO`,
      `${operation}:4:EIO`,
    ]),
  )('%s: one bad picture never stops the others', async (fault) => {
    const [run, clean] = await expectWholeWith(fault, 'apply -k identity --quiet -o out/ in', small);
    const made = Object.keys(clean!.after).filter((path) => run!.after[path] === clean!.after[path]);
    expect(made.length).toBeGreaterThanOrEqual(Object.keys(clean!.after).length - 2);
  });
});
