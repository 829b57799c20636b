// Writes a file atomically and synchronously, for a process that is about to exit.

import { bestEffort } from '../best-effort.js';
import { fileSystem } from '../current-file-system.js';
import { systemPath } from '../path-bytes.js';
import { isSystemError } from '../system-error.js';
import { PinnedTarget } from './pinned-target.js';
import { temporaryName } from './temp-files.js';
import { writeAllSync } from './write-all.js';

/** Writes the file at `path`, without flushing it to disk. @returns whether the system let it be written. */
export function writeAtomicSync(path: string, bytes: Uint8Array): boolean {
  let target: PinnedTarget | undefined;
  let temporary: string | undefined;
  let descriptor: number | undefined;
  try {
    target = new PinnedTarget(path, true);
    const name = target.sibling(temporaryName());
    descriptor = fileSystem().openSync(name, 'wx');
    temporary = name;
    writeAllSync(descriptor, [bytes]);
    const closing = descriptor;
    descriptor = undefined;
    fileSystem().closeSync(closing);
    fileSystem().renameSync(temporary, systemPath(target.target));
    return true;
  } catch (error) {
    bestEffort(() => descriptor !== undefined && fileSystem().closeSync(descriptor));
    bestEffort(() => temporary !== undefined && fileSystem().unlinkSync(temporary));
    // The process exits: the result is all that can be reported.
    if (!isSystemError(error)) throw error;
    return false;
  } finally {
    target?.close();
  }
}
