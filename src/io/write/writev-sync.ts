// Writing into a file that others opened, at once: for threads that have nothing else to do. Knows descriptors.

import { writevSync as writevOnce } from 'node:fs';

/** Writes all of the chunks to an open file while the thread waits. @throws what the system says. */
export function writevSync(descriptor: number, chunks: readonly Uint8Array[]): void {
  let left = chunks.filter(({ length }) => length > 0);
  while (left.length > 0) {
    let written = writevOnce(descriptor, left);
    if (written === 0)
      throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC', syscall: 'write' });
    // The system may write less than it was given.
    const whole = left.findIndex(({ length }) => {
      written -= length;
      return written < 0;
    });
    if (whole < 0) return;
    left = left.slice(whole);
    left[0] = left[0]!.subarray(left[0]!.length + written);
  }
}
