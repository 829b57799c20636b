// `--in-place` and `--format same`: checks the options they exclude, and finds the format of each input.

import { formatOf, type InputFormat, SIGNATURE_BYTES } from '../../codecs/decode/signature.js';
import { checkLossy, supportedLossyOptions, unsupportedLossyOptions } from '../../codecs/lossy-checks.js';
import { FORMATS, type FormatName, formatOfEnding } from '../../codecs/registry.js';
import { ImageError, UsageError } from '../../core/errors.js';
import { identityOf, isPipe, STANDARD_STREAM } from '../../io/read-file.js';
import { readStart } from '../../io/read-start.js';
import { statOfProtectedSync } from '../../io/stat.js';
import type { Logger } from '../console/logger.js';
import type { ApplyOptions, BatchOptions, Part } from '../options/apply-options.js';
import type { Input } from './inputs.js';

/** The options that decide whether outputs keep the format of their input, or replace it. */
type KeepFormatOptions = Pick<
  ApplyOptions & Partial<BatchOptions>,
  'out' | 'format' | 'stack' | 'sheet' | 'clobber' | 'layout' | 'inPlace' | 'resume'
>;

/** Whether each output has the format of its input. */
export function keepsFormat({ format, inPlace }: Pick<ApplyOptions, 'format' | 'inPlace'>): boolean {
  return format === 'same' || inPlace;
}

/** @throws UsageError for options that --in-place or --format same exclude. */
export function checkKeepFormat(
  options: KeepFormatOptions,
  parts: readonly Part[],
  args: readonly string[],
): void {
  if (!keepsFormat(options)) return;
  const { out, format, inPlace, stack } = options;
  if (stack) {
    const found = 'the format of the input';
    throw new UsageError({ subject: '--stack', expected: '--format npy or tiff', found });
  }
  if (!inPlace) {
    if (out === undefined || /([/\\]|\{ext\}|\{inputExt\})$/.test(out) || !/\.[^./\\{}]+$/.test(out)) return;
    const problem = `contradicts the ending of --out ${out}`;
    const advice = 'omit --format, or end --out with / or .{ext}';
    throw new UsageError({ subject: '--format same', problem, advice });
  }
  const conflicts: readonly (readonly [boolean, string, string])[] = [
    [args.includes(STANDARD_STREAM), '-', 'standard input cannot be replaced'],
    [out !== undefined && out !== STANDARD_STREAM, '--out', 'the outputs replace the inputs'],
    [format !== undefined && format !== 'same', `--format ${format}`, 'replaced inputs keep their format'],
    [options.sheet === true, '--sheet', 'the sheet would replace the input'],
    [!options.clobber, '--no-clobber', 'every input exists, so all would be skipped'],
    [options.resume === true, '--resume', 'a replaced picture would be filtered again'],
    [options.layout === 'chw', '--layout chw', 'arrays are written as (height, width, channels)'],
  ];
  const conflict = conflicts.find(([isGiven]) => isGiven);
  if (conflict) {
    const problem = `cannot be combined with ${conflict[1]}: ${conflict[2]}`;
    throw new UsageError({ subject: '--in-place', problem, advice: 'omit one of them' });
  }
  if (parts.length === 1) return;
  throw new UsageError({
    subject: '--in-place',
    expected: 'one output per input',
    found: `${parts.length} kernels`,
    advice: 'give one --kernel, or combine the maps with --combine',
  });
}

/** Notes options that some formats do not support. @throws UsageError for options that exclude each other. */
export function checkFormats(options: ApplyOptions, formats: ReadonlySet<FormatName>, logger: Logger): void {
  for (const format of formats) {
    const unsupported = unsupportedLossyOptions(format, options);
    if (options.compression !== undefined && format !== 'png')
      unsupported.push(`--compression ${options.compression}`);
    for (const flag of unsupported)
      logger.note(flag, `is not supported by ${format} and ignored for its outputs`);
    checkLossy(format, supportedLossyOptions(format, options));
  }
}

/** @throws UsageError where two inputs to replace are the same file, or one is a kernel file of the run. */
export function checkReplaced(inputs: readonly string[], kernelFiles: ReadonlySet<string>): void {
  const seen = new Map<string, string>();
  for (const path of inputs) {
    const there = statOfProtectedSync(path);
    if (!there) continue;
    const identity = identityOf(there);
    const other = seen.get(identity);
    const problem = kernelFiles.has(identity)
      ? 'is also a kernel file of this run'
      : `is the same file as ${other}`;
    if (other !== undefined || kernelFiles.has(identity))
      throw new UsageError({ subject: path, problem, advice: 'name each file once' });
    seen.set(identity, path);
  }
}

/**
 * Detects the format of each input by its first bytes. Unreadable inputs are kept: reading them reports the error.
 * @returns the inputs whose format can be written, their formats by path, and an error for each other input.
 */
export async function formatsOf(inputs: readonly Input[]) {
  const formats = new Map<string, FormatName>();
  const failures: ImageError[] = [];
  const kept: Input[] = [];
  for (const input of inputs) {
    const head = await readStart(input.path, SIGNATURE_BYTES);
    if (!head && isPipe(input.path)) {
      const problem = 'is a pipe, and its format is unknown before it is read';
      const advice = 'choose an output format, for example --format png';
      failures.push(new ImageError({ subject: input.path, problem, advice }));
      continue;
    }
    const found = head && formatOf(head);
    const format = found ? outputFormatFor(found, head!) : formatOfEnding(input.path);
    if (found && !format) failures.push(unwritableFormat(input.path, found));
    else kept.push(input);
    if (format) formats.set(input.path, format);
  }
  return { inputs: kept, formats, failures };
}

/** The output format for an input format; undefined where it can only be read. */
function outputFormatFor(format: InputFormat, head: Uint8Array): FormatName | undefined {
  if (format !== 'pnm') return Object.hasOwn(FORMATS, format) ? (format as FormatName) : undefined;
  return [0x33, 0x36].includes(head[1]!) ? 'ppm' : 'pgm';
}

function unwritableFormat(path: string, format: InputFormat): ImageError {
  const subject = path === STANDARD_STREAM ? 'standard input' : path;
  const problem = `is a ${format.toUpperCase()} file, a format that can be read but not written`;
  return new ImageError({ subject, problem, advice: 'choose another format, for example --format png' });
}
