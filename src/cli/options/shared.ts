// The options that several commands share, and how options are declared.

import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { SUBSAMPLINGS } from '../../codecs/lossy-options.js';
import { COMPRESSIONS } from '../../codecs/png/compression.js';
import { FORMATS } from '../../codecs/registry.js';
import { DEFAULT_LIMITS } from '../../index.js';
import { COMBINE_NAMES } from '../../kernels/combine.js';
import { BORDER_MODES, BORDERS, parseBorder } from '../../plan/border.js';
import { parseShard } from '../paths/shard.js';
import {
  collect,
  parseBytes,
  parseCount,
  parseDepth,
  parseNumber,
  parsePair,
  parseWholeNumber,
} from './parse-values.js';

/** A larger number of threads is taken for a typing error. */
const MAX_THREADS = 256;
const LAYOUTS = ['hwc', 'chw'];
const FAIL_ON = ['none', 'truncated', 'error', 'warning'];
const CHANNELS = ['each', 'gray', 'r', 'g', 'b', 'a'];

/** The border modes for help texts, each with its picture. */
export const BORDER_HELP = `${BORDER_MODES.filter((mode) => mode !== 'renormalize')
  .map((mode) => `${mode} ${BORDERS[mode].picture}`)
  .join(', ')} (constant:7 sets v to 7), or renormalize: omit taps outside the image and scale up the others`;

/** An option without a value. */
export function flag(flags: string, text: string): Option {
  return new Option(flags, text).default(false);
}

/** An option with one of several values. @param shown the default as help shows it. */
export function choice(
  flags: string,
  text: string,
  choices: readonly string[],
  fallback?: string,
  shown?: string,
): Option {
  return new Option(flags, text).choices(choices).default(fallback, shown);
}

/** An option whose value `parse` reads. @param shown the default as help shows it. */
export function value<T>(
  flags: string,
  text: string,
  parse: (text: string, previous: T) => T,
  fallback?: unknown,
  shown?: string,
): Option {
  return new Option(flags, text).argParser(parse).default(fallback, shown);
}

export function addOptions(command: Command, heading: string, ...options: readonly (Option | Option[])[]) {
  command.optionsGroup(heading);
  for (const option of options.flat()) command.addOption(option);
}

