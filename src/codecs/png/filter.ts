// Filters the rows of a strip in WebAssembly memory.

import { type PngLoops, scratchFor } from './wasm-module.js';

/** Rows as in an image's memory, with 16-bit samples little-endian. */
export interface RawRows {
  /** The row above, if there is one, then the rows. */
  readonly bytes: Uint8Array;
  readonly hasPrior: boolean;
  readonly rowBytes: number;
  readonly pixelBytes: number;
  readonly depth: 8 | 16;
}

/** The code of `best` in filterRows. */
const BEST = 5;

/** Filtered bytes, to be deflated. */
export interface Filtered {
  readonly bytes: Uint8Array;
  /** The fraction of zero bytes. */
  readonly zeros: number;
}

/** The maximum size of `length` bytes deflated by deflateRuns. */
export function deflateBound(length: number): number {
  return length + Math.ceil(length / 100) + 1024;
}

/**
 * Copies rows to the WebAssembly memory. @returns a function that filters them, with filter 0 to 4 or the best for
 * each row.
 * Its result stays in that memory until the next call: copies would need fresh memory, which takes longer than
 * filtering.
 */
export function filterRowsOf(raw: RawRows, loops: PngLoops): (filter: number | 'best') => Filtered {
  const { bytes, hasPrior, rowBytes, pixelBytes, depth } = raw;
  const rows = bytes.length / rowBytes - (hasPrior ? 1 : 0);
  const length = rows * (rowBytes + 1);
  const { heap, at } = scratchFor(rowBytes * (rows + 1) + length + 8 + deflateBound(length), loops);
  // Copies from shared memory proceed by words only if both addresses are equal modulo 8.
  const unaligned = hasPrior ? at : at + rowBytes;
  const start = unaligned + ((bytes.byteOffset - unaligned) & 7);
  const first = hasPrior ? start + rowBytes : start;
  heap.fill(0, first - rowBytes, first);
  heap.set(bytes, start);
  if (depth === 16) loops.swapBytes(start, bytes.length);
  const out = first + rows * rowBytes;
  return (filter) => {
    loops.filterRows(filter === 'best' ? BEST : filter, first, out, rows, rowBytes, pixelBytes);
    return { bytes: heap.subarray(out, out + length), zeros: loops.countZeros(out, length) / length };
  };
}
