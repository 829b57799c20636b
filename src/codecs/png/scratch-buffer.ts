// Bytes put aside in memory that is used again for the next file: fresh memory costs more time than deflating. Knows no
// file.

const SMALLEST = 2 ** 20;

let room = new Uint8Array();
let used = 0;

/** From here on, what was kept before is no longer needed. */
export function keepNone(): void {
  used = 0;
}

/** A copy that stays until `keepNone`. */
export function keep(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (used + bytes.length > room.length) {
    // What was kept in the old room stays there.
    room = new Uint8Array(Math.max(SMALLEST, 2 * (used + bytes.length)));
    used = 0;
  }
  const kept = room.subarray(used, used + bytes.length);
  kept.set(bytes);
  used += bytes.length;
  return kept;
}
