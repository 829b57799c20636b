// Encodes raw: samples as in memory, rows from the top, channels interleaved, little-endian, no header.

import type { Samples } from '../core/image.js';

/** @returns the samples as the only chunk, without copying. */
export function encodeRaw({ data }: Samples): Uint8Array[] {
  return [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}
