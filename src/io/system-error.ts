// Errors of the system: how they are told from bugs, readable descriptions, and calls that may fail. In clean-up, such as
// closing and removing files after an error, they are ignored, since nothing is lost: a descriptor that does not close
// lasts until the process ends, and a temporary file that cannot be removed is removed by a later run
// (write/temp-files.ts). Ignored errors never replace the one that is reported.

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (error as NodeJS.ErrnoException | undefined)?.syscall !== undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'is a folder',
  EEXIST: 'something else has that name',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is too large for the file system',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on the system',
  EIO: 'the device failed to read or write',
  EPIPE: 'the reader has closed the pipe',
  ENXIO: 'no such device',
  EBUSY: 'the file is in use',
  ETXTBSY: 'the file is in use',
};

/** The reason of a system error, with its code. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message;
  return REASONS[code] ? `${REASONS[code]} (${code})` : code;
}

/** Runs `clean`. @throws errors that are not from the system. */
export function bestEffort(clean: () => void): void {
  systemOr(clean, undefined);
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

/** The handler of a promise's `catch` that drops errors of the system. @throws all others. */
export function ignoreSystemError(error: unknown): undefined {
  if (!isSystemError(error)) throw error;
}
