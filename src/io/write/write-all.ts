// Writes all bytes to an open file: a single call may write fewer than it was given.

import { fileSystem } from '../file-system.js';

/** Bytes per call. */
const CHUNK = 8 * 1024 * 1024;

/** Writes `bytes` without blocking this thread. @throws the system's error; ENOSPC if nothing more can be written. */
export async function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += checkProgress(await fileSystem().write(descriptor, bytes.subarray(at, at + CHUNK)));
  }
}

/** Writes `chunks` one after the other, blocking this thread. @throws as `writeAll`. */
export function writeAllSync(descriptor: number, chunks: readonly Uint8Array[]): void {
  let remaining = chunks.filter(({ length }) => length > 0);
  while (remaining.length > 0) {
    let written = checkProgress(fileSystem().writevSync(descriptor, remaining));
    const first = remaining.findIndex(({ length }) => {
      written -= length;
      return written < 0;
    });
    if (first < 0) return;
    remaining = remaining.slice(first);
    remaining[0] = remaining[0]!.subarray(remaining[0]!.length + written);
  }
}

/** The number of bytes written. @throws ENOSPC for 0, which would repeat forever. */
function checkProgress(written: number): number {
  if (written > 0) return written;
  throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC', syscall: 'write' });
}
