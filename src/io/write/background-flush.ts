// A file that reaches the disk while it is still being written. Writes nothing itself.

import type { FileHandle } from 'node:fs/promises';

/** Bytes that are flushed at a time. */
const TOGETHER = 4 * 1024 * 1024;

/** Has the system flush a file while it grows, so that little is left to flush at its end. */
export class Flushing {
  readonly #file: FileHandle;
  #unflushed = 0;
  #running: Promise<void> | null = null;
  #failure: { readonly by: unknown } | null = null;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  wrote(bytes: number): void {
    this.#unflushed += bytes;
    if (this.#running || this.#unflushed < TOGETHER) return;
    this.#unflushed = 0;
    const noteFailure = (by: unknown) => {
      this.#failure ??= { by };
    };
    this.#running = this.#file
      .datasync()
      .catch(noteFailure)
      .then(() => {
        this.#running = null;
      });
  }

  /** Waits until nothing is being flushed. @throws what a flush failed with: the next one would not tell again. */
  async end(): Promise<void> {
    await this.#running;
    if (this.#failure) throw this.#failure.by;
  }
}
