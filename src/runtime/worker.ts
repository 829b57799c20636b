// A thread of the pool: imports the module that carries out a kind of job, and hands it one job after the other. Knows
// no job.

import { parentPort } from 'node:worker_threads';
import { collectNow } from './gc.js';
import { type Call, COLLECT, type JobHandler, type Reply, type TaskModule } from './worker-task.js';

const opened = new Map<string, Promise<JobHandler>>();

parentPort?.on('message', async (call: Call | typeof COLLECT) => {
  if (call === COLLECT) return collectNow();
  const { module, given, number, job } = call;
  const carryOut = opened.get(module) ?? open(module, given);
  opened.set(module, carryOut);
  // Where it is only to get ready, its first job will say what is wrong.
  if (number === undefined) return void carryOut.catch(() => undefined);
  try {
    const { answer, transfer = [] } = await (await carryOut)(job as never);
    parentPort?.postMessage({ number, answer } satisfies Reply, transfer);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    parentPort?.postMessage({ number, failure: { name, message } } satisfies Reply);
  }
});

async function open(module: string, given: unknown): Promise<JobHandler> {
  return ((await import(module)) as TaskModule).open(given);
}
