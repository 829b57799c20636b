// Status of paths, links followed; and whether a file may hold an image that takes noticeable time to process.

import { constants } from 'node:fs';
import { OutputError } from '../core/errors.js';
import { fileSystem } from './file-system.js';
import { systemPath } from './path-bytes.js';
import { bestEffort, isSystemError, reasonOf } from './system-error.js';

/** The status of `path`, or null if nothing is there. @throws OutputError for every other error of the system. */
export async function statOf(path: string) {
  try {
    return await fileSystem().stat(systemPath(path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new OutputError({ subject: path, problem: `cannot be written: ${reasonOf(cause)}` }, { cause });
  }
}

/** The status of `path`; null also where it cannot be read, since a later call reports the reason. */
export async function statOrNull(path: string) {
  try {
    return await statOf(path);
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    return null;
  }
}

/** As `statOrNull`, for many paths: faster than a round trip to Node's thread pool. */
export function statOrNullSync(path: string) {
  try {
    return fileSystem().statSync(systemPath(path));
  } catch (error) {
    // Node refuses paths with NUL itself.
    const isRefused = (error as NodeJS.ErrnoException).code === 'ERR_INVALID_ARG_VALUE';
    if (!isRefused && !isSystemError(error)) throw error;
    return null;
  }
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

/** Smaller files hold small images, except for PNGs that compress well. In bytes. */
const SLOW_FILE_BYTES = 128 * 1024;
/** Fewer pixels are processed faster than a user would notice; far below the large images of core/limits.ts. */
const SLOW_PNG_PIXELS = 300_000;
/** The PNG signature and the IHDR chunk up to width and height. */
const PNG_START = 24;

/** @returns true also for folders, pipes and devices; false if nothing is there. */
export function mayBeLarge(path: string): boolean {
  const stat = statOrNullSync(path);
  // `path` may be a kernel or a number. Reading a file reports why it cannot be read.
  if (!stat) return false;
  if (!stat.isFile()) return true;
  return stat.size >= SLOW_FILE_BYTES || (/\.png$/i.test(path) && pixelsOfPng(path) >= SLOW_PNG_PIXELS);
}

/** The number of pixels in the header; 0 if the file cannot be read or is too short. */
function pixelsOfPng(path: string): number {
  const start = Buffer.alloc(PNG_START);
  bestEffort(() => {
    const file = fileSystem().openSync(systemPath(path), constants.O_RDONLY);
    try {
      fileSystem().readSync(file, start, 0, PNG_START);
    } finally {
      fileSystem().closeSync(file);
    }
  });
  return start.readUInt32BE(16) * start.readUInt32BE(20);
}
