// `--resume`: which outputs are there already, made by the same command from an input that has not changed since.

import { headOf, isNewer, readBeside, writeBeside } from '../files/made.js';
import { STANDARD_STREAM } from '../files/read.js';
import type { FormatName } from '../output/formats.js';
import { MADE, pngText } from '../output/made.js';

/** The text stands before the samples and an ICC profile. */
const HEAD_BYTES = 64 * 1024;

/** Whether an output need not be made again. */
export async function isMade(
  output: string,
  input: string,
  made: string,
  format: FormatName,
): Promise<boolean> {
  if (input === STANDARD_STREAM || !(await isNewer(output, input))) return false;
  const said = keepsInside(format)
    ? pngText(await headOf(output, HEAD_BYTES), MADE)
    : await readBeside(output);
  return said === made;
}

/** Notes how an output was made where its format cannot hold it. @throws OutputError. */
export async function noteMade(
  output: string,
  made: string,
  format: FormatName,
  inputs: ReadonlySet<string>,
): Promise<void> {
  if (!keepsInside(format)) await writeBeside(output, made, inputs);
}

function keepsInside(format: FormatName): boolean {
  return format === 'png';
}
