// Work that is divided into units: threads take the next free one until none is left, or this thread does all of them
// and handles signals in between. Results must not depend on who computes which unit.

import { runOnThreads } from './worker-pool.js';
import type { Task } from './worker-task.js';

/** How often, in milliseconds, this thread handles signals and progress is reported. */
const YIELD_INTERVAL_MS = 40;

/** Units that threads share out among themselves. */
export interface SharedUnits {
  /** The next free unit, in shared memory. */
  readonly next: Int32Array;
  readonly count: number;
}

/** The units that this thread takes, until none is left. */
export function* takeUnits({ next, count }: SharedUnits): Generator<number> {
  for (let unit = Atomics.add(next, 0, 1); unit < count; unit = Atomics.add(next, 0, 1)) yield unit;
}

/** After a failure: no thread takes further units. */
export function cancelUnits({ next }: SharedUnits): void {
  Atomics.store(next, 0, 0x7fff0000);
}

/**
 * Runs a job of `count` units on `threads` threads; returns the answer of each.
 * @param onShare called from time to time with the fraction done, 0…1.
 * @throws as `runOnThreads`.
 */
export async function runUnitsOnThreads<Job, Answer>(
  task: Task<Job>,
  jobOf: (units: SharedUnits) => Job,
  count: number,
  threads: number,
  onShare?: (share: number) => void,
): Promise<Answer[]> {
  const units = { next: new Int32Array(new SharedArrayBuffer(4)), count };
  const report = () => onShare?.(Math.min(1, Atomics.load(units.next, 0) / count));
  const timer = onShare && setInterval(report, YIELD_INTERVAL_MS).unref();
  try {
    return await runOnThreads<Job, Answer>(task, jobOf(units), threads);
  } finally {
    clearInterval(timer);
  }
}

let lastYield = 0;

/** Runs units on this thread. @param onShare as of `runUnitsOnThreads`. */
export async function runUnitsHere(
  count: number,
  run: (unit: number) => void,
  onShare?: (share: number) => void,
): Promise<void> {
  for (let unit = 0; unit < count; unit++) {
    run(unit);
    if (performance.now() - lastYield < YIELD_INTERVAL_MS) continue;
    onShare?.((unit + 1) / count);
    await new Promise((resolve) => setImmediate(resolve));
    lastYield = performance.now();
  }
}
