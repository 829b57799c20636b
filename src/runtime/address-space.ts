// The limit on this process's address space (`ulimit -v`, or a batch system's memory limit) and how many threads and
// WebAssembly memories fit into it. Both reserve far more address space than they use.

import { readFileSync } from 'node:fs';

const GB = 2 ** 30;
/** Address space that Node reserves before it runs any code, and at most for one thread's heap, code and stacks. */
const PROCESS_BYTES = 1.5 * GB;
const THREAD_BYTES = GB;
/** The largest WebAssembly memory, and the smallest that suffices for all but very large kernels. */
const MAX_MEMORY = 4 * GB;
const MIN_MEMORY = GB / 4;
/** A thread has at most one memory for the engine and one for the PNG codec. */
const MEMORIES_PER_THREAD = 2;

let limit: number | undefined;

/** The soft limit in bytes; Infinity where there is none or it cannot be read. */
export function addressLimit(): number {
  limit ??= readLimit();
  return limit;
}

function readLimit(): number {
  try {
    const text = readFileSync('/proc/self/limits', 'latin1');
    return Number(/^Max address space +(\d+)/m.exec(text)?.[1] ?? Number.POSITIVE_INFINITY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    // Systems without /proc do not report the limit.
    return Number.POSITIVE_INFINITY;
  }
}

/** The maximum size of one WebAssembly memory in bytes; all of it is reserved at once. */
export function memoryMaximum(space = addressLimit()): number {
  return Math.min(MAX_MEMORY, Math.max(MIN_MEMORY, space / 32));
}

/** How many threads fit in addition to the main one; at least 1, since some work runs on threads only. */
export function maxThreads(space = addressLimit()): number {
  const memories = MEMORIES_PER_THREAD * memoryMaximum(space);
  return Math.max(1, Math.floor((space - PROCESS_BYTES - memories) / (THREAD_BYTES + memories)));
}

/** Whether one more thread can be started now. V8 aborts the process when it cannot reserve a thread's heap. */
export function canStartThread(): boolean {
  const space = addressLimit();
  if (space === Number.POSITIVE_INFINITY) return true;
  const kilobytes = /^VmSize:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  return space - Number(kilobytes) * 1024 >= THREAD_BYTES;
}

/** Whether `threads` threads without WebAssembly memory fit at once. */
export function canHoldThreads(threads: number, space = addressLimit()): boolean {
  return (space - PROCESS_BYTES) / THREAD_BYTES >= threads;
}