/** Functions that create the options: commander changes those that are added. `of` and `per` complete the help text. */
export const shared = {
  kernel: () =>
    value(
      '-k, --kernel <ref>',
      'kernel: a name such as sobel-x, a generator such as gaussian:sigma=2, a kernel file, inline JSON, or - for standard input; repeat for several kernels',
      collect,
    ),

  border: () => {
    const text = `how samples outside the image are filled: ${BORDER_HELP}`;
    return value('--border <mode>', text, parseBorder, parseBorder('replicate'), 'replicate');
  },

  flip: () => [
    flag('--flip', 'convolution: rotate the kernel by 180°, with its anchor'),
    new Option('--no-flip', 'cross-correlation: use the kernel as written (default)'),
  ],

  geometry: () => [
    choice(
      '--extent <extent>',
      'positions that get an output: same as the image, valid where the kernel fits into the image, full where it overlaps the image',
      ['same', 'valid', 'full'],
      'same',
    ),
    value('--stride <x[,y]>', 'step between output samples', parsePair, [1, 1]),
    value('--dilation <x[,y]>', 'step between neighbouring weights, in samples', parsePair, [1, 1]),
  ],

  combine: () =>
    choice(
      '--combine <how>',
      'combine the maps of several kernels into one; rss, also called magnitude, is the root of the sum of squares; energy and phase take pairs of an even and an odd kernel (phase increases along the wave); angle takes pairs of an x and a y gradient and is drawn as hue: red where brightness rises to the right, then clockwise, as bright as the magnitude',
      ['none', ...COMBINE_NAMES, 'energy', 'phase', 'angle'],
      undefined,
      'none, unless the bank declares one, as sobel does',
    ),

  channels: (choices: readonly string[] = CHANNELS) =>
    choice(
      '--channels <which>',
      'channels to use: each one separately, gray (0.299 R + 0.587 G + 0.114 B), or a single one',
      choices,
      'each',
    ),

  colour: () => [
    shared.channels(),
    choice(
      '--alpha <mode>',
      'keep: copy alpha through; filter: filter it like a colour; premultiply: weight colour by it; drop: remove it; auto: premultiply for averaging kernels (no negative weight) on an image that is not opaque, so that hidden colour does not bleed, else keep',
      ['keep', 'filter', 'premultiply', 'drop', 'auto'],
      'auto',
    ),
    flag(
      '--linear',
      "filter in linear light: decode with the image's ICC, sRGB or gAMA curve, else sRGB, and encode back",
    ),
  ],

  /** @param fields the fields of a template, as help lists them. */
  out: (fields: string) =>
    new Option(
      '-o, --out <path>',
      `output path: a file, a folder (ends in / or exists), a template with ${fields}, or - for standard output`,
    ),

  /** @param hasSame whether it also takes `same`. */
  format: (hasSame = false) =>
    choice(
      '--format <format>',
      `output format${hasSame ? "; same keeps each input's format" : ''}`,
      [...Object.keys(FORMATS), ...(hasSame ? ['same'] : [])],
      undefined,
      'from the ending of --out, else png',
    ),

  depth: () => {
    const text = 'sample depth of outputs: 8, 16 or float; npy is always float';
    return value('--depth <bits>', text, parseDepth, undefined, "the input's");
  },

  /** @param note text added to the help of --map. */
  mapping: (note = '') => [
    choice(
      '--map <map>',
      `how responses become picture values: clamp to the range, abs (magnitude), signed (0 becomes mid-grey), minmax (stretch to the range); auto: abs for each kernel whose weights sum to 0 and that has no bias (edges), else clamp (blur, sharpen)${note}`,
      ['clamp', 'abs', 'signed', 'minmax', 'auto'],
      'auto',
    ),
    value('--gain <g>', 'multiply responses by this before mapping', parseNumber, 1),
  ],

  noClobber: () => new Option('--no-clobber', 'skip outputs that exist'),
  preview: () => flag('--preview', 'show each picture in the terminal, on standard error'),

  gather: () => [
    flag(
      '--stack',
      'write all maps of an image to one file: an array (maps, height, width), or the pages of a TIFF',
    ).conflicts('sheet'),
    flag('--sheet', 'draw all maps of an image on one picture, each with its kernel and name'),
  ],

  encoding: () => [
    choice(
      '--compression <how>',
      'PNG: write quickly, balanced (the default), or write small files',
      COMPRESSIONS,
    ),
    value(
      '--quality <1-100>',
      'quality of JPEG, WebP and AVIF',
      (text) => parseWholeNumber(text, 100),
      undefined,
      '95; WebP is lossless without it',
    ),
    choice(
      '--subsampling <how>',
      'JPEG and AVIF: colour at full (444) or half (420) resolution',
      SUBSAMPLINGS,
      undefined,
      '444',
    ),
    new Option('--lossless', 'WebP and AVIF: keep every sample exactly'),
  ],

  decoding: () => [
    choice('--fail-on <damage>', 'reject images damaged this badly or worse', FAIL_ON, 'warning'),
    choice(
      '--layout <axes>',
      'axes of NPY inputs: height, width, channels, or channels first',
      LAYOUTS,
      'hwc',
    ),
  ],

  limitPixels: (of = 'an image or a map') =>
    value('--limit-pixels <n>', `maximum pixels of ${of}`, parseCount, DEFAULT_LIMITS.pixels),
  limitKernel: (of = 'a kernel') =>
    value('--limit-kernel <n>', `maximum weights of ${of}`, parseCount, DEFAULT_LIMITS.weights),
  limitFile: (of = 'an image file') =>
    value('--limit-file <bytes>', `maximum bytes of ${of}`, parseCount, DEFAULT_LIMITS.fileBytes),
  reading: () => [shared.decoding(), shared.limitPixels(), shared.limitKernel(), shared.limitFile()].flat(),

  memory: (of: string) => {
    const text = `maximum memory for ${of}, such as 500M or 4G`;
    return value('--memory <bytes>', text, parseBytes, undefined, 'half of what is free');
  },

  batch: () => [
    flag('-r, --recursive', 'search folders recursively'),
    new Option('--files-from <list>', 'read input paths from this file, one per line; - is standard input'),
    flag('-0, --null', 'paths of --files-from end with NUL, as find -print0 writes them'),
    value(
      '--shard <i/n>',
      'process only part i (from 1) of n; the split is the same on every machine',
      parseShard,
    ),
    flag('--resume', 'skip outputs that are up to date for this command'),
    flag('--fail-fast', 'start no further image after one has failed'),
    new Option('--errors <file>', 'write failures to this file, one JSON object per line'),
    shared.memory('images that are processed in parallel'),
  ],

  threads: () => {
    const parse = (text: string) => parseWholeNumber(text, MAX_THREADS);
    return value('--threads <n>', 'number of threads', parse, availableParallelism(), 'one per core');
  },

  method: () =>
    choice(
      '--method <method>',
      'how sums are computed; auto takes the cheapest method that keeps sums of whole numbers exact',
      ['auto', 'direct', 'separable', 'running-sums', 'fft', 'reference'],
      'auto',
    ),

  dryRun: () => flag('--dry-run', 'print what would be read and written, and do nothing'),
  json: (per: string) => flag('--json', `print one JSON object per ${per} on standard output`),
};
