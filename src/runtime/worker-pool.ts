// A pool of worker threads, shared by all work of the process: started once, kept warm, and never keeping the process
// alive by themselves. Jobs wait in one first-in, first-out queue, so jobs of several images run concurrently and none
// waits longer than those queued before it.

import { createRequire } from 'node:module';
import type { Worker } from 'node:worker_threads';
import { canStartThread, maxThreads } from './address-space.js';
import { type AnyTask, type Call, COLLECT, type Reply, type Task } from './worker-task.js';

interface QueuedJob {
  readonly task: AnyTask;
  readonly job: unknown;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** The tasks whose module is loaded, with the id of the data that the thread has cached for each. */
  readonly cached: Map<AnyTask, number | undefined>;
  /** The batch that it was sent and has not answered. */
  running: readonly QueuedJob[] | null;
}

const threads: Thread[] = [];
const queue: QueuedJob[] = [];

/**
 * Starts threads before their first job, while an image is still being read. Where address space is limited there may
 * be fewer than `count`; those then do all the work.
 * @param tasks whose modules the threads load in advance.
 */
export function warmPool(count: number, tasks: readonly AnyTask[] = []): void {
  while (threads.length < Math.min(count, maxThreads()) && canStartThread()) threads.push(start());
  for (const thread of threads) {
    for (const task of tasks) {
      if (thread.cached.has(task)) continue;
      thread.worker.postMessage(setupCall(task));
      thread.cached.set(task, undefined);
    }
  }
}

/** Collects garbage on each thread once its current job is done. */
export function collectOnThreads(): void {
  for (const { worker } of threads) worker.postMessage(COLLECT);
}

/** Whether `count` threads, or as many as fit, are running. */
export function isWarm(count: number): boolean {
  return threads.length >= Math.min(count, maxThreads());
}

/**
 * Runs a job whose parts can be done by any number of threads: queues it `count` times.
 * @returns the answer of each, once all have answered.
 * @throws the first failure: RangeError for a lack of memory, else Error.
 */
export async function runOnThreads<Job, Answer>(task: Task<Job>, job: Job, count: number): Promise<Answer[]> {
  warmPool(count);
  // Wait for all, even after a failure: the caller may reuse the job's memory afterwards.
  const settled = await Promise.allSettled(
    Array.from({ length: count }, () => enqueue<Job, Answer>(task, job)),
  );
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/**
 * Runs a job on the first free thread of at least `count`.
 * @throws as `runOnThreads`.
 */
export function runOnOneThread<Job, Answer>(task: Task<Job>, job: Job, count: number): Promise<Answer> {
  warmPool(Math.max(1, count));
  return enqueue(task, job);
}

function enqueue<Job, Answer>(task: Task<Job>, job: Job): Promise<Answer> {
  if (threads.length === 0) throw new RangeError(`${task.name}: no memory for a thread`);
  return new Promise((resolve, reject) => {
    queue.push({ task, job, resolve, reject });
    dispatch();
  });
}

/** Sends queued jobs to free threads. */
function dispatch(): void {
  for (const thread of threads) {
    if (thread.running) continue;
    const next = takeBatch();
    if (!next) return;
    send(thread, next);
  }
}

/** The first queued job, and those after it that its task allows in the same batch. */
function takeBatch(): readonly [QueuedJob, ...QueuedJob[]] | null {
  const first = queue.shift();
  if (!first) return null;
  const { task } = first;
  const id = task.cacheId?.(first.job);
  let count = 0;
  const isSameKind = (other: QueuedJob) => other.task === task && task.cacheId?.(other.job) === id;
  while (count + 1 < (task.batchSize ?? 1) && queue[count] && isSameKind(queue[count]!)) count++;
  return [first, ...queue.splice(0, count)];
}

function send(thread: Thread, batch: readonly [QueuedJob, ...QueuedJob[]]): void {
  const { worker, cached } = thread;
  const { task, job } = batch[0];
  thread.running = batch;
  worker.ref();
  const id = task.cacheId?.(job);
  const hasCached = id !== undefined && cached.get(task) === id;
  const sent = batch.map(({ job: one }, i) =>
    hasCached || i > 0 ? (task.withoutCached?.(one) ?? one) : one,
  );
  try {
    const call = cached.has(task) ? { module: task.module.href } : setupCall(task);
    worker.postMessage({ ...call, job: task.batchSize ? sent : sent[0] } satisfies Call);
    // Only after a successful send does the thread have the data.
    cached.set(task, id);
  } catch (cause) {
    // The job could not be cloned; the thread is still usable.
    finish(thread, ({ reject }) => reject(cause instanceof Error ? cause : new Error(String(cause))));
  }
}

/** The message that makes a thread load a task's module, before or together with its first job. */
function setupCall(task: AnyTask): Call {
  return { module: task.module.href, setup: task.setup() };
}

/** Marks the thread as free; `settle` resolves or rejects each job of its batch. */
function finish(thread: Thread, settle: (done: QueuedJob, i: number) => void): void {
  const done = thread.running;
  thread.running = null;
  thread.worker.unref();
  done?.forEach(settle);
  dispatch();
}

function start(): Thread {
  // Loaded on first use: it takes milliseconds, which small jobs need not pay.
  const require = createRequire(import.meta.url);
  const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
  const worker = new Worker(new URL('./worker.js', import.meta.url));
  const thread: Thread = { worker, cached: new Map(), running: null };
  worker.on('message', (reply: Reply) => {
    finish(thread, ({ task, resolve, reject }, i) => {
      if ('answer' in reply)
        return resolve((task.batchSize ? (reply.answer as unknown[])[i] : reply.answer) as never);
      thread.cached.set(task, undefined);
      reject(asError(reply.failure));
    });
  });
  worker.on('error', (error) => replace(thread, error));
  worker.on('exit', (status) => replace(thread, new Error(`a thread ended with status ${status}`)));
  // Last, because adding a listener keeps the process alive.
  worker.unref();
  return thread;
}

/** A thread has ended: rejects its jobs, and starts another if jobs are still queued. */
function replace(thread: Thread, error: Error): void {
  const index = threads.indexOf(thread);
  // 'error' is followed by 'exit'; only the first is handled.
  if (index < 0) return;
  threads.splice(index, 1);
  if (queue.length > 0) threads.push(start());
  finish(thread, ({ task, reject }) => reject(outOfMemory(error, task.name) ?? error));
}

/** Restores the class of RangeError, the only one that callers distinguish: it means a lack of memory. */
function asError({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === 'RangeError' ? new RangeError(message) : Object.assign(new Error(message), { name });
}

/** The RangeError for a thread that ran out of memory; undefined for any other cause. */
function outOfMemory(cause: Error, work: string): RangeError | undefined {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY' && code !== 'ERR_WORKER_INIT_FAILED') return undefined;
  return new RangeError(`${work}: out of memory`, { cause });
}
