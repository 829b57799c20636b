// Raw: the samples as they lie in memory, rows from the top, channels side by side, little-endian, no header.

import type { Samples } from '../core/image.js';

/** The file's only piece: the samples themselves, uncopied. */
export function encodeRaw({ data }: Samples): Uint8Array[] {
  return [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}
