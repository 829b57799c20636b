// Status of paths, links followed.

import { nullIfExpected, OutputError } from '../core/errors.js';
import { fileSystem } from './file-system.js';
import { reasonOf, systemOr } from './system-error.js';

/** The status of `path`, or null if nothing is there. @throws OutputError for every other error of the system. */
export async function statOf(path: string) {
  try {
    return await fileSystem().stat(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new OutputError({ subject: path, problem: `cannot be written: ${reasonOf(cause)}` }, { cause });
  }
}

/** The status of `path`; null also where it cannot be read, since a later call reports the reason. */
export async function statOrNull(path: string) {
  return statOf(path).catch(nullIfExpected);
}

/** As `statOrNull`, for many paths: faster than a round trip to Node's thread pool. */
export function statOrNullSync(path: string) {
  // Node refuses paths with NUL itself, by an error that is not from the system.
  return path.includes('\0') ? null : systemOr(() => fileSystem().statSync(path), null);
}

/**
 * As `statOrNullSync`, for a file that must not be overwritten. It is looked up twice: after an error that passes, nothing
 * would protect the file. While an error lasts, replacing the file by another path fails, too.
 */
export function statOfProtectedSync(path: string) {
  return statOrNullSync(path) ?? statOrNullSync(path);
}

/** Whether anything is at `path`; false if that cannot be determined, since writing will report the reason. */
export async function pathExists(path: string): Promise<boolean> {
  return (await statOrNull(path)) !== null;
}
