// The options that say how files are encoded: their texts. Which format takes which is known further down.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { SUBSAMPLINGS } from '../../codecs/lossy-options.js';
import { COMPRESSIONS } from '../../codecs/png/compression.js';

/** Adds the options that say how files are encoded. */
export function addEncodingOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--compression <how>', 'of png: fast to write, balanced (default), or small files').choices(
        COMPRESSIONS,
      ),
    )
    .option(
      '--quality <1-100>',
      'of jpeg, webp and avif; default 95, and webp without it is lossless',
      parseQuality,
    )
    .addOption(
      new Option(
        '--subsampling <how>',
        'of jpeg and avif: colour at full resolution (444, default) or at half of it',
      ).choices(SUBSAMPLINGS),
    )
    .option('--lossless', 'of webp and avif: keep every sample');
}

function parseQuality(text: string): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= 100) return value;
  throw new InvalidArgumentError('expected a whole number from 1 to 100');
}
