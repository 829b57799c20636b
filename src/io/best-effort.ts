// Calls that may fail: clean-up, such as closing and removing files after an error, and reads with a fallback. In clean-up,
// the system's errors are ignored, since nothing is lost: a descriptor that does not close lasts until the process ends, and
// a temporary file that cannot be removed is removed by a later run (write/temp-files.ts). Ignored errors never replace the
// one that is reported.

import { isSystemError } from './system-error.js';

/** Runs `clean`. @throws errors that are not from the system. */
export function bestEffort(clean: () => void): void {
  try {
    clean();
  } catch (error) {
    ignoreSystemError(error);
  }
}

/** What `read` returns, or `fallback` after an error of the system. @throws as `bestEffort`. */
export function systemOr<Result, Fallback>(read: () => Result, fallback: Fallback): Result | Fallback {
  try {
    return read();
  } catch (error) {
    ignoreSystemError(error);
    return fallback;
  }
}

/** Waits for `cleaning`. @throws as `bestEffort`. */
export async function bestEffortAsync(cleaning: Promise<unknown>): Promise<void> {
  await cleaning.catch(ignoreSystemError);
}

function ignoreSystemError(error: unknown): void {
  if (!isSystemError(error)) throw error;
}
