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
    if (this.#waiting.length > 0 || !this.#fits(bytes)) {
      await new Promise<void>((begin) => this.#waiting.push({ bytes, begin }));
    } else this.#grant(bytes);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.#used -= bytes;
      this.#holders--;
      this.#grantWaiting();
    };
  }

  #fits(bytes: number): boolean {
    return this.#holders === 0 || this.#used + bytes <= this.#bytes;
  }

  #grant(bytes: number): void {
    this.#used += bytes;
    this.#holders++;
  }

  #grantWaiting(): void {
    for (let first = this.#waiting[0]; first && this.#fits(first.bytes); first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#grant(first.bytes);
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
