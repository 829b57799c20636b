// The inputs of a command, one after the other: one that fails is said in one line, for programs as JSON too, and does not
// stop the others. Knows no command.

import { EXIT } from '../console/exit-status.js';
import type { Logger } from '../console/logger.js';
import { writeResult } from '../console/stdout.js';
import { imageFailure } from './image-failure.js';

/** Says what went wrong with an input, or throws it again where it is a defect of ours, or results are lost. */
export type FailInput = (error: unknown) => Promise<void>;

/**
 * Does the work on each input; `fail` is for what goes wrong with a part of it, after which the rest goes on.
 * @returns the exit status: failed where `fail` was told of anything, or `work` threw.
 * @throws ResultsLost.
 */
export async function oneByOne<T extends { readonly input: string }>(
  all: readonly T[],
  { json }: { readonly json: boolean },
  logger: Logger,
  work: (one: T, fail: FailInput) => Promise<void>,
): Promise<number> {
  let status: number = EXIT.done;
  for (const one of all) {
    const { input } = one;
    const fail: FailInput = async (thrown) => {
      const { message: error } = imageFailure(thrown, input);
      status = EXIT.failed;
      logger.error(error);
      if (json) await writeResult(logger.host, `${JSON.stringify({ input, error })}\n`);
    };
    try {
      await work(one, fail);
    } catch (error) {
      await fail(error);
    } finally {
      logger.progress.end();
    }
  }
  return status;
}
