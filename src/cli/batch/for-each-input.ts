// Runs a command over its inputs, one after the other, or with --dry-run prints what it would read and write. An input that
// fails is reported in one line, with --json also as an object, and does not stop the others. Returns the exit status.

import {
  ConvtoolError,
  type ErrorDetails,
  ImageError,
  InternalError,
  isOutOfMemory,
} from '../../core/errors.js';
import { LARGEST_ARRAY } from '../../core/image.js';
import { STANDARD_STREAM } from '../../io/read-file.js';
import { pathExists } from '../../io/stat.js';
import { addressLimit } from '../../runtime/address-space.js';
import { EXIT } from '../console/exit-status.js';
import type { Logger } from '../console/logger.js';
import { ResultsLost } from '../console/stdout.js';
import { STANDARD_OUTPUT } from '../paths/template.js';

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
      if (json) await logger.json({ input, error });
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

/** The error itself, an ImageError for lack of memory, or an InternalError. @throws ResultsLost. */
export function imageFailure(error: unknown, input: string): ConvtoolError {
  // Without standard output the whole run ends.
  if (error instanceof ResultsLost) throw error;
  if (error instanceof ConvtoolError) return error;
  if (!isOutOfMemory(error)) return new InternalError(input, error);
  if (/array length/i.test(error.message)) {
    const problem = `needs an array of more than ${LARGEST_ARRAY} bytes, the limit of Node`;
    const advice = 'split the picture, or use a smaller --depth';
    return new ImageError({ subject: input, problem, advice }, { cause: error });
  }
  return new ImageError({ subject: input, ...memoryDetails(addressLimit()) }, { cause: error });
}

/** Problem and advice for lack of memory. @param limit of the address space in bytes; Infinity: none. */
export function memoryDetails(limit: number): Pick<ErrorDetails, 'problem' | 'advice'> {
  if (limit === Number.POSITIVE_INFINITY) {
    const advice = 'use a smaller image, --extent valid or same, or fewer --threads';
    return { problem: 'out of memory', advice };
  }
  const size = `${Number((limit / 2 ** 30).toPrecision(3))} GiB`;
  return {
    problem: `out of address space, which is limited to ${size} (ulimit -v)`,
    advice: 'raise the limit, or use fewer --threads or a smaller image',
  };
}

/** Prints a line for each output. @returns the exit status: `EXIT.failed` where an input does not exist. */
export async function printDryRun<Output>(
  images: readonly { readonly input: string; readonly outputs: readonly Output[] }[],
  logger: Logger,
  lineOf: (input: string, output: Output) => string | Promise<string>,
): Promise<number> {
  let status: number = EXIT.done;
  for (const { input, outputs } of images) {
    if (input !== STANDARD_STREAM && !(await pathExists(input))) {
      logger.error(`${input}: cannot be read: no such file or folder`);
      status = EXIT.failed;
      continue;
    }
    for (const output of outputs) await logger.result(`${await lineOf(input, output)}\n`);
  }
  return status;
}

/** The line of an output; with --json an object that includes the keys of `more`. */
export function dryRunLine(input: string, path: string, json: boolean, more: object = {}): string {
  if (json) return JSON.stringify({ input, output: path, ...more });
  return `${input} → ${path === STANDARD_OUTPUT ? 'standard output' : path}`;
}
