// Clean-up that may fail: closing and removing files after an error, or files that are not needed. The system's errors are
// ignored, since nothing is lost: a descriptor that does not close lasts until the process ends, and a temporary file that
// cannot be removed is removed by a later run (write/temp-files.ts). Ignored errors never replace the one that is reported.

import { isSystemError } from './system-error.js';

/** Runs `clean`. @throws errors that are not from the system. */
export function bestEffort(clean: () => void): void {
  try {
    clean();
  } catch (error) {
    ignoreSystemError(error);
  }
}

/** Waits for `cleaning`. @throws as `bestEffort`. */
export async function bestEffortAsync(cleaning: Promise<unknown>): Promise<void> {
  await cleaning.catch(ignoreSystemError);
}

function ignoreSystemError(error: unknown): void {
  if (!isSystemError(error)) throw error;
}
