// Options that select the kernels and define the convolution: border, flip, extent, stride, dilation, combining.

import { type Command, Option } from 'commander';
import { COMBINE_NAMES } from '../../kernels/combine.js';
import { BORDER_MODES, BORDERS, parseBorder } from '../../plan/border.js';
import { collect, parsePair } from './parse-values.js';

/** The border modes for help texts, each with its picture. */
export const BORDER_HELP = `${BORDER_MODES.filter((mode) => mode !== 'renormalize')
  .map((mode) => `${mode} ${BORDERS[mode].picture}`)
  .join(', ')} (constant:7 sets v to 7), or renormalize: omit taps outside the image and scale up the others`;

export function addKernelOption(command: Command): Command {
  return command.option(
    '-k, --kernel <ref>',
    'kernel: a name such as sobel-x, a generator such as gaussian:sigma=2, a kernel file, inline JSON, or - for standard input; repeat for several kernels',
    collect,
  );
}

export function addBorderOption(command: Command): Command {
  return command.addOption(
    new Option('--border <mode>', `how samples outside the image are filled: ${BORDER_HELP}`)
      .default(parseBorder('replicate'), 'replicate')
      .argParser(parseBorder),
  );
}

export function addFlipOptions(command: Command): Command {
  return command
    .option('--flip', 'convolution: rotate the kernel by 180°, with its anchor', false)
    .option('--no-flip', 'cross-correlation: use the kernel as written (default)');
}

/** Adds --extent, --stride and --dilation. */
export function addGeometryOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--extent <extent>',
        'positions that get an output: same as the image, valid where the kernel fits into the image, full where it overlaps the image',
      )
        .choices(['same', 'valid', 'full'])
        .default('same'),
    )
    .option('--stride <x[,y]>', 'step between output samples', parsePair, [1, 1])
    .option('--dilation <x[,y]>', 'step between neighbouring weights, in samples', parsePair, [1, 1]);
}

export function addCombineOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--combine <how>',
      'combine the maps of several kernels into one; rss, also called magnitude, is the root of the sum of squares; energy and phase take pairs of an even and an odd kernel (phase increases along the wave); angle takes pairs of an x and a y gradient and is drawn as hue: red where brightness rises to the right, then clockwise, as bright as the magnitude',
    )
      .choices(['none', ...COMBINE_NAMES, 'energy', 'phase', 'angle'])
      .default(undefined, 'none, unless the bank declares one, as sobel does'),
  );
}

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
