// How the memory of the loops is parted among those that work in it. Knows sizes; knows nothing of what lies there.

import type { Loops } from './wasm-module.js';

const PAGE = 65536;

/**
 * Hands out stretches of a memory one after the other, then makes the memory as large as they need.
 * Views must be taken after `commit`, which may move the memory.
 */
export class Arena {
  #next: number;
  readonly #memory: WebAssembly.Memory;

  constructor(loops: Loops) {
    this.#memory = loops.memory;
    this.#next = loops.firstFreeByte();
  }

  /** The address of `bytes` bytes, at a multiple of 64. */
  take(bytes: number): number {
    const at = Math.ceil(this.#next / 64) * 64;
    this.#next = at + bytes;
    return at;
  }

  /** Grows the memory to hold all that was taken. @throws RangeError where there is no such memory. */
  commit(): ArrayBuffer {
    const missing = Math.ceil(this.#next / PAGE) - this.#memory.buffer.byteLength / PAGE;
    if (missing > 0) this.#memory.grow(missing);
    return this.#memory.buffer as ArrayBuffer;
  }
}
