// The threads: started once, kept warm, shared by all work of a process, never keeping it alive by themselves. Jobs
// wait in one line, in the order in which they came; a thread that is free takes the first. So jobs of several images
// are under way at once, and none waits for more than those before it.

import { createRequire } from 'node:module';
import type { Worker } from 'node:worker_threads';
import { hasRoomNow, mostThreads } from './address-space.js';
import { type AnyTask, type Call, COLLECT, type Reply, type Task } from './worker-task.js';

interface Waiting {
  readonly task: AnyTask;
  readonly job: unknown;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** The tasks whose module it has, with the number of what it keeps for them. */
  readonly keeps: Map<AnyTask, number | undefined>;
  doing: { readonly all: readonly Waiting[]; readonly number: number } | null;
}

const threads: Thread[] = [];
const line: Waiting[] = [];
let lastNumber = 0;

/**
 * Starts threads ahead of their first job, so that they come up while an image is being read. Where address space is
 * limited there may be fewer than `count`; they then carry out what the others would have.
 * @param tasks what they get ready for.
 */
export function warmPool(count: number, tasks: readonly AnyTask[] = []): void {
  while (threads.length < Math.min(count, mostThreads()) && hasRoomNow()) threads.push(start());
  for (const thread of threads) {
    for (const task of tasks) {
      if (thread.keeps.has(task)) continue;
      thread.worker.postMessage(introduction(task));
      thread.keeps.set(task, undefined);
    }
  }
}

/** Has each thread free what it does not refer to any more, once it has done its job. */
export function collectOnThreads(): void {
  for (const { worker } of threads) worker.postMessage(COLLECT);
}

/** Whether that many threads, or all that there is room for, are there already. */
export function isWarm(count: number): boolean {
  return threads.length >= Math.min(count, mostThreads());
}

/**
 * Runs a job of which any number of threads can carry out parts: `count` threads get it, each as soon as it is free.
 * @returns what each answered, once all have.
 * @throws what one of them threw: RangeError for a lack of memory, else Error.
 */
export async function runTogether<Job, Answer>(task: Task<Job>, job: Job, count: number): Promise<Answer[]> {
  warmPool(count);
  // All have answered before this one ends: the job's memory is the caller's again.
  const all = await Promise.allSettled(Array.from({ length: count }, () => enqueue<Job, Answer>(task, job)));
  return all.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/**
 * Runs a job on one thread, whichever is free first, of at least `count` that there are then.
 * @throws as `runTogether`.
 */
export function runOnOne<Job, Answer>(task: Task<Job>, job: Job, count: number): Promise<Answer> {
  warmPool(Math.max(1, count));
  return enqueue(task, job);
}

function enqueue<Job, Answer>(task: Task<Job>, job: Job): Promise<Answer> {
  if (threads.length === 0) throw new RangeError(`${task.name}: no memory for a thread`);
  return new Promise((resolve, reject) => {
    line.push({ task, job, resolve, reject });
    handOut();
  });
}

/** Gives the first jobs of the line to the threads that are free. */
function handOut(): void {
  for (const thread of threads) {
    if (thread.doing) continue;
    const next = nextJobs();
    if (!next) return;
    give(thread, next);
  }
}

/** The first job of the line, with those behind it that its task lets one thread have at the same time. */
function nextJobs(): readonly [Waiting, ...Waiting[]] | null {
  const first = line.shift();
  if (!first) return null;
  const { task } = first;
  const kept = task.keptOf?.(first.job);
  let count = 0;
  const isLike = (other: Waiting) => other.task === task && task.keptOf?.(other.job) === kept;
  while (count + 1 < (task.most ?? 1) && line[count] && isLike(line[count]!)) count++;
  return [first, ...line.splice(0, count)];
}

function give(thread: Thread, all: readonly [Waiting, ...Waiting[]]): void {
  const { worker, keeps } = thread;
  const { task, job } = all[0];
  const number = ++lastNumber;
  thread.doing = { all, number };
  worker.ref();
  const kept = task.keptOf?.(job);
  const light = kept !== undefined && keeps.get(task) === kept;
  const sent = all.map(({ job: one }, i) => (light || i > 0 ? (task.withoutKept?.(one) ?? one) : one));
  try {
    const call = keeps.has(task) ? { module: task.module.href } : introduction(task);
    worker.postMessage({ ...call, number, job: task.most ? sent : sent[0] } satisfies Call);
    // What could not be sent the thread has not.
    keeps.set(task, kept);
  } catch (cause) {
    // It could not be sent: the job's fault, not the thread's.
    finish(thread, ({ reject }) => reject(cause instanceof Error ? cause : new Error(String(cause))));
  }
}

/** What a thread is told of a task before, or with, its first job. */
function introduction(task: AnyTask): Call {
  return { module: task.module.href, given: task.given() };
}

/** The thread is free again; `settle` tells whoever waited for a job of it. */
function finish(thread: Thread, settle: (done: Waiting, i: number) => void): void {
  const done = thread.doing;
  thread.doing = null;
  thread.worker.unref();
  done?.all.forEach(settle);
  handOut();
}

function start(): Thread {
  // Loading it takes milliseconds, which small jobs need not wait for.
  const require = createRequire(import.meta.url);
  const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
  const worker = new Worker(new URL('./worker.js', import.meta.url));
  const thread: Thread = { worker, keeps: new Map(), doing: null };
  worker.on('message', (reply: Reply) => {
    if (reply.number !== thread.doing?.number) return;
    finish(thread, ({ task, resolve, reject }, i) => {
      if ('answer' in reply)
        return resolve((task.most ? (reply.answer as unknown[])[i] : reply.answer) as never);
      thread.keeps.set(task, undefined);
      reject(asError(reply.failure));
    });
  });
  worker.on('error', (error) => replace(thread, error));
  worker.on('exit', (status) => replace(thread, new Error(`a thread ended with status ${status}`)));
  // Listening keeps the process alive, so this comes last.
  worker.unref();
  return thread;
}

/** A thread has ended: its job fails, and another takes its place where jobs still wait. */
function replace(thread: Thread, error: Error): void {
  const place = threads.indexOf(thread);
  // An error and the end that follows it are told one after the other.
  if (place < 0) return;
  threads.splice(place, 1);
  if (line.length > 0) threads.push(start());
  finish(thread, ({ task, reject }) => reject(outOfMemory(error, task.name) ?? error));
}

/** Of errors only a lack of memory has a meaning to the caller: it keeps its class. */
function asError({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === 'RangeError' ? new RangeError(message) : Object.assign(new Error(message), { name });
}

/** A thread's end as a lack of memory like any other: whoever knows the picture names it. */
function outOfMemory(cause: Error, work: string): RangeError | undefined {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY' && code !== 'ERR_WORKER_INIT_FAILED') return undefined;
  return new RangeError(`${work}: out of memory`, { cause });
}
