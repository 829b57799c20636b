// A memory budget for images that are processed concurrently: requests wait, in order, until enough is free.

import { freemem } from 'node:os';

/** A counting semaphore over bytes. */
export class Budget {
  readonly #bytes: number;
  #used = 0;
  #holders = 0;
  readonly #waiting: { readonly bytes: number; readonly begin: () => void }[] = [];

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /**
   * Waits until `bytes` bytes are free; requests are served in order. A request larger than the whole budget is granted
   * when nothing else holds any, so every image is eventually processed.
   * @returns a function that releases the bytes; calling it again has no effect.
   */
  async take(bytes: number): Promise<() => void> {
    await new Promise<void>((begin) => {
      this.#waiting.push({ bytes, begin });
      this.#grantWaiting();
    });
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.#used -= bytes;
      this.#holders--;
      this.#grantWaiting();
    };
  }

  #grantWaiting(): void {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      if (this.#holders > 0 && this.#used + first.bytes > this.#bytes) return;
      this.#waiting.shift();
      this.#used += first.bytes;
      this.#holders++;
      first.begin();
    }
  }
}

/** Half of the free memory, within the container's limit if there is one; in bytes. */
export function defaultMemory(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  const own = limit > 0 && limit < 2 ** 52 ? limit - process.memoryUsage.rss() : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(freemem(), own)) / 2;
}
