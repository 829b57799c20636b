// Opens and reads whole files: regular files, pipes and standard input, up to a size limit.

import { type BigIntStats, constants } from 'node:fs';
import { ImageError, UsageError } from '../core/errors.js';
import { bytesOfArray, LARGEST_ARRAY } from '../core/image.js';
import { fileSystem, type OpenFile } from './file-system.js';
import { isDescriptor, isStandardInput, readPipe, readStandardInput } from './pipe.js';
import { statOrNullSync } from './stat.js';
import { reasonOf, systemOr } from './system-error.js';

export interface FileContent {
  /** Set to an empty array by a consumer that no longer needs them, to release the memory. */
  bytes: Uint8Array;
  /** Device and inode; null for standard input that is not a file. */
  readonly identity: string | null;
  /** Modification time before it was read, in nanoseconds since 1970; null for standard input. */
  readonly modified: string | null;
}

/** The class of the error to throw for a file that cannot be read. */
type FileErrorClass = new (...args: ConstructorParameters<typeof ImageError>) => Error;

/** Standard input, as a path. */
export const STANDARD_STREAM = '-';

const CHUNK = 16 * 1024 * 1024;

/**
 * Reads the file or pipe at `path` (`-` for standard input).
 * @param limits the most bytes, and the option that sets the limit, for the error message; omitted if it is fixed.
 * @param followsLinks whether a symbolic link is followed; else it is refused.
 * @throws ErrorClass with the path, for anything else, for content beyond `limits`, and for errors of the system.
 */
export async function readWhole(
  path: string,
  limits: { readonly bytes: number; readonly option?: string },
  ErrorClass: FileErrorClass = ImageError,
  followsLinks = true,
): Promise<FileContent> {
  const subject = path === STANDARD_STREAM ? 'standard input' : path;
  const fail = rethrowAs(subject, ErrorClass);
  // Reserves one byte, which is requested beyond the size of the file to detect its end.
  const limit = Math.min(limits.bytes, LARGEST_ARRAY - 1);
  const tooLarge = (found: string) => {
    const isNodesLimit = limit < limits.bytes;
    const most = isNodesLimit ? `${limit} bytes, the limit of an array in Node` : sizeText(limit);
    const advice = limits.option && !isNodesLimit ? { advice: `a higher ${limits.option} allows it` } : {};
    return new ErrorClass({ subject, expected: `at most ${most}`, found, ...advice });
  };
  const tooLong = () => tooLarge('more');
  if (path === STANDARD_STREAM || (isPipe(path) && isStandardInput(path))) {
    const taken = () => {
      const problem = 'was already read: it can hold only one file';
      return new ErrorClass({ subject: 'standard input', problem, advice: 'give the others as paths' });
    };
    const bytes = await readStandardInput(limit, tooLong, taken).catch(fail);
    return { bytes, identity: streamIdentity(0), modified: null };
  }
  let file: OpenFile | undefined;
  try {
    if (isPipe(path)) {
      const bytes = await readPipe(path, limit, tooLong);
      if (!bytes) throw notRegular(path, false, ErrorClass);
      return { bytes, identity: null, modified: null };
    }
    let stat: BigIntStats;
    ({ file, stat } = await openRegular(path, ErrorClass, followsLinks));
    if (stat.size > limit) throw tooLarge(`${stat.size} bytes`);
    return {
      bytes: await readHandle(file, Number(stat.size), limit, tooLarge),
      identity: identityOf(stat),
      modified: String(stat.mtimeNs),
    };
  } catch (cause) {
    return fail(cause);
  } finally {
    await file?.close().catch(fail);
  }
}

/** A function that throws the error for what the system reported; an ErrorClass is thrown as it is. */
function rethrowAs(subject: string, ErrorClass: FileErrorClass): (cause: unknown) => never {
  return (cause) => {
    if (cause instanceof ErrorClass) throw cause;
    throw new ErrorClass({ subject, problem: `cannot be read: ${reasonOf(cause)}` }, { cause });
  };
}

/** Bytes passed to the library as if they came from a file. @throws UsageError, ImageError if there are more than `limit`. */
export function bytesAsFile(bytes: Uint8Array, limit: number): FileContent {
  const subject = 'image';
  if (!(bytes instanceof Uint8Array))
    throw new UsageError({ subject, expected: 'a path, a Buffer or a Uint8Array', found: typeof bytes });
  if (bytes.length > limit) {
    const advice = 'a higher --limit-file allows it';
    const [expected, found] = [`at most ${limit} bytes`, `${bytes.length} bytes`];
    throw new ImageError({ subject, expected, found, advice });
  }
  // Decoders rely on copies that `slice` makes, and a Buffer makes none.
  return { bytes: bytesOfArray(bytes), identity: null, modified: null };
}

