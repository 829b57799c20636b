// The options that say which channels are filtered, what becomes of alpha, and in which light.

import { type Command, Option } from 'commander';

/** Adds them. */
export function addColourOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--channels <which>', 'each for itself, gray (0.299 R + 0.587 G + 0.114 B), or one of them')
        .choices(['each', 'gray', 'r', 'g', 'b', 'a'])
        .default('each'),
    )
    .addOption(
      new Option(
        '--alpha <mode>',
        'copy alpha through, filter it, weigh colour by it, or drop it; auto: premultiply for kernels that average (no negative weight) over a picture that is not opaque, so that hidden colour does not bleed, else keep',
      )
        .choices(['keep', 'filter', 'premultiply', 'drop', 'auto'])
        .default('auto'),
    )
    .option('--linear', 'filter in linear light, by the ICC, sRGB or gAMA curve, else as sRGB', false);
}
