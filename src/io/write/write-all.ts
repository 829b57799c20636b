// Writes all bytes to an open file, since a single call may write fewer than it was given, and flushes a growing file.

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

/** Bytes written between two flushes. */
const FLUSH_BYTES = 4 * 1024 * 1024;

/** Flushes a growing file in the background, so that little is left to flush at its end. */
export class BackgroundFlush {
  readonly #descriptor: number;
  #unflushed = 0;
  #running: Promise<void> | null = null;
  #failure: unknown;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Reports that `bytes` more bytes were written, and starts a flush if enough have gathered. */
  wrote(bytes: number): void {
    this.#unflushed += bytes;
    if (this.#running || this.#unflushed < FLUSH_BYTES) return;
    this.#unflushed = 0;
    this.#running = this.#flush();
  }

  async #flush(): Promise<void> {
    try {
      await fileSystem().fdatasync(this.#descriptor);
    } catch (error) {
      this.#failure ??= error;
    }
    this.#running = null;
  }

  /** Waits for a running flush. @throws the error of a failed flush: a later flush would not report it again. */
  async end(): Promise<void> {
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure;
  }
}
