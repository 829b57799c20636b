// The threads: started once, kept warm, shared by all runs of a process, never keeping it alive by
// themselves. Jobs run one after the other, each on as many threads as it asked for.

import { createRequire } from 'node:module';
import type { Worker } from 'node:worker_threads';
import { ImageError } from '../errors.js';
import type { Stats } from './values.js';
import { loopsModule } from './wasm.js';
import type { Answer, Job } from './worker.js';

const idle: Worker[] = [];
/** The group of its last job, which a thread still has. */
const holds = new WeakMap<Worker, number>();
let lastJob: Promise<unknown> = Promise.resolve();

/** Starts threads ahead of their first job, so that they come up while an image is being read. */
export function warmPool(threads: number): void {
  if (idle.length >= threads) return;
  // Loading it takes milliseconds, which small jobs need not wait for.
  const require = createRequire(import.meta.url);
  const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
  while (idle.length < threads) {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: loopsModule() });
    worker.unref();
    worker.setMaxListeners(0);
    idle.push(worker);
  }
}

/** Whether that many threads are there already. */
export function isWarm(threads: number): boolean {
  return idle.length >= threads;
}

/** Runs a job on `threads` threads and returns what each noted of each map. */
export function runOnPool(job: Job, threads: number): Promise<(readonly Stats[])[]> {
  const result = lastJob.then(async () => {
    warmPool(threads);
    // All have answered before the next job starts: a late answer would count as that one's.
    const answers = await Promise.allSettled(idle.slice(0, threads).map((worker) => ask(worker, job)));
    return answers.map((answer) => {
      if (answer.status === 'rejected') throw answer.reason;
      return answer.value;
    });
  });
  lastJob = result.catch(() => undefined);
  return result;
}

function ask(worker: Worker, job: Job): Promise<readonly Stats[]> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.unref();
      act();
    };
    const onMessage = (answer: Answer) =>
      settle(() => {
        if ('stats' in answer) resolve(answer.stats);
        else {
          holds.delete(worker);
          reject(asError(answer.failure));
        }
      });
    const onError = (error: Error) => {
      idle.splice(idle.indexOf(worker), 1);
      settle(() => reject(outOfMemory(error) ?? error));
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.ref();
    const known = holds.get(worker) === job.id;
    holds.set(worker, job.id);
    worker.postMessage(known ? { ...job, group: undefined } : job);
  });
}

/** Of errors only a lack of memory has a meaning to the caller: it keeps its class. */
function asError({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === 'RangeError' ? new RangeError(message) : new Error(`${name}: ${message}`);
}

function outOfMemory(error: Error): ImageError | undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') return undefined;
  return new ImageError({ subject: 'filtering', problem: 'out of memory', advice: 'use fewer --threads' });
}
