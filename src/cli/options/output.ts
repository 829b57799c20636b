// Options that say where outputs go, in which format, and how responses become picture values.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { SUBSAMPLINGS } from '../../codecs/lossy-options.js';
import { COMPRESSIONS } from '../../codecs/png/compression.js';
import { FORMATS } from '../../codecs/registry.js';
import type { Depth } from '../../core/image.js';
import { parseNumber } from './parse-values.js';

/** Adds --out. @param fields the fields of a template, as help lists them. */
export function addOutOption(command: Command, fields: string): Command {
  return command.option(
    '-o, --out <path>',
    `output path: a file, a folder (ends in / or exists), a template with ${fields}, or - for standard output`,
  );
}

/** Adds --format. @param hasSame whether it also takes `same`. */
export function addFormatOption(command: Command, hasSame = false): Command {
  const same = hasSame ? "; same keeps each input's format" : '';
  return command.addOption(
    new Option('--format <format>', `output format${same}`)
      .choices([...Object.keys(FORMATS), ...(hasSame ? ['same'] : [])])
      .default(undefined, 'from the ending of --out, else png'),
  );
}

export function addDepthOption(command: Command): Command {
  return command.addOption(
    new Option('--depth <bits>', 'sample depth of outputs: 8, 16 or float; npy is always float')
      .argParser(parseDepth)
      .default(undefined, "the input's"),
  );
}

/** Adds --map and --gain. @param note what else the help of --map says. */
export function addMappingOptions(command: Command, note = ''): Command {
  return command
    .addOption(
      new Option(
        '--map <map>',
        `how responses become picture values: clamp to the range, abs (magnitude), signed (0 becomes mid-grey), minmax (stretch to the range); auto: abs for each kernel whose weights sum to 0 and that has no bias (edges), else clamp (blur, sharpen)${note}`,
      )
        .choices(['clamp', 'abs', 'signed', 'minmax', 'auto'])
        .default('auto'),
    )
    .option('--gain <g>', 'multiply responses by this before mapping', parseNumber, 1);
}

export function addNoClobberOption(command: Command): Command {
  return command.option('--no-clobber', 'skip outputs that exist');
}

export function addPreviewOption(command: Command): Command {
  return command.option('--preview', 'show each picture in the terminal, on standard error', false);
}

function parseDepth(text: string): Depth {
  if (text === '8' || text === '16') return text === '8' ? 8 : 16;
  if (text === 'float') return text;
  throw new InvalidArgumentError('expected 8, 16 or float');
}

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
