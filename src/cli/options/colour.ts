// Options for channels, alpha and linear light.

import { type Command, Option } from 'commander';

const CHANNELS = ['each', 'gray', 'r', 'g', 'b', 'a'];

/** Adds --channels with these choices. */
export function addChannelsOption(command: Command, choices: readonly string[] = CHANNELS): Command {
  return command.addOption(
    new Option(
      '--channels <which>',
      'channels to use: each one separately, gray (0.299 R + 0.587 G + 0.114 B), or a single one',
    )
      .choices(choices)
      .default('each'),
  );
}

/** Adds --channels, --alpha and --linear. */
export function addColourOptions(command: Command): Command {
  return addChannelsOption(command)
    .addOption(
      new Option(
        '--alpha <mode>',
        'keep: copy alpha through; filter: filter it like a colour; premultiply: weight colour by it; drop: remove it; auto: premultiply for averaging kernels (no negative weight) on an image that is not opaque, so that hidden colour does not bleed, else keep',
      )
        .choices(['keep', 'filter', 'premultiply', 'drop', 'auto'])
        .default('auto'),
    )
    .option(
      '--linear',
      "filter in linear light: decode with the image's ICC, sRGB or gAMA curve, else sRGB, and encode back",
      false,
    );
}
