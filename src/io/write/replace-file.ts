// Replaces a file atomically: a temporary file in the same folder is filled, flushed and renamed. For a process that is
// about to exit, also synchronously and without flushing.

import { dirname } from 'node:path';
import { OutputError } from '../../core/errors.js';
import { fileSystem } from '../file-system.js';
import { checkNul } from '../read-file.js';
import { bestEffort, ignoreSystemError, isSystemError, reasonOf } from '../system-error.js';
import { checkReplaceable } from './check-writable.js';
import { copyPermissions, PinnedTarget } from './pinned-target.js';
import { removeOldTemporaries, temporaries, temporaryName } from './temp-files.js';
import { writeAllSync } from './write-all.js';

export interface ReplaceOptions {
  /** Whether the file has reached the disk when the promise resolves. */
  readonly flush: boolean;
  /** What happens to a link at the path: the file that it names is replaced, the link itself is, or it is an error. */
  readonly links: 'follow' | 'replace' | 'refuse';
}

/**
 * Replaces or creates the file at `path`. After an error, the previous file is unchanged.
 * @param fill writes the file through its descriptor. What it throws is thrown on, unless the system caused it.
 * @param inputs identities (see read-file.ts) of files that must not be overwritten, by whatever path.
 * @throws OutputError with the path and the reason.
 */
export async function replaceFile(
  path: string,
  fill: (descriptor: number) => Promise<void>,
  inputs: ReadonlySet<string>,
  { flush, links }: ReplaceOptions,
): Promise<void> {
  checkNul(path, OutputError);
  let target: PinnedTarget | undefined;
  let temporary: string | undefined;
  let descriptor: number | undefined;
  try {
    target = new PinnedTarget(path, links === 'follow');
    const existing = target.check(inputs);
    if (links === 'refuse') checkReplaceable(existing, path, target.target);
    await removeOldTemporaries(target.sibling(''), target.identity);
    temporary = target.sibling(temporaryName());
    temporaries.add(temporary, target.folder);
    // Calls this short take less time than handing them to another thread; filling and flushing are asynchronous.
    descriptor = fileSystem().openSync(temporary, 'wx');
    await fill(descriptor);
    copyPermissions(target.check(inputs), descriptor);
    if (flush) await fileSystem().fsync(descriptor);
    // Closed before the rename, since a failing close loses data, too; and never closed twice.
    const closing = descriptor;
    descriptor = undefined;
    fileSystem().closeSync(closing);
    // Links are no longer resolved: the name itself is replaced, whatever is there by now.
    target.check(inputs);
    fileSystem().renameSync(temporary, target.target);
  } catch (error) {
    bestEffort(() => descriptor !== undefined && fileSystem().closeSync(descriptor));
    bestEffort(() => temporary !== undefined && fileSystem().unlinkSync(temporary));
    throw isSystemError(error) ? outputError(path, target?.folder ?? dirname(path), error) : error;
  } finally {
    if (temporary !== undefined) temporaries.delete(temporary);
    target?.close();
  }
}

function outputError(path: string, folder: string, cause: NodeJS.ErrnoException): OutputError {
  const isFolderMissing = cause.code === 'ENOENT';
  const problem = `cannot be written: ${isFolderMissing ? `the folder ${folder} is not there` : reasonOf(cause)}`;
  const advice = isFolderMissing ? { advice: 'make it first' } : {};
  return new OutputError({ subject: path, problem, ...advice }, { cause });
}

/** Writes the file at `path`, without flushing it to disk. An error of the system is ignored. */
export function writeAtomicSync(path: string, bytes: Uint8Array): void {
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
    fileSystem().renameSync(temporary, target.target);
  } catch (error) {
    bestEffort(() => descriptor !== undefined && fileSystem().closeSync(descriptor));
    bestEffort(() => temporary !== undefined && fileSystem().unlinkSync(temporary));
    // The process exits, so nothing can be done about it.
    ignoreSystemError(error);
  } finally {
    target?.close();
  }
}
