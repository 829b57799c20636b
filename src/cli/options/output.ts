// Options that say where outputs go, in which format, and how responses become picture values.

import { type Command, InvalidArgumentError, Option } from 'commander';
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
