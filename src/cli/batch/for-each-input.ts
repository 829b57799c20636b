// Runs a command over its inputs, one after the other. An input that fails is reported in one line, with --json also as
// an object, and does not stop the others. Returns the exit status.

import { EXIT } from '../console/exit-status.js';
import type { Logger } from '../console/logger.js';
import { writeResult } from '../console/stdout.js';
import { imageFailure } from './image-failure.js';

/** Reports an error of an input. @throws ResultsLost. */
export type FailInput = (error: unknown) => Promise<void>;

/**
 * Calls `work` for each input. `work` passes an error to `fail` where the rest of the input can still be processed.
 * @returns the exit status: `EXIT.failed` where `fail` was called or `work` threw.
 * @throws ResultsLost.
 */
export async function forEachInput<T extends { readonly input: string }>(
  inputs: readonly T[],
  { json }: { readonly json: boolean },
  logger: Logger,
  work: (item: T, fail: FailInput) => Promise<void>,
): Promise<number> {
  let status: number = EXIT.done;
  for (const item of inputs) {
    const { input } = item;
    const fail: FailInput = async (thrown) => {
      const { message: error } = imageFailure(thrown, input);
      status = EXIT.failed;
      logger.error(error);
      if (json) await writeResult(logger.host, `${JSON.stringify({ input, error })}\n`);
    };
    try {
      await work(item, fail);
    } catch (error) {
      await fail(error);
    } finally {
      logger.progress.end();
    }
  }
  return status;
}
