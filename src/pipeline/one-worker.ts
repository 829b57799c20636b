// Small plain PNG pictures from file to file, each as one job of a thread, which takes two at a time: read, decoded,
// filtered, encoded and written there, in memory that is used again. A job that finds anything out of the ordinary does
// nothing, and whoever asked goes the long way, which has words for it. Decides nothing about paths.

import { InternalError, isExpected } from '../core/errors.js';
import { writeAtomicWith } from '../io/write/write-atomic-sync.js';
import { runOnOneThread, warmPool } from '../runtime/worker-pool.js';
import type { Task } from '../runtime/worker-task.js';
import type { PictureJob, PictureOutcome, PictureResult, PictureTask } from './one-worker-job.js';

export type { PictureResult, PictureTask } from './one-worker-job.js';

/** Files of more bytes are not read here. */
export const MOST_FILE = 4 * 2 ** 20;
/** Pictures of more bytes of samples are not small. */
export const MOST_SAMPLES = 3 * 2 ** 20;

const SMALL: Task<PictureJob> = {
  module: new URL('./one-worker-job.js', import.meta.url),
  name: 'a small picture',
  setup: () => null,
  cacheId: ({ id }) => id,
  withoutCached: (job) => ({ ...job, work: undefined }),
  batchSize: 2,
};

/** Has threads get ready for small pictures, while those are still being looked for. */
export function warmPictureWorkers(threads: number): void {
  warmPool(threads, [SMALL]);
}

let lastId = 0;
const ids = new WeakMap<PictureTask, number>();

/**
 * Makes the output at `path` of the picture at `input`, on one of so many threads; null where the long way has to be
 * gone, and all is as it was. The output is flushed, and appears whole.
 * @param work one object for all pictures, which threads keep.
 * @param inputs identities of files that must not be written over; the input's must be among them.
 * @throws InternalError, and what else input and system cannot cause.
 */
export async function filterOnOneWorker(
  input: string,
  path: string,
  work: PictureTask,
  inputs: ReadonlySet<string>,
  threads: number,
): Promise<PictureResult | null> {
  const id = ids.get(work) ?? ++lastId;
  ids.set(work, id);
  let done: PictureResult | null = null;
  try {
    await writeAtomicWith(
      path,
      async (descriptor) => {
        const made = await runOnOneThread<PictureJob, PictureOutcome>(
          SMALL,
          { id, work, input, descriptor },
          threads,
        );
        if (made && 'fault' in made) throw new InternalError(input, Object.assign(new Error(), made.fault));
        // Another file stands there than when outputs were planned: they are to be checked against it.
        if (!made || !inputs.has(made.identity)) throw new OutOfOrdinary();
        done = made;
      },
      inputs,
    );
    return done;
  } catch (error) {
    // Caused by input or system: it comes up again on the general path, which reports it.
    if (error instanceof OutOfOrdinary || (isExpected(error) && !(error instanceof InternalError)))
      return null;
    throw error;
  }
}

class OutOfOrdinary extends Error {}
