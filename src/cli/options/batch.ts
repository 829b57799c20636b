// The options of runs over many images: where they come from, whose they are, and what happens when some fail.

import { type Command, InvalidArgumentError } from 'commander';
import type { InputOptions } from '../paths/inputs.js';
import { parseShard, type Shard } from '../paths/shard.js';

/** What commander makes of them. */
export interface BatchOptions extends InputOptions {
  readonly shard?: Shard;
  readonly memory?: number;
  readonly resume: boolean;
  readonly failFast: boolean;
  readonly errors?: string;
}

/** Adds them. */
export function addBatchOptions(command: Command): Command {
  return command
    .optionsGroup('Many images:')
    .option('-r, --recursive', 'look into the folders of folders, too', false)
    .option('--files-from <list>', 'a file with a name a line; - is standard input')
    .option('-0, --null', 'names of --files-from end with NUL, as find -print0 writes them', false)
    .option('--shard <i/n>', 'only part i (from 1) of n, the same on every machine', parseShard)
    .option('--resume', 'skip outputs that this very command made after their image changed', false)
    .option('--fail-fast', 'begin no other image once one has failed', false)
    .option('--errors <file>', 'write what failed there, one JSON object a line')
    .option(
      '--memory <bytes>',
      'what images worked on at a time may take, as in 500M or 4G; default half of what is free',
      parseBytes,
    );
}

const UNITS = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

/** `1500000`, `500M`, `4G`, `4GiB`. */
export function parseBytes(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
  const bytes = Number(number) * UNITS[(unit ?? '').toUpperCase() as keyof typeof UNITS];
  if (number !== undefined && bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
  throw new InvalidArgumentError('expected a number of bytes, as in 500M or 4G');
}
