// The limit on this process's address space (`ulimit -v`, and what batch systems make of a job's memory), and how it is
// shared out: threads and WebAssembly memories reserve far more addresses than they ever use.

import { readFileSync } from 'node:fs';

const GB = 2 ** 30;
/** What Node reserves before it runs anything, and what it reserves for a thread's heap, code and stacks, at most. */
const FOR_PROCESS = 1.5 * GB;
const FOR_THREAD = GB;
/** The largest WebAssembly memory, and the least that is enough for all but very large kernels. */
const LARGEST_MEMORY = 4 * GB;
const LEAST_MEMORY = GB / 4;
/** A thread has at most a memory of the engine and one of the PNG codec. */
const MEMORIES_A_THREAD = 2;

let limit: number | undefined;

/** The soft limit in bytes; Infinity where there is none, or the system does not say. */
export function addressLimit(): number {
  limit ??= readLimit();
  return limit;
}

function readLimit(): number {
  try {
    const text = readFileSync('/proc/self/limits', 'latin1');
    return Number(/^Max address space +(\d+)/m.exec(text)?.[1] ?? Number.POSITIVE_INFINITY);
  } catch {
    // Systems without /proc do not say.
    return Number.POSITIVE_INFINITY;
  }
}

/** The most bytes that one WebAssembly memory may grow to, all of which are reserved from the start. */
export function memoryMaximum(space = addressLimit()): number {
  return Math.min(LARGEST_MEMORY, Math.max(LEAST_MEMORY, space / 32));
}

/** How many threads there is room for beside the main one: at least 1, since some work is done on threads only. */
export function mostThreads(space = addressLimit()): number {
  const memories = MEMORIES_A_THREAD * memoryMaximum(space);
  return Math.max(1, Math.floor((space - FOR_PROCESS - memories) / (FOR_THREAD + memories)));
}

/** Whether one more thread has room now: V8 ends the process where it has none for the thread's heap. */
export function hasRoomNow(): boolean {
  const space = addressLimit();
  if (space === Number.POSITIVE_INFINITY) return true;
  const kilobytes = /^VmSize:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  return space - Number(kilobytes) * 1024 >= FOR_THREAD;
}

/** Whether there is room for so many threads that need no WebAssembly memory at once. */
export function hasRoomFor(threads: number, space = addressLimit()): boolean {
  return (space - FOR_PROCESS) / FOR_THREAD >= threads;
}
