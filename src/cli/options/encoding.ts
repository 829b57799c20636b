// Options of the encoders: compression, quality, chroma subsampling. Which formats take them is checked in codecs/.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { SUBSAMPLINGS } from '../../codecs/lossy-options.js';
import { COMPRESSIONS } from '../../codecs/png/compression.js';

/** Adds --compression, --quality, --subsampling and --lossless. */
export function addEncodingOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--compression <how>', 'PNG: write faster, balanced, or smaller files')
        .choices(COMPRESSIONS)
        .default(undefined, 'default, the balanced one'),
    )
    .addOption(
      new Option('--quality <1-100>', 'quality of JPEG, WebP and AVIF')
        .argParser(parseQuality)
        .default(undefined, '95; WebP is lossless without it'),
    )
    .addOption(
      new Option('--subsampling <how>', 'JPEG and AVIF: colour at full (444) or half (420) resolution')
        .choices(SUBSAMPLINGS)
        .default(undefined, '444'),
    )
    .option('--lossless', 'WebP and AVIF: keep every sample exactly');
}

function parseQuality(text: string): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= 100) return value;
  throw new InvalidArgumentError('expected a whole number from 1 to 100');
}
