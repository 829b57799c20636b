// Allocates parts of the memory of a WebAssembly instance.

const PAGE = 65536;

/** The memory of an instance, and the first byte that its module does not use itself. */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  firstFreeByte(): number;
}

/**
 * A bump allocator: reserves blocks one after the other, then grows the memory to hold them all. Views must be taken
 * after `commit`, which may move the memory.
 */
export class Arena {
  #next: number;
  readonly #memory: WebAssembly.Memory;

  constructor(heap: Heap) {
    this.#memory = heap.memory;
    this.#next = heap.firstFreeByte();
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
