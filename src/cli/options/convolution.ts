// The options of sliding and writing as commands share them: their texts, and how a text becomes a value.
// What the values do is known further down.

import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { FORMATS } from '../../codecs/registry.js';
import type { Depth } from '../../core/image.js';
import { DEFAULT_LIMITS } from '../../index.js';
import { COMBINE_NAMES } from '../../kernels/combine.js';
import { parseDecimal } from '../../kernels/number.js';
import { BORDER_MODES, BORDERS, parseBorder } from '../../plan/border.js';
import { addColourOptions } from './colour.js';
import { addEncodingOptions } from './encoding.js';

/** More threads than this are a slip of the keyboard. */
const MOST_THREADS = 256;

/** A finite number. */
export function parseNumber(text: string): number {
  const value = parseDecimal(text);
  if (value === undefined || !Number.isFinite(value))
    throw new InvalidArgumentError('expected a finite number');
  return value;
}

/** A whole number of at least 1. */
export function parseCount(text: string): number {
  return wholeNumber(text, Number.MAX_SAFE_INTEGER);
}

function parseThreads(text: string): number {
  return wholeNumber(text, MOST_THREADS);
}

function wholeNumber(text: string, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= most) return value;
  throw new InvalidArgumentError(`expected a whole number from 1 to ${most}`);
}

/** `x` or `x,y`, whole numbers of at least 1. */
export function parsePair(text: string): [number, number] {
  const parts = text.split(',');
  if (parts.length > 2 || !parts.every((part) => /^\d{1,9}$/.test(part) && Number(part) >= 1)) {
    throw new InvalidArgumentError('expected x or x,y: whole numbers from 1 to 999999999');
  }
  return [Number(parts[0]), Number(parts.at(-1))];
}

function parseDepth(text: string): Depth {
  if (text === '8' || text === '16') return text === '8' ? 8 : 16;
  if (text === 'float') return text;
  throw new InvalidArgumentError('expected 8, 16 or float');
}

/** Each text of an option that is repeated. */
export function collect(text: string, soFar: string[] | undefined): string[] {
  return [...(soFar ?? []), text];
}

/** The borders and their pictures, for help. */
export const BORDER_HELP = BORDER_MODES.map((mode) => `${mode} ${BORDERS[mode].picture}`).join(', ');

/** Adds the options that say which kernels are slid and how. */
export function addConvolutionOptions(command: Command): Command {
  addKernelOption(command.optionsGroup('Sliding:'))
    .option('--flip', 'convolution: the kernel rotated by 180° with its anchor', false)
    .option('--no-flip', 'cross-correlation: the kernel as written (default)');
  return addFliplessOptions(command);
}

/** Adds the option that says which kernels are slid. */
export function addKernelOption(command: Command): Command {
  return command.option(
    '-k, --kernel <ref>',
    'a name, generator:param=value, JSON file, inline JSON or - for standard input; repeat for a bank',
    collect,
  );
}

/** Adds the options of sliding that are the same with and without flip. */
export function addFliplessOptions(command: Command): Command {
  return addColourOptions(
    addBorderOption(command)
      .addOption(
        new Option('--extent <extent>', 'which positions get an output')
          .choices(['same', 'valid', 'full'])
          .default('same'),
      )
      .option('--stride <x[,y]>', 'step between output samples', parsePair, [1, 1])
      .option('--dilation <x[,y]>', 'step between neighbouring weights', parsePair, [1, 1]),
  );
}

/** Adds the option that makes one map of a bank's. */
export function addCombineOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--combine <how>',
      "one map out of a bank's: rss or magnitude is the root of the sum of squares; of each two kernels, energy and phase (an even and an odd one; phase rises along the wave) and angle, that of (first, second), drawn as a hue: red where brightness rises to the right, then clockwise, as bright as the magnitude; default: none, or what the bank itself names, as sobel does",
    ).choices(['none', ...COMBINE_NAMES, 'energy', 'phase', 'angle']),
  );
}

/** Adds the options that say what is written and where. */
export function addWritingOptions(command: Command): Command {
  addFileOptions(command, '{name} {kernel} {ext} {inputExt} {dir} {below} {index} {number}', ['same']);
  return addMappingOptions(command)
    .option('--no-clobber', 'skip outputs that exist')
    .option('--in-place', 'replace the inputs, each in its own format', false);
}

