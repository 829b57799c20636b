// Flushes a file to disk while it is still being written.

import { fileSystem } from '../file-system.js';

/** Bytes written between two flushes. */
const FLUSH_BYTES = 4 * 1024 * 1024;

/** Flushes a growing file in the background, so that little is left to flush at its end. */
export class BackgroundFlush {
  readonly #descriptor: number;
  #unflushed = 0;
  /** The running flush. A failed one stays here: no other starts, and `end` throws its error. */
  #running: Promise<void> | null = null;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Reports that `bytes` more bytes were written, and starts a flush if enough have gathered. */
  wrote(bytes: number): void {
    this.#unflushed += bytes;
    if (this.#running || this.#unflushed < FLUSH_BYTES) return;
    this.#unflushed = 0;
    this.#running = fileSystem()
      .fdatasync(this.#descriptor)
      .then(() => {
        this.#running = null;
      });
    // Reported by `end`.
    this.#running.catch(() => undefined);
  }

  /** Waits for a running flush. @throws the error of a failed flush: a later flush would not report it again. */
  async end(): Promise<void> {
    await this.#running;
  }
}
