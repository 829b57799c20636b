// Options for reading inputs: damaged images, axes of arrays, and limits on sizes.

import { type Command, Option } from 'commander';
import { DEFAULT_LIMITS } from '../../index.js';
import { parseCount } from './parse-values.js';

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
