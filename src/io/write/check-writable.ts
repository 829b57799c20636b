// Whether a file can be made or replaced at a path, told without making it: for what is written at the end of long work.

import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OutputError } from '../../core/errors.js';
import { onDisk } from '../path-bytes.js';
import { reasonOf } from '../system-error.js';
import { resolveLinks } from './pinned-target.js';

/** Makes sure that the folder of `path` is there and takes files. @throws OutputError saying why not. */
export async function checkFolderOf(path: string): Promise<void> {
  // A link stays: what it names is replaced, beside which a temporary file is made.
  let folder = dirname(path);
  try {
    folder = dirname(resolveLinks(path));
    await access(onDisk(folder), constants.W_OK | constants.X_OK);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'is not there' : `takes no files: ${reasonOf(cause)}`;
    const problem = `cannot be written: the folder ${folder} ${reason}`;
    throw new OutputError({ subject: path, problem }, { cause });
  }
}
