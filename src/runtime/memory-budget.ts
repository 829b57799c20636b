// Memory that several images at a time may take: who wants some waits until there is enough. Knows numbers only.

import { freemem } from 'node:os';

/** A promise that more is there only when others give theirs back. */
export class Budget {
  readonly #bytes: number;
  #used = 0;
  #holders = 0;
  readonly #waiting: { readonly bytes: number; readonly begin: () => void }[] = [];

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /**
   * Waits for `bytes` bytes, in the order of asking. One that wants more than there is gets it when nobody else has any,
   * so that every image comes to its turn.
   * @returns what gives them back.
   */
  async take(bytes: number): Promise<() => void> {
    if (this.#waiting.length > 0 || !this.#fits(bytes)) {
      await new Promise<void>((begin) => this.#waiting.push({ bytes, begin }));
    } else this.#give(bytes);
    let isGivenBack = false;
    return () => {
      if (isGivenBack) return;
      isGivenBack = true;
      this.#used -= bytes;
      this.#holders--;
      this.#next();
    };
  }

  #fits(bytes: number): boolean {
    return this.#holders === 0 || this.#used + bytes <= this.#bytes;
  }

  #give(bytes: number): void {
    this.#used += bytes;
    this.#holders++;
  }

  #next(): void {
    for (let first = this.#waiting[0]; first && this.#fits(first.bytes); first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#give(first.bytes);
      first.begin();
    }
  }
}

/** Half of the memory that is free, in this container where there is one. */
export function defaultMemory(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  const own = limit > 0 && limit < 2 ** 52 ? limit - process.memoryUsage.rss() : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(freemem(), own)) / 2;
}
