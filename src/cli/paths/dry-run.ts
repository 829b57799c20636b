// `--dry-run`: prints what a run would read and write, without opening a picture.

import { STANDARD_STREAM } from '../../io/read-file.js';
import { pathExists } from '../../io/stat.js';
import { EXIT } from '../console/exit-status.js';
import type { Logger } from '../console/logger.js';
import { writeResult } from '../console/stdout.js';
import { STANDARD_OUTPUT } from './template.js';

interface Planned<Output> {
  readonly input: string;
  readonly outputs: readonly Output[];
}

/** Prints a line for each output. @returns the exit status: `EXIT.failed` where an input does not exist. */
export async function printDryRun<Output>(
  images: readonly Planned<Output>[],
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
    for (const output of outputs) await writeResult(logger.host, `${await lineOf(input, output)}\n`);
  }
  return status;
}

/** The line of an output; with --json an object that includes the keys of `more`. */
export function dryRunLine(input: string, path: string, json: boolean, more: object = {}): string {
  if (json) return JSON.stringify({ input, output: path, ...more });
  return `${input} → ${path === STANDARD_OUTPUT ? 'standard output' : path}`;
}
