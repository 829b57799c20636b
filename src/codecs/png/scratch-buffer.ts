// A reusable buffer for compressed bytes: allocating fresh memory takes longer than deflating.

const MIN_BYTES = 2 ** 20;

let buffer = new Uint8Array();
let used = 0;

/** Discards everything that was kept. */
export function clearScratch(): void {
  used = 0;
}

/** Copies bytes; the copy is valid until `keepNone`. */
export function copyToScratch(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (used + bytes.length > buffer.length) {
    // Earlier copies stay in the old buffer.
    buffer = new Uint8Array(Math.max(MIN_BYTES, 2 * (used + bytes.length)));
    used = 0;
  }
  const copy = buffer.subarray(used, used + bytes.length);
  copy.set(bytes);
  used += bytes.length;
  return copy;
}
