// Copies bytes between memory that threads share and a thread's own. V8 sets a typed array word by word where one of the
// two is shared, byte by byte where their addresses do not agree modulo 8; Node fills a Buffer with another's bytes in
// one move of memory. Knows bytes only.

/** What is shorter than this is done sooner by V8: Node takes some 50 ns to begin. */
const SHORT = 4096;

/** Memory as the target of copies: all of it, or `length` bytes from `start` on. */
export function asTarget(memory: ArrayBufferLike, start?: number, length?: number): Buffer {
  return Buffer.from(memory as ArrayBuffer, start, length);
}

/** Copies all bytes of `from` to place `at`; the two are apart. */
export function copyBytes(from: Uint8Array, to: Buffer, at: number): void {
  if (from.length < SHORT) to.set(from, at);
  else to.fill(from, at, at + from.length);
}