/** Adds the options that say which file is written; `fields` are those of a template. */
export function addFileOptions(command: Command, fields: string, others: readonly string[] = []): Command {
  command
    .optionsGroup('Writing:')
    .option(
      '-o, --out <path>',
      `a file, a folder (ends in / or exists), a template with ${fields}, or - for standard output`,
    )
    .addOption(
      new Option('--format <format>', "default from --out's ending, else png; same: the input's").choices([
        ...Object.keys(FORMATS),
        ...others,
      ]),
    );
  return addEncodingOptions(command);
}

/** Adds the option that says how deep samples are. */
export function addDepthOption(command: Command): Command {
  return command.addOption(
    new Option('--depth <bits>', "8, 16 or float; default the input's; npy is always float").argParser(
      parseDepth,
    ),
  );
}

/** Adds the options that say how responses become values. */
export function addMappingOptions(command: Command): Command {
  return addDepthOption(command)
    .addOption(
      new Option(
        '--map <map>',
        'how responses become picture values; signed: 0 is mid-grey; auto: for each kernel of a bank by itself abs where its weights sum to 0 and it has no bias (edges), else clamp (blur, sharpen); with --combine abs where all do',
      )
        .choices(['clamp', 'abs', 'signed', 'minmax', 'auto'])
        .default('auto'),
    )
    .option('--gain <g>', 'multiplies responses before mapping', parseNumber, 1);
}

/** Adds the option that shows what was made. */
export function addPreviewOption(command: Command): Command {
  return command.option('--preview', 'show each picture in the terminal, on standard error', false);
}

/** Adds the options that say how a run goes. */
export function addRunningOptions(command: Command): Command {
  return addEngineOptions(command.optionsGroup('Running:'))
    .option('--explain-plan', 'print the plan of each map and do nothing', false)
    .option('--dry-run', 'print what would be read and written', false)
    .option('--json', 'one JSON object a line on standard output', false);
}

/** Adds the options of reading and computing. */
export function addEngineOptions(command: Command): Command {
  addThreadsOption(command).addOption(
    new Option(
      '--method <method>',
      'how sums are computed; auto takes the cheapest that keeps whole-number sums exact',
    )
      .choices(['auto', 'direct', 'separable', 'running-sums', 'fft', 'reference'])
      .default('auto'),
  );
  return addAllReadingOptions(command);
}

/** Adds the options that say which pictures are taken, and how large files and kernels may be. */
export function addAllReadingOptions(command: Command): Command {
  return addFileLimit(
    addReadingOptions(command).option(
      '--limit-kernel <n>',
      'most weights of a kernel',
      parseCount,
      DEFAULT_LIMITS.weights,
    ),
  );
}

/** Adds the option that says how many threads there may be. */
export function addThreadsOption(command: Command): Command {
  return command.addOption(
    new Option('--threads <n>', 'threads for large images')
      .default(availableParallelism(), 'one a core')
      .argParser(parseThreads),
  );
}

/** Adds the options that say which pictures are taken, but for the length of their files. */
export function addReadingOptions(command: Command): Command {
  return addDecodingOptions(command).option(
    '--limit-pixels <n>',
    'most pixels of an image or a map',
    parseCount,
    DEFAULT_LIMITS.pixels,
  );
}

/** Adds the option that bounds the length of image files. */
export function addFileLimit(command: Command): Command {
  return command.option(
    '--limit-file <bytes>',
    'most bytes of an image file',
    parseCount,
    DEFAULT_LIMITS.fileBytes,
  );
}

/** Adds the option that says what is read outside the image. */
export function addBorderOption(command: Command): Command {
  return command.addOption(
    new Option('--border <mode>', `what reads outside the image give: ${BORDER_HELP}; v as in constant:7`)
      .default(parseBorder('replicate'), 'replicate')
      .argParser(parseBorder),
  );
}

/** Adds the options that say which pictures are refused and how arrays are read. */
export function addDecodingOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--fail-on <damage>', 'from which damage on a picture is refused')
        .choices(['none', 'truncated', 'error', 'warning'])
        .default('warning'),
    )
    .addOption(
      new Option('--layout <axes>', 'of NPY arrays: height, width, channels, or channels first')
        .choices(['hwc', 'chw'])
        .default('hwc'),
    );
}
