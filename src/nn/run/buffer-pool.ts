// A pool of tensor memory for reuse. New memory is mapped page by page on first write, which takes longer
// than most layers.

/** Numbers in shared memory. */
export function sharedFloats(count: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(4 * count));
}

export class BufferPool {
  #free: SharedArrayBuffer[] = [];

  /** Numbers with undefined content: pooled memory of at most twice the required size, else new memory. */
  take(count: number): Float32Array<SharedArrayBuffer> {
    const bytes = 4 * count;
    const fitting = this.#free.filter(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes);
    if (fitting.length === 0) return sharedFloats(count);
    const best = fitting.reduce((least, one) => (one.byteLength < least.byteLength ? one : least));
    this.#free = this.#free.filter((one) => one !== best);
    return new Float32Array(best, 0, count);
  }

  /** Returns the memory of unused numbers to the pool; memory that is not shared is ignored. */
  release({ buffer }: Float32Array): void {
    if (buffer instanceof SharedArrayBuffer && !this.#free.includes(buffer)) this.#free.push(buffer);
  }

  /** Releases memory beyond `bytes`, the largest buffers first, which are the hardest to reuse. */
  shrinkTo(bytes: number): void {
    this.#free.sort((a, b) => a.byteLength - b.byteLength);
    let sum = this.#free.reduce((all, { byteLength }) => all + byteLength, 0);
    while (sum > bytes) sum -= this.#free.pop()!.byteLength;
  }
}
