// The entry point of a pool thread: imports the module of each kind of job and runs its jobs one after the other.

import { parentPort } from 'node:worker_threads';
import { collectNow } from './gc.js';
import { type Call, COLLECT, type JobHandler, type Reply, type TaskModule } from './worker-task.js';

const opened = new Map<string, Promise<JobHandler>>();

parentPort?.on('message', async (call: Call | typeof COLLECT) => {
  if (call === COLLECT) return collectNow();
  const { module, setup, job } = call;
  const handler =
    opened.get(module) ?? (import(module) as Promise<TaskModule>).then(({ open }) => open(setup));
  opened.set(module, handler);
  // When only loading was requested, a failure is reported by the first job instead.
  if (!('job' in call)) return void handler.catch(() => undefined);
  try {
    const { answer, transfer = [] } = await (await handler)(job as never);
    parentPort?.postMessage({ answer } satisfies Reply, transfer);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    parentPort?.postMessage({ failure: { name, message } } satisfies Reply);
  }
});
