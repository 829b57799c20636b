// Threads after a failed job: the next job receives only its own answers. Threads that wait for their first job keep no
// process alive, and jobs of two images alternate.

import { expect, test } from 'vitest';
import { imageFailure } from '../../../dist/cli/batch/for-each-input.js';
import { encode } from '../../../dist/codecs/registry.js';
import { toSharedMemory } from '../../../dist/core/image.js';
import { loadKernel } from '../../../dist/index.js';
import { DEFAULT_CONVOLUTION_OPTIONS } from '../../../dist/plan/convolution-options.js';
import { makePlan } from '../../../dist/plan/make-plan.js';
import { runOnOneThread } from '../../../dist/runtime/worker-pool.js';
import { execute } from '../../support/execute.js';
import { pictureOf } from '../../support/made-contents.js';
import { jobOf } from '../../support/random-run.js';
import { runOnPool } from '../../support/run-plan.js';

test('a job after a failed one waits for all of its threads', async () => {
  const shape = { width: 300, height: 300, channels: 1, depth: 8, hasAlpha: false } as const;
  const plan = makePlan(await loadKernel('box:9'), shape, {
    convolution: DEFAULT_CONVOLUTION_OPTIONS,
    channels: 'each',
    filterAlpha: false,
    method: 'reference',
    output: { depth: 'float', map: null, gain: 1 },
    limitPixels: 1e6,
    label: 'image',
  });
  const job = (value: number, length: number, height: number) => {
    const source = new Uint8Array(300 * 300).fill(value);
    return jobOf({ ...plan, tile: { width: 300, height } }, source, toSharedMemory(new Float32Array(length)));
  };
  // The lower, small tile is outside the map's memory and fails while the upper, large one is still running.
  const failed = runOnPool(job(200, 300 * 250, 290), 2);
  const next = runOnPool(job(7, 300 * 300, 50), 2);
  await expect(failed).rejects.toThrow(RangeError);
  const all = await next;
  expect(
    all.map(({ stats }) => stats[0]!.max).filter((max) => max !== 7 && max !== Number.NEGATIVE_INFINITY),
  ).toEqual([]);
});

test('a job that cannot be sent does not affect the next one', async () => {
  const module = `export function open(given) {
    let kept;
    return (job) => ({ answer: [given, (kept = job.kept ?? kept)] });
  }`;
  const task = {
    module: new URL(`data:text/javascript,${encodeURIComponent(module)}`),
    name: 'a test',
    setup: () => 'given',
    cacheId: () => 1,
    withoutCached: ({ kept: _, ...job }: { kept?: string }) => job,
  };
  await expect(runOnOneThread(task, { kept: 'kept', cannot: () => 0 }, 1)).rejects.toThrow(
    /could not be cloned/,
  );
  for (let i = 0; i < 2; i++)
    expect(await runOnOneThread(task, { kept: 'kept' }, 1)).toEqual(['given', 'kept']);
});

test('a thread that ends for lack of memory is reported with the name of the picture', async () => {
  const module = `export const open = () => () => new Promise(() => {
    const error = Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
    setTimeout(() => { throw error; });
  });`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(module)}`);
  const task = { module: url, name: 'a test', setup: () => null };
  const error = await runOnOneThread(task, {}, 1).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RangeError);
  expect(imageFailure(error, 'a.png').message).toMatch(/^a\.png: out of memory; .*fewer --threads$/);
});

test('threads that never got a job let the process end', async () => {
  const pool = new URL('../../../dist/engine/pool.js', import.meta.url).href;
  const script = `(await import(${JSON.stringify(pool)})).warmPool(2)`;
  const args = ['--input-type=module', '-e', script];
  await expect(execute(process.execPath, args, { timeout: 30_000 })).resolves.toMatchObject({ stderr: '' });
});

test('a small job does not wait until a large picture is encoded completely', async () => {
  const picture = pictureOf({ width: 2000, height: 3000, channels: 3, depth: 8 }, ['noise'], 1, 1);
  const done: string[] = [];
  const file = encode(picture, 'png', 'a.png', { threads: 2 }).then(() => done.push('picture'));
  const image = pictureOf({ width: 60, height: 60, channels: 1, depth: 8 }, ['noise'], 1, 1);
  const plan = makePlan(await loadKernel('box:3'), image, {
    convolution: DEFAULT_CONVOLUTION_OPTIONS,
    channels: 'each',
    filterAlpha: false,
    method: 'direct',
    output: { depth: 'float', map: null, gain: 1 },
    limitPixels: 1e6,
    label: 'image',
  });
  await runOnPool(jobOf(plan, image.data, toSharedMemory(new Float32Array(3600))), 2);
  done.push('job');
  await file;
  expect(done).toEqual(['job', 'picture']);
});
