// Limits on address space, as `ulimit -v` and batch systems set them: outputs are the same, on as many threads as
// fit in memory, and what does not fit is one clear line. Node never aborts.

import { beforeAll, describe, expect, it } from 'vitest';
import { memoryDetails } from '../../dist/cli/batch/for-each-input.js';
import { encode } from '../../dist/codecs/registry.js';
import { canHoldThreads, maxThreads, memoryMaximum } from '../../dist/runtime/address-space.js';
import { EXECUTABLE, shell } from '../support/cli.js';
import { pictureOf } from '../support/made-contents.js';

const GB = 2 ** 30;
const shape = { width: 2100, height: 1500, channels: 3, depth: 8 } as const;
const large = Buffer.concat(await encode(pictureOf(shape, ['soft', 'stripes'], 50, 1), 'png', 'a.png'));
const small = Buffer.concat(
  await encode(pictureOf({ ...shape, width: 16, height: 12 }, ['soft'], 1, 1), 'png', 'a.png'),
);

describe('under ulimit -v', () => {
  const LINES = [
    'apply --quiet -k sobel-x --threads 1 -o PLACE small.png large.png',
    'apply --quiet -k gaussian:sigma=9 --threads 16 -o PLACE small.png large.png',
    'compare --quiet -k emboss --threads 2 -o PLACE small.png',
  ];
  const files = { 'small.png': small, 'large.png': large };
  const madeIn = async (folder: string, limit: string) => {
    const lines = LINES.map((line) => `convtool ${line.replace('PLACE', folder)} > /dev/null || exit 1`);
    const run = await shell([limit, ...lines].join('\n'), { files, patience: 120_000 });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    return Object.entries(run.after).flatMap(([path, bytes]) =>
      path.startsWith(folder) && bytes !== 'folder' ? [[path.slice(folder.length), bytes]] : [],
    );
  };
  let unlimited: Awaited<ReturnType<typeof madeIn>>;
  beforeAll(async () => {
    unlimited = await madeIn('free/', '');
    expect(unlimited).toHaveLength(5);
  });

  it.each([4, 8, 20])('%i GB: the same files as without a limit', async (limit) => {
    expect(await madeIn('limited/', `ulimit -v ${limit}000000`)).toEqual(unlimited);
  });

  it.each(LINES)('2 GB: %s succeeds, or one line names the limit', async (line) => {
    const run = await shell(`ulimit -v 2000000\nconvtool ${line.replace('PLACE', 'out/')}`, { files });
    expect(run.stderr).toMatch(/^(error: \w+\.png: out of address space, which is limited to .*\n)*$/);
    expect(run.status).toBe(run.stderr === '' ? 0 : 1);
  });

  it('a signal reaches the process that does the work', async () => {
    const line =
      'ulimit -v 8000000; exec convtool_exec apply --method reference -k box:41 -o out.png large.png';
    const run = await shell(
      line.replace(
        'convtool_exec',
        `'${process.execPath}' '${new URL('../../bin/convtool.js', import.meta.url).pathname}'`,
      ),
      {
        files: { 'large.png': large },
        meanwhile: (child) => setTimeout(() => child.kill('SIGTERM'), 2500),
      },
    );
    expect({ status: run.status, stderr: run.stderr }).toEqual({
      status: 143,
      stderr: 'error: interrupted by SIGTERM; files that were written are whole\n',
    });
    expect(run.after).toEqual(run.before);
  });

  it('a signal while that process ends decides the status', async () => {
    // Its flag in full would keep the process from starting anew.
    const preload = `import { isMainThread } from 'node:worker_threads';
      if (isMainThread && process.execArgv[0].startsWith('--disable-wasm'))
        process.once('exit', () => {
          process.kill(process.ppid, 'SIGTERM');
          process.kill(process.pid, 'SIGKILL');
        });`;
    const words = ['--import', `data:text/javascript,${encodeURIComponent(preload)}`, EXECUTABLE].map(
      (word) => `'${word.replaceAll("'", "'\\''")}'`,
    );
    const run = await shell(
      `ulimit -v 8000000; exec '${process.execPath}' ${words.join(' ')} kernels list > list.txt`,
    );
    expect([143, 'SIGTERM']).toContain(run.status ?? run.signal);
    expect(run.stderr).toBe('');
  });
});

it.each([
  [Number.POSITIVE_INFINITY, 4 * GB, Number.POSITIVE_INFINITY],
  [192 * GB, 4 * GB, 20],
  [20 * GB, 0.625 * GB, 7],
  [4 * GB, 0.25 * GB, 1],
  [1 * GB, 0.25 * GB, 1],
])('a limit of %d bytes: memories of at most %d, %d threads', (limit, memory, threads) => {
  expect(memoryMaximum(limit)).toBe(memory);
  expect(maxThreads(limit)).toBe(threads);
});

it('one thread for the command if memory suffices for it and one more', () => {
  expect([1, 3, 4, 8, Number.POSITIVE_INFINITY].map((limit) => canHoldThreads(2, limit * GB))).toEqual([
    ...[false, false, true, true, true],
  ]);
});

it('a lack of memory is reported as a lack of address space if that is limited', () => {
  expect(memoryDetails(Number.POSITIVE_INFINITY).problem).toBe('out of memory');
  expect(memoryDetails(4e9)).toEqual({
    problem: 'out of address space, which is limited to 3.73 GiB (ulimit -v)',
    advice: 'raise the limit, or use fewer --threads or a smaller image',
  });
});