/** An open file for reading parts of it. */
export interface PartialReader {
  /** Length in bytes when the file was opened. */
  readonly size: number;
  readonly identity: string;
  /** Modification time when the file was opened, in nanoseconds since 1970. */
  readonly modified: string;
  /** Reads the bytes from `start` up to `end` (exclusive). */
  read(start: number, end: number): Promise<Uint8Array>;
  /** As `read`, into existing memory: allocating costs more time than reading. */
  readInto(bytes: Uint8Array, start: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens the file at `path`, of any size, for partial reads. @throws as `readWhole`, also from the reads. */
export async function openForPartialReads(path: string, ErrorClass: FileErrorClass): Promise<PartialReader> {
  const fail = rethrowAs(path, ErrorClass);
  const { file, stat } = await openRegular(path, ErrorClass).catch(fail);
  const readInto = async (bytes: Uint8Array, start: number) => {
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file
        .read(bytes, at, Math.min(CHUNK, bytes.length - at), start + at)
        .catch(fail);
      if (bytesRead === 0) {
        const expected = `${start + bytes.length} bytes, as there were when it was opened`;
        throw new ErrorClass({ subject: path, expected, found: String(start + at) });
      }
      at += bytesRead;
    }
  };
  return {
    size: Number(stat.size),
    identity: identityOf(stat),
    modified: String(stat.mtimeNs),
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      await readInto(bytes, start);
      return bytes;
    },
    readInto,
    close: () => file.close().catch(fail),
  };
}

function notRegular(path: string, isFolder: boolean, ErrorClass: FileErrorClass): Error {
  const found = isFolder ? 'a folder' : 'a device, pipe or socket';
  return new ErrorClass({ subject: path, expected: 'a regular file', found });
}

/** Whether `path` is a pipe, or a socket connected by a shell. False if its status cannot be read. */
export function isPipe(path: string): boolean {
  const stat = statOrNullSync(path);
  return stat !== null && (stat.isFIFO() || (stat.isSocket() && isDescriptor(path)));
}

/** Opens a regular file without blocking, whatever is at the path. @throws ErrorClass, or the system's error. */
async function openRegular(
  path: string,
  ErrorClass: FileErrorClass,
  followsLinks = true,
): Promise<{ file: OpenFile; stat: BigIntStats }> {
  if (path === '') throw new ErrorClass({ subject: "''", problem: 'an empty path names no file' });
  checkNul(path, ErrorClass);
  // Without O_NONBLOCK, opening a pipe without a writer would block forever.
  const flags =
    constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (followsLinks ? 0 : (constants.O_NOFOLLOW ?? 0));
  const file = await fileSystem().open(path, flags);
  try {
    const stat = await file.stat({ bigint: true });
    if (stat.isFile()) return { file, stat };
    throw notRegular(path, stat.isDirectory(), ErrorClass);
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

/** @throws ErrorClass for a path with a NUL character. */
export function checkNul(path: string, ErrorClass: FileErrorClass): void {
  if (!path.includes('\0')) return;
  throw new ErrorClass({ subject: path, expected: 'a path without NUL characters', found: 'one with NUL' });
}

/** A size limit as users write it. */
function sizeText(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MB` : `${bytes} bytes`;
}

/**
 * The identity of the file behind an open stream (0 input, 1 output); null for a terminal, a pipe or a closed stream.
 */
export function streamIdentity(descriptor: 0 | 1): string | null {
  // null for a closed one: reading or writing it reports the error.
  const stat = systemOr(() => fileSystem().fstatSync(descriptor), null);
  return stat?.isFile() ? identityOf(stat) : null;
}

/** Device and inode, which identify a file whatever its path. */
export function identityOf(stat: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${stat.dev}:${stat.ino}`;
}

/** Reads to the end, even if the file is longer than expected. */
async function readHandle(
  file: OpenFile,
  expected: number,
  limit: number,
  tooLarge: (found: string) => Error,
): Promise<Uint8Array> {
  let bytes = new Uint8Array(expected + 1);
  let length = 0;
  for (;;) {
    if (length === bytes.length) {
      const larger = new Uint8Array(Math.min(2 * bytes.length, limit + 1));
      larger.set(bytes);
      bytes = larger;
    }
    const { bytesRead } = await file.read(bytes, length, Math.min(CHUNK, bytes.length - length));
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
    if (length > limit) throw tooLarge('more');
  }
}
