// The time for copies alone: an image's rows into the memory of threads, and the rows of a map out of it. No loop that
// computes in memory of its own can be faster.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { milliseconds, table } from './table.js';
import { median, steady, timed } from './turns.js';

const ROUNDS = 9;
const CHANNELS = 3;
/** Bytes of an output sample, by name. */
const OUTPUTS = { u8: 1, f32: 4 } as const;

export async function copiesSection(quick: boolean): Promise<string> {
  const [width, height] = quick ? [900, 600] : [6000, 4000];
  const cells: string[][] = [];
  for (const [name, bytes] of Object.entries(OUTPUTS))
    cells.push([`u8 → ${name}`, milliseconds(await copyTime(width, height, bytes))]);
  return `## Copies alone

Copying the rows of ${width} × ${height} RGB, 8 bits, into the memory of ${availableParallelism()} threads and those of a map out of it, with
nothing computed, warm; milliseconds.

${table(['image → map', 'copies'], cells)}`;
}

async function copyTime(width: number, height: number, bytes: number): Promise<number> {
  const rowBytes = width * CHANNELS;
  const mapRowBytes = rowBytes * bytes;
  const image = new SharedArrayBuffer(rowBytes * height);
  const map = new SharedArrayBuffer(mapRowBytes * height);
  const step = availableParallelism();
  const workers = Array.from({ length: step }, (_, first) => {
    const workerData = { image, map, rowBytes, mapRowBytes, first, step };
    return new Worker(new URL('./copy-rows.mjs', import.meta.url), { workerData });
  });
  try {
    const run = await steady(timed(() => Promise.all(workers.map(copyOnce))));
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await run());
    return median(times);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function copyOnce(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', () => {
      worker.off('error', reject);
      resolve();
    });
    worker.postMessage(null);
  });
}
