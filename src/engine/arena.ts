// Allocates parts of a WebAssembly memory to the buffers of the engine.

import type { Loops } from './wasm-module.js';

const PAGE = 65536;

/**
 * A bump allocator: reserves blocks one after the other, then grows the memory to hold them all. Views must be taken
 * after `commit`, which may move the memory.
 */
export class Arena {
  #next: number;
  readonly #memory: WebAssembly.Memory;

  constructor(loops: Loops) {
    this.#memory = loops.memory;
    this.#next = loops.firstFreeByte();
  }

  /** Reserves `bytes` bytes; returns their address, a multiple of 64. */
  take(bytes: number): number {
    const at = Math.ceil(this.#next / 64) * 64;
    this.#next = at + bytes;
    return at;
  }

  /** Grows the memory to hold everything reserved. @throws RangeError if the memory cannot grow that far. */
  commit(): ArrayBuffer {
    const missing = Math.ceil(this.#next / PAGE) - this.#memory.buffer.byteLength / PAGE;
    if (missing > 0) this.#memory.grow(missing);
    return this.#memory.buffer as ArrayBuffer;
  }
}
