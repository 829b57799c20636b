// Checks whether a file can be created or replaced at a path, without creating it: before long work starts.

import { type BigIntStats, constants } from 'node:fs';
import { dirname } from 'node:path';
import { OutputError } from '../../core/errors.js';
import { fileSystem } from '../file-system.js';
import { checkNul, identityOf } from '../read-file.js';
import { statOf } from '../stat.js';
import { reasonOf } from '../system-error.js';
import { overwritesInputError, resolveLinks } from './pinned-target.js';

/** Checks that the folder of `path` exists and accepts new files. @throws OutputError with the reason. */
export async function checkFolderOf(path: string): Promise<void> {
  // A link is kept: the file that it names is replaced, and the temporary file is created next to that file.
  let folder = dirname(path);
  try {
    folder = dirname(resolveLinks(path));
    await fileSystem().access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'is not there' : `takes no files: ${reasonOf(cause)}`;
    const problem = `cannot be written: the folder ${folder} ${reason}`;
    throw new OutputError({ subject: path, problem }, { cause });
  }
}

/**
 * Checks that `path`, links followed, may be replaced: nothing is there, or a writable regular file that is no input.
 * @throws OutputError with the reason.
 */
export async function checkTarget(path: string, inputs: ReadonlySet<string>): Promise<void> {
  checkNul(path, OutputError);
  const existing = await statOf(path);
  if (existing && inputs.has(identityOf(existing))) throw overwritesInputError(path);
  checkReplaceable(existing, path, path);
}

/**
 * @param existing the status of the file to replace; null if there is none.
 * @param path the path as the user wrote it, for errors; `target` is where the file itself is.
 * @throws OutputError unless nothing is there, or a regular file that is writable.
 */
export function checkReplaceable(existing: BigIntStats | null, path: string, target: string): void {
  if (!existing) return;
  if (!existing.isFile()) {
    throw new OutputError({
      subject: path,
      expected: 'a regular file or an unused path',
      found: existing.isDirectory() ? 'a folder' : 'a device, pipe or socket',
      ...(existing.isDirectory() ? {} : { advice: 'use --out - and redirect standard output there' }),
    });
  }
  try {
    fileSystem().accessSync(target, constants.W_OK);
  } catch (cause) {
    throw new OutputError({ subject: path, problem: `cannot be replaced: ${reasonOf(cause)}` }, { cause });
  }
}
