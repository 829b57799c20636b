// Checks options of lossy formats: which format has which option, and which exclude each other.

import { UsageError } from '../core/errors.js';
import { type LossyOptions, SUBSAMPLINGS } from './lossy-options.js';
import type { FormatName } from './registry.js';

const FORMATS_BY_OPTION: Readonly<Record<keyof LossyOptions, readonly FormatName[]>> = {
  quality: ['jpeg', 'webp', 'avif'],
  subsampling: ['jpeg', 'webp', 'avif'],
  lossless: ['webp', 'avif'],
};

const KEYS = Object.keys(FORMATS_BY_OPTION) as (keyof LossyOptions)[];

/** The given options that a format does not have, as flags. */
export function unsupportedLossyOptions(format: FormatName, options: LossyOptions): string[] {
  return unsupportedKeys(format, options).map((key) => flagOf(key, options));
}

/** The subset of the options that a format has. */
export function supportedLossyOptions(format: FormatName, options: LossyOptions): LossyOptions {
  const supported = KEYS.filter((key) => FORMATS_BY_OPTION[key].includes(format));
  return Object.fromEntries(supported.map((key) => [key, options[key]]));
}

/**
 * Checks that the format has the options and that they are compatible.
 * @param advice for choosing another format, if the format was not chosen by the user.
 * @throws UsageError.
 */
export function checkLossy(format: FormatName, options: LossyOptions, advice?: string): void {
  const { quality, subsampling, lossless } = options;
  const refuse = (subject: string, problem: string, advice: string) =>
    new UsageError({ subject, problem, advice });
  const [key] = unsupportedKeys(format, options);
  if (key !== undefined) {
    const flag = flagOf(key, options);
    if (key === 'lossless' && format !== 'jpeg')
      throw refuse(flag, `${format} is always lossless`, 'leave it out');
    const problem = key === 'lossless' ? `${format} is never lossless` : `${format} has no ${key}`;
    const others = `leave it out, or use --format ${FORMATS_BY_OPTION[key].join(' or ')}`;
    throw refuse(flag, problem, advice ?? others);
  }
  if (quality !== undefined && !(Number.isInteger(quality) && quality >= 1 && quality <= 100)) {
    const expected = 'a whole number from 1 to 100';
    throw new UsageError({ subject: '--quality', expected, found: String(quality) });
  }
  if (subsampling !== undefined && !SUBSAMPLINGS.includes(subsampling)) {
    const expected = SUBSAMPLINGS.join(' or ');
    throw new UsageError({ subject: '--subsampling', expected, found: String(subsampling) });
  }
  if (lossless && quality !== undefined)
    throw refuse('--lossless', 'every sample is kept, so --quality has no effect', 'leave one of them out');
  if (lossless && subsampling === '420')
    throw refuse('--lossless', '--subsampling 420 would lose colours', 'leave one of them out');
  if (format !== 'webp' || subsampling === undefined) return;
  const flag = flagOf('subsampling', options);
  if (quality === undefined)
    throw refuse(flag, 'webp is lossless without --quality', 'leave it out, or add --quality');
  if (subsampling === '444')
    throw refuse(flag, 'lossy webp is always 420', 'leave it out, or use --format jpeg or avif');
}

function unsupportedKeys(format: FormatName, options: LossyOptions): (keyof LossyOptions)[] {
  const isGiven = (key: keyof LossyOptions) => options[key] !== undefined && options[key] !== false;
  return KEYS.filter((key) => isGiven(key) && !FORMATS_BY_OPTION[key].includes(format));
}

function flagOf(key: keyof LossyOptions, options: LossyOptions): string {
  return key === 'lossless' ? '--lossless' : `--${key} ${options[key]}`;
}
