// Copies bytes between shared memory and a thread's own memory. V8 copies between typed arrays word by word if either
// is shared, and byte by byte if their addresses differ modulo 8; `Buffer.fill` uses one memmove.

/** V8 copies shorter runs faster: a call into Node takes about 50 ns. */
const MIN_FILL = 4096;

/** A Buffer over the memory: all of it, or `length` bytes from `start`. */
export function asTarget(memory: ArrayBufferLike, start?: number, length?: number): Buffer {
  return Buffer.from(memory as ArrayBuffer, start, length);
}

/** Copies all bytes of `from` to offset `at`; the two must not overlap. */
export function copyBytes(from: Uint8Array, to: Buffer, at: number): void {
  if (from.length < MIN_FILL) to.set(from, at);
  else to.fill(from, at, at + from.length);
}
