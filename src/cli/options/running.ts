// Options for how a command runs: threads, method, dry run.

import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_LIMITS } from '../../index.js';
import type { InputOptions } from '../paths/inputs.js';
import { parseShard, type Shard } from '../paths/shard.js';
import { parseCount, parseWholeNumber } from './parse-values.js';

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

/** Adds --fail-on and --layout. */
export function addDecodingOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--fail-on <damage>', 'reject images damaged this badly or worse')
        .choices(['none', 'truncated', 'error', 'warning'])
        .default('warning'),
    )
    .addOption(
      new Option('--layout <axes>', 'axes of NPY inputs: height, width, channels, or channels first')
        .choices(['hwc', 'chw'])
        .default('hwc'),
    );
}

/** Adds --limit-pixels. @param of what it limits. */
export function addPixelLimit(command: Command, of = 'an image or a map'): Command {
  return command.option('--limit-pixels <n>', `maximum pixels of ${of}`, parseCount, DEFAULT_LIMITS.pixels);
}

/** Adds --limit-kernel. @param of what it limits. */
export function addKernelLimit(command: Command, of = 'a kernel'): Command {
  return command.option('--limit-kernel <n>', `maximum weights of ${of}`, parseCount, DEFAULT_LIMITS.weights);
}

/** Adds --limit-file. @param of what it limits. */
export function addFileLimit(command: Command, of = 'an image file'): Command {
  return command.option(
    '--limit-file <bytes>',
    `maximum bytes of ${of}`,
    parseCount,
    DEFAULT_LIMITS.fileBytes,
  );
}

/** Adds all options for commands that read images and kernels. */
export function addReadingOptions(command: Command): Command {
  return addFileLimit(addKernelLimit(addPixelLimit(addDecodingOptions(command))));
}

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
