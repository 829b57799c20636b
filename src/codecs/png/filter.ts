// Rows of a picture, filtered: they are taken into the loops' memory, and given back by one filter or another as the
// bytes that are deflated. Knows no recipe and no chunk.

import { type PngLoops, scratchFor } from './wasm-module.js';

/** Rows as they lie in a picture's memory, 16-bit samples little-endian. */
export interface RawRows {
  /** The row above them, where there is one, then the rows. */
  readonly bytes: Uint8Array;
  readonly hasPrior: boolean;
  readonly rowBytes: number;
  readonly pixelBytes: number;
  readonly depth: 8 | 16;
}

/** What the loops call `best`. */
const BEST = 5;

/** Bytes to deflate. */
export interface Filtered {
  readonly bytes: Uint8Array;
  /** How many of them are 0, as a share. */
  readonly zeros: number;
}

/** Bytes that are kept behind what was filtered, for deflating them. */
export function deflateBound(length: number): number {
  return length + Math.ceil(length / 100) + 1024;
}

/**
 * Takes rows into the loops' memory, and gives what filters them: by 0 … 4, or by `best`, for each row the one that
 * leaves it nearest to 0. Its result lies in that memory too, until the next filter; copies of it would be fresh
 * memory, which costs more time than filtering.
 */
export function filterRowsOf(raw: RawRows, loops: PngLoops): (filter: number | 'best') => Filtered {
  const { bytes, hasPrior, rowBytes, pixelBytes, depth } = raw;
  const rows = bytes.length / rowBytes - (hasPrior ? 1 : 0);
  const length = rows * (rowBytes + 1);
  const { all, at } = scratchFor(rowBytes * (rows + 1) + length + 8 + deflateBound(length), loops);
  // Copies out of shared memory go word by word only where addresses agree modulo 8.
  const to = hasPrior ? at : at + rowBytes;
  const start = to + ((bytes.byteOffset - to) & 7);
  const first = hasPrior ? start + rowBytes : start;
  all.fill(0, first - rowBytes, first);
  all.set(bytes, start);
  if (depth === 16) loops.swapBytes(start, bytes.length);
  const out = first + rows * rowBytes;
  return (filter) => {
    loops.filterRows(filter === 'best' ? BEST : filter, first, out, rows, rowBytes, pixelBytes);
    return { bytes: all.subarray(out, out + length), zeros: loops.countZeros(out, length) / length };
  };
}
