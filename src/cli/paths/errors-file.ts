// Checks that the file of --errors can be written, before any work begins: it is written at the end of the run.

import { dirname, resolve, sep } from 'node:path';
import { OutputError, UsageError } from '../../core/errors.js';
import { pathExists } from '../../io/stat.js';
import { checkFolderOf, checkTarget } from '../../io/write/pinned-target.js';
import type { OutputPlan } from './outputs.js';
import { STANDARD_OUTPUT } from './template.js';

/** Checks the value of the option. @throws UsageError. */
export function checkErrorsOption(path: string): void {
  if (path === STANDARD_OUTPUT) {
    const problem = 'standard output is used for results';
    throw new UsageError({
      subject: '--errors -',
      problem,
      advice: 'name a file; --json writes failures to standard output',
    });
  }
  if (path === '' || /[/\\]$/.test(path)) {
    const found = path === '' ? 'nothing' : 'a folder';
    throw new UsageError({ subject: `--errors ${path}`.trim(), expected: 'the path of a file', found });
  }
}

/** Checks its folder and what is at its path. @throws UsageError where the file cannot be written. */
export async function checkErrorsFile(
  path: string,
  { images, inputs, rule }: Pick<OutputPlan, 'images' | 'inputs' | 'rule'>,
): Promise<void> {
  const folder = resolve(dirname(path));
  // Folders of outputs are created during the run.
  const isInside = ({ path: output }: { readonly path: string }) => resolve(output).startsWith(folder + sep);
  const isCreated = rule.makesFolders && images.some(({ outputs }) => outputs.some(isInside));
  try {
    await checkTarget(path, inputs);
    if (!isCreated || (await pathExists(folder))) await checkFolderOf(path);
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    const { advice: _, ...details } = error.details;
    throw new UsageError(
      { ...details, subject: `--errors ${path}`, advice: 'name a file that can be written' },
      { cause: error },
    );
  }
}
