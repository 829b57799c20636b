// Options of `apply` for runs over many images: which inputs to take, and what to do when some fail.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { InputOptions } from '../paths/inputs.js';
import { parseShard, type Shard } from '../paths/shard.js';

export interface BatchOptions extends InputOptions {
  readonly shard?: Shard;
  /** In bytes. */
  readonly memory?: number;
  readonly resume: boolean;
  readonly failFast: boolean;
  readonly errors?: string;
}

export function addBatchOptions(command: Command): Command {
  const withInputs = command
    .option('-r, --recursive', 'search folders recursively', false)
    .option('--files-from <list>', 'read input paths from this file, one per line; - is standard input')
    .option('-0, --null', 'paths of --files-from end with NUL, as find -print0 writes them', false)
    .option(
      '--shard <i/n>',
      'process only part i (from 1) of n; the split is the same on every machine',
      parseShard,
    )
    .option('--resume', 'skip outputs that are up to date for this command', false)
    .option('--fail-fast', 'start no further image after one has failed', false)
    .option('--errors <file>', 'write failures to this file, one JSON object per line');
  return addMemoryOption(withInputs, 'images that are processed in parallel');
}

/** Adds --memory. @param of what it limits. */
export function addMemoryOption(command: Command, of: string): Command {
  return command.addOption(
    new Option('--memory <bytes>', `maximum memory for ${of}, such as 500M or 4G`)
      .argParser(parseBytes)
      .default(undefined, 'half of what is free'),
  );
}

const UNITS = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

/** `1500000`, `500M`, `4G`, `4GiB`. */
function parseBytes(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
  const bytes = Number(number) * UNITS[(unit ?? '').toUpperCase() as keyof typeof UNITS];
  if (number !== undefined && bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
  throw new InvalidArgumentError('expected a number of bytes, as in 500M or 4G');
}
