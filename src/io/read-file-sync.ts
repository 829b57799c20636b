// Reading a small file whole while its thread waits, into memory that is used again. Says nothing of what is out of
// the ordinary, but null: whoever has words for that reads the file once more.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isExpected } from '../core/errors.js';
import { onDisk } from './path-bytes.js';
import { type FileContent, identityOf } from './read-file.js';

/** Reads one file after the other. */
export class SmallFileReader {
  #room = new Uint8Array();

  /**
   * The file at `path`, or null where it is no regular file of at most `most` bytes, or cannot be read. Its bytes are
   * there until the next one is read.
   */
  read(path: string, most: number): FileContent | null {
    let descriptor: number | undefined;
    try {
      // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
      descriptor = openSync(onDisk(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      const stat = fstatSync(descriptor, { bigint: true });
      if (!stat.isFile() || stat.size > most) return null;
      const bytes = this.#readAll(descriptor, Number(stat.size));
      return bytes && { bytes, identity: identityOf(stat), modified: String(stat.mtimeNs) };
    } catch (error) {
      if (!isExpected(error)) throw error;
      return null;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  /** As many bytes as there were when it was opened; null where it has more or fewer by now. */
  #readAll(descriptor: number, size: number): Uint8Array | null {
    // One byte more is asked for, to see that it ends there.
    if (this.#room.length <= size) this.#room = new Uint8Array(2 * size + 1);
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, this.#room, length, size + 1 - length, null);
      length += read;
      if (length > size) return null;
      if (read === 0) return length === size ? this.#room.subarray(0, length) : null;
    }
  }
}
