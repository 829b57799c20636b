// `--in-place` and `--format same`: what does not go with them, and the format of each input. Writes nothing.

import { formatOf, HEAD, type InputFormat } from '../../codecs/decode/signature.js';
import type { FormatName } from '../../codecs/format-name.js';
import { checkLossy, lossyFor, unsupportedLossyOptions } from '../../codecs/lossy-options.js';
import { formatOfEnding } from '../../codecs/registry.js';
import { ImageError, UsageError } from '../../core/errors.js';
import { identityOf, isPipe, STANDARD_STREAM } from '../../io/read-file.js';
import { beginningOf } from '../../io/read-start.js';
import { statNow } from '../../io/write/write-atomic.js';
import type { Logger } from '../console/logger.js';
import type { ApplyOptions, Part } from '../options/apply-options.js';
import type { Input } from './inputs.js';

/** The words that decide whether inputs keep their format, or are replaced. */
type KeepFormatOptions = Pick<
  ApplyOptions,
  'out' | 'format' | 'stack' | 'sheet' | 'clobber' | 'layout' | 'inPlace'
> & {
  readonly resume?: boolean;
};

/** Whether each output gets the format of its input. */
export function keepsFormat({ format, inPlace }: Pick<ApplyOptions, 'format' | 'inPlace'>): boolean {
  return format === 'same' || inPlace;
}

/** @throws UsageError for options that do not go with --in-place or --format same. */
export function checkKeepFormat(
  options: KeepFormatOptions,
  parts: readonly Part[],
  args: readonly string[],
): void {
  if (!keepsFormat(options)) return;
  const { out, format, inPlace, stack } = options;
  if (stack)
    throw new UsageError({
      subject: '--stack',
      expected: '--format npy or tiff',
      found: 'the format of the input',
    });
  if (!inPlace) {
    if (out === undefined || /([/\\]|\{ext\}|\{inputExt\})$/.test(out) || !/\.[^./\\{}]+$/.test(out)) return;
    const advice = 'leave --format out, or end --out with / or .{ext}';
    throw new UsageError({
      subject: '--format same',
      problem: `--out ${out} has an ending of its own`,
      advice,
    });
  }
  const given: readonly (readonly [boolean, string, string])[] = [
    [args.includes(STANDARD_STREAM), '-', 'standard input cannot be replaced'],
    [out !== undefined && out !== STANDARD_STREAM, '--out', 'inputs are replaced: there is no other path'],
    [format !== undefined && format !== 'same', `--format ${format}`, 'replaced inputs keep their format'],
    [options.sheet === true, '--sheet', 'a sheet would replace the picture'],
    [!options.clobber, '--no-clobber', 'every input exists and would be skipped'],
    [options.resume === true, '--resume', 'a picture that was replaced would be filtered again'],
    [options.layout === 'chw', '--layout chw', 'arrays are written as (height, width, channels)'],
  ];
  const wrong = given.find(([isGiven]) => isGiven);
  if (wrong) {
    const advice = 'leave out one of them';
    throw new UsageError({
      subject: '--in-place',
      problem: `does not go with ${wrong[1]}: ${wrong[2]}`,
      advice,
    });
  }
  if (parts.length === 1) return;
  throw new UsageError({
    subject: '--in-place',
    expected: 'one output for an input',
    found: `${parts.length} kernels`,
    advice: 'give one --kernel, or make one map of several with --combine',
  });
}

/** Notes what some of the formats do not have. @throws UsageError for options that exclude each other. */
export function checkFormats(options: ApplyOptions, formats: ReadonlySet<FormatName>, logger: Logger): void {
  for (const format of formats) {
    const beside = unsupportedLossyOptions(format, options);
    if (options.compression !== undefined && format !== 'png')
      beside.push(`--compression ${options.compression}`);
    for (const flag of beside)
      logger.note(flag, `has no meaning for ${format}: such outputs are written without it`);
    checkLossy(format, lossyFor(format, options));
  }
}

/** @throws UsageError where two inputs that are to be replaced are one file, or one is a kernel file. */
export function checkReplaced(inputs: readonly string[], kernelFiles: ReadonlySet<string>): void {
  const seen = new Map<string, string>();
  for (const path of inputs) {
    const there = statNow(path);
    if (!there) continue;
    const identity = identityOf(there);
    const other = seen.get(identity);
    const problem = kernelFiles.has(identity)
      ? 'is a kernel file of this run, too'
      : `is the same file as ${other}`;
    if (other !== undefined || kernelFiles.has(identity))
      throw new UsageError({ subject: path, problem, advice: 'name each file once' });
    seen.set(identity, path);
  }
}

/** Inputs whose format is written too, with that format by path; and an error for each of the others. */
export interface SameFormats {
  readonly inputs: readonly Input[];
  readonly formats: ReadonlyMap<string, FormatName>;
  readonly failures: readonly ImageError[];
}

/** Looks at the first bytes of all inputs. Those that cannot be read are kept: reading them will say why. */
export async function formatsOf(inputs: readonly Input[]): Promise<SameFormats> {
  const formats = new Map<string, FormatName>();
  const failures: ImageError[] = [];
  const kept: Input[] = [];
  for (const input of inputs) {
    const head = await beginningOf(input.path, HEAD);
    if (!head && isPipe(input.path)) {
      failures.push(notTold(input.path));
      continue;
    }
    const found = head && formatOf(head);
    const format = found ? outputFor(found, head!) : formatOfEnding(input.path);
    if (found && !format) failures.push(notWritten(input.path, found));
    else kept.push(input);
    if (format) formats.set(input.path, format);
  }
  return { inputs: kept, formats, failures };
}

/** The format that is written as an input's is; undefined for one that is only read. */
function outputFor(format: InputFormat, head: Uint8Array): FormatName | undefined {
  if (format === 'gif' || format === 'bmp') return undefined;
  if (format !== 'pnm') return format;
  return [0x33, 0x36].includes(head[1]!) ? 'ppm' : 'pgm';
}

function notTold(subject: string): ImageError {
  const problem = 'is a pipe, whose format is not known before it is read';
  return new ImageError({ subject, problem, advice: 'name one with --format, such as --format png' });
}

function notWritten(path: string, format: InputFormat): ImageError {
  const subject = path === STANDARD_STREAM ? 'standard input' : path;
  const problem = `is a ${format.toUpperCase()} file, a format that is read but not written`;
  return new ImageError({ subject, problem, advice: 'name another with --format, such as --format png' });
}
