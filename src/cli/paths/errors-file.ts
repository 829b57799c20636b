// The file of --errors, looked at before anything is done: it is written when all the work is over. Writes nothing.

import { dirname, resolve, sep } from 'node:path';
import { OutputError, UsageError } from '../../core/errors.js';
import { checkFolderOf } from '../../io/write/check-writable.js';
import { checkTarget, isThere } from '../../io/write/write-atomic.js';
import type { OutputPlan } from './outputs.js';
import { STANDARD_OUTPUT } from './template.js';

/** Checks the word by itself. @throws UsageError. */
export function checkErrorsOption(path: string): void {
  if (path === STANDARD_OUTPUT) {
    const problem = 'standard output has the results';
    throw new UsageError({
      subject: '--errors -',
      problem,
      advice: 'name a file; --json has what failed there, too',
    });
  }
  if (path === '' || /[/\\]$/.test(path)) {
    const found = path === '' ? 'nothing' : 'a folder';
    throw new UsageError({ subject: `--errors ${path}`.trim(), expected: 'the path of a file', found });
  }
}

/** Checks the place. @throws UsageError where the file could not be written. */
export async function checkErrorsFile(
  path: string,
  { images, inputs, rule }: Pick<OutputPlan, 'images' | 'inputs' | 'rule'>,
): Promise<void> {
  const folder = resolve(dirname(path));
  // The outputs' folders are made on the way.
  const isMade = ({ path: output }: { readonly path: string }) => resolve(output).startsWith(folder + sep);
  const willBe = rule.makesFolders && images.some(({ outputs }) => outputs.some(isMade));
  try {
    await checkTarget(path, inputs);
    if (!willBe || (await isThere(folder))) await checkFolderOf(path);
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    const { advice: _, ...details } = error.details;
    throw new UsageError(
      { ...details, subject: `--errors ${path}`, advice: 'name a file that can be written' },
      { cause: error },
    );
  }
}
