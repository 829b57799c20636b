// Reads small files synchronously into a reused buffer. Anything unusual returns null; the caller then reads the file
// again through read-file.ts, which reports the reason.

import { constants } from 'node:fs';
import { nullIfExpected } from '../core/errors.js';
import { fileSystem } from './file-system.js';
import { type FileContent, identityOf } from './read-file.js';

export class SmallFileReader {
  #buffer = new Uint8Array();

  /**
   * Reads the file at `path`. Its bytes are valid until the next call.
   * @returns null unless it is a readable regular file of at most `limit` bytes.
   */
  read(path: string, limit: number): FileContent | null {
    let descriptor: number | undefined;
    try {
      // Without O_NONBLOCK, opening a pipe without a writer would block forever.
      descriptor = fileSystem().openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      const stat = fileSystem().fstatSync(descriptor);
      if (!stat.isFile() || stat.size > limit) return null;
      const bytes = this.#readAll(descriptor, Number(stat.size));
      return bytes && { bytes, identity: identityOf(stat), modified: String(stat.mtimeNs) };
    } catch (error) {
      return nullIfExpected(error);
    } finally {
      if (descriptor !== undefined) fileSystem().closeSync(descriptor);
    }
  }

  /** Reads exactly `size` bytes; null if the file has grown or shrunk since it was opened. */
  #readAll(descriptor: number, size: number): Uint8Array | null {
    // One extra byte is requested, to detect that the file ends there.
    if (this.#buffer.length <= size) this.#buffer = new Uint8Array(2 * size + 1);
    let length = 0;
    for (;;) {
      const read = fileSystem().readSync(descriptor, this.#buffer, length, size + 1 - length);
      length += read;
      if (length > size) return null;
      if (read === 0) return length === size ? this.#buffer.subarray(0, length) : null;
    }
  }
}
