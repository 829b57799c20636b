// Memory of tensors that nobody needs any more, for the next ones. Fresh memory is filled page by page as it is first
// written, which takes longer than most layers do. Knows sizes; knows no tensor's meaning and no layer.

/** Room for numbers in memory that threads share. */
export function sharedFloats(count: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(4 * count));
}

/** Holds memory between the layers of a stack, and from one run to the next. */
export class BufferPool {
  #free: SharedArrayBuffer[] = [];

  /**
   * Room for `count` numbers, whatever they hold: memory that is there already, where it is not more than twice what is
   * needed, else fresh.
   */
  take(count: number): Float32Array<SharedArrayBuffer> {
    const bytes = 4 * count;
    let best: SharedArrayBuffer | undefined;
    for (const one of this.#free) {
      const fits = one.byteLength >= bytes && one.byteLength <= 2 * bytes;
      if (fits && (!best || one.byteLength < best.byteLength)) best = one;
    }
    if (!best) return sharedFloats(count);
    this.#free = this.#free.filter((one) => one !== best);
    return new Float32Array(best, 0, count);
  }

  /** Takes over the memory of numbers that nobody reads any more; memory that no thread could share is left to itself. */
  give({ buffer }: Float32Array): void {
    if (buffer instanceof SharedArrayBuffer && !this.#free.includes(buffer)) this.#free.push(buffer);
  }

  /** Lets go of what is more than `bytes` in all, the largest first, which are the hardest to use again. */
  keepTo(bytes: number): void {
    this.#free.sort((a, b) => a.byteLength - b.byteLength);
    let sum = this.#free.reduce((all, { byteLength }) => all + byteLength, 0);
    while (sum > bytes) sum -= this.#free.pop()!.byteLength;
  }
}
