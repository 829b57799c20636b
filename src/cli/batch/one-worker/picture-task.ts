// Makes the output of a small simple PNG picture as one job of a worker thread, which takes two at once: reads, decodes,
// filters, encodes and writes there, in reused memory. A job that finds anything unusual changes nothing and returns
// null; the caller then makes the output itself, and reports errors.

import { InternalError, isExpected } from '../../../core/errors.js';
import { writeAtomicWith } from '../../../io/write/write-atomic.js';
import { runOnOneThread, warmPool } from '../../../runtime/worker-pool.js';
import type { Task } from '../../../runtime/worker-task.js';
import type { PictureTask } from './one-worker-state.js';
import type { PictureJob, PictureOutcome, PictureResult } from './picture-job.js';

/** The largest file, in bytes. */
export const MOST_FILE = 4 * 2 ** 20;
/** The largest picture, in bytes of samples. */
export const MOST_SAMPLES = 3 * 2 ** 20;

const SMALL: Task<PictureJob> = {
  module: new URL('./picture-job.js', import.meta.url),
  name: 'a small picture',
  setup: () => null,
  cacheId: ({ id }) => id,
  withoutCached: (job) => ({ ...job, task: undefined }),
  batchSize: 2,
};

/** Starts threads and loads their code while inputs are still being listed. */
export function warmPictureWorkers(threads: number): void {
  warmPool(threads, [SMALL]);
}

let lastId = 0;
const ids = new WeakMap<PictureTask, number>();

/**
 * Writes the output at `path` for the picture at `input` on one of `threads` threads; null if the caller must make it,
 * with nothing changed. The output is flushed to disk, and appears whole or not at all.
 * @param task one object for all pictures, which threads cache.
 * @param inputs identities of files that must not be overwritten; the input's must be among them.
 * @throws InternalError, and other errors that input and system cannot cause.
 */
export async function runPictureTask(
  input: string,
  path: string,
  task: PictureTask,
  inputs: ReadonlySet<string>,
  threads: number,
): Promise<PictureResult | null> {
  const id = ids.get(task) ?? ++lastId;
  ids.set(task, id);
  let done: PictureResult | null = null;
  try {
    await writeAtomicWith(
      path,
      async (descriptor) => {
        const job = { id, task, input, path, descriptor };
        const outcome = await runOnOneThread<PictureJob, PictureOutcome>(SMALL, job, threads);
        if (outcome && 'fault' in outcome)
          throw new InternalError(input, Object.assign(new Error(), outcome.fault));
        // The file was replaced after outputs were planned, so they must be checked again.
        if (!outcome || !inputs.has(outcome.identity)) throw new OutOfOrdinary();
        done = outcome;
      },
      inputs,
    );
    return done;
  } catch (error) {
    // Caused by input or system: occurs again where the caller makes the output, and is reported there.
    if (error instanceof OutOfOrdinary || (isExpected(error) && !(error instanceof InternalError)))
      return null;
    throw error;
  }
}

class OutOfOrdinary extends Error {}
