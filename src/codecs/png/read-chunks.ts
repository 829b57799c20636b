// Iterates over the chunks of a PNG in memory. Their data and CRCs are not checked.

import { latin1, viewOf } from '../decode/codec.js';

/** Yields the type of each chunk, and offset and stated length of its data, which may exceed the file. */
export function* pngChunks(bytes: Uint8Array) {
  const view = viewOf(bytes);
  // Each turn begins behind the type of a chunk; the first one follows the signature.
  for (let at = 16; at + 4 <= bytes.length; ) {
    const length = view.getUint32(at - 8);
    yield { type: latin1(bytes.subarray(at - 4, at)), at, length };
    at += 12 + length;
  }
}
