// Options for how a command runs: threads, method, dry run.

import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { parseWholeNumber } from './parse-values.js';

/** A larger number of threads is taken for a typing error. */
const MAX_THREADS = 256;

export function addThreadsOption(command: Command): Command {
  return command.addOption(
    new Option('--threads <n>', 'number of threads')
      .default(availableParallelism(), 'one per core')
      .argParser((text) => parseWholeNumber(text, MAX_THREADS)),
  );
}

export function addMethodOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--method <method>',
      'how sums are computed; auto takes the cheapest method that keeps sums of whole numbers exact',
    )
      .choices(['auto', 'direct', 'separable', 'running-sums', 'fft', 'reference'])
      .default('auto'),
  );
}

export function addDryRunOption(command: Command): Command {
  return command.option('--dry-run', 'print what would be read and written, and do nothing', false);
}

/** Adds --json. @param per what one object describes. */
export function addJsonOption(command: Command, per: string): Command {
  return command.option('--json', `print one JSON object per ${per} on standard output`, false);
}
