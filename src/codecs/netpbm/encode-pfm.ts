// Encodes PFM: float32 in one or three channels, little-endian, bottom row first. Source: P. Debevec's description of
// the format.

import type { Samples } from '../../core/image.js';

/** @returns the file in two chunks: header and samples. */
export function encodePfm({ width, height, channels, data }: Samples): Uint8Array[] {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const row = 4 * width * channels;
  const raster = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) raster.set(bytes.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
  return [Buffer.from(`${channels === 1 ? 'Pf' : 'PF'}\n${width} ${height}\n-1.0\n`), raster];
}
