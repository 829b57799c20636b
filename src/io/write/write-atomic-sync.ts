// Writes a file atomically and synchronously, for a process that is about to exit.

import { renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { systemPath } from '../path-bytes.js';
import { PinnedTarget } from './pinned-target.js';
import { temporaryName } from './temp-files.js';

/** Writes the file at `path`, without flushing it to disk. @returns whether it was written. */
export function writeAtomicSync(path: string, bytes: Uint8Array): boolean {
  let target: PinnedTarget | undefined;
  let temporary: string | undefined;
  try {
    target = new PinnedTarget(path, true);
    temporary = target.sibling(temporaryName());
    writeFileSync(temporary, bytes, { flag: 'wx' });
    renameSync(temporary, systemPath(target.target));
    return true;
  } catch {
    // The process exits: the result is all that can be reported.
    try {
      if (temporary !== undefined) unlinkSync(temporary);
    } catch {
      // It was never created.
    }
    return false;
  } finally {
    target?.close();
  }
}
