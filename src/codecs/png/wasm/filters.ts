// Filters rows of a PNG (each byte minus its prediction), and swaps the bytes of 16-bit samples.

import { AVERAGE, averageOf, maskFrom, NONE, paethOf, SUB, UP } from './predict';

const VECTOR: usize = 16;

/**
 * Writes the filter byte, then the filtered row. Reads and writes up to 15 bytes past a row of less than 16.
 * @param prior the row above, or `bytes` zeros.
 * @param bpp bytes per pixel, 1 to 8; `bytes` is a multiple of it.
 */
export function filterRow(type: u32, row: usize, prior: usize, dst: usize, bytes: usize, bpp: usize): void {
  store<u8>(dst, type);
  const out = dst + 1;
  if (type == NONE) {
    memory.copy(out, row, bytes);
    return;
  }
  // Bytes left of the first pixel count as 0.
  let left = maskFrom(bpp);
  // The last vector ends with the row and may overlap the previous one. Of a shorter row, it is the only one.
  const last = bytes > VECTOR ? bytes - VECTOR : 0;
  for (let i: usize = 0; ; i += VECTOR) {
    if (i > last) i = last;
    // If the last vector begins within the first pixel, some of its bytes have no left neighbour.
    if (i > 0) left = maskFrom(i < bpp ? bpp - i : 0);
    const x = v128.load(row + i);
    const a = v128.and(v128.load(row + i - bpp), left);
    const b = v128.load(prior + i);
    if (type == SUB) v128.store(out + i, i8x16.sub(x, a));
    else if (type == UP) v128.store(out + i, i8x16.sub(x, b));
    else if (type == AVERAGE) v128.store(out + i, i8x16.sub(x, averageOf(a, b)));
    else {
      const c = v128.and(v128.load(prior + i - bpp), left);
      v128.store(out + i, i8x16.sub(x, paethOf(a, b, c)));
    }
    if (i == last) return;
  }
}

export function countZeros(at: usize, bytes: usize): u32 {
  const end = at + bytes;
  const zero = i8x16.splat(0);
  let count: u32 = 0;
  for (; at + VECTOR <= end; at += VECTOR) count += popcnt<u32>(i8x16.bitmask(i8x16.eq(v128.load(at), zero)));
  for (; at < end; at++) count += u32(load<u8>(at) == 0);
  return count;
}

/** Swaps the bytes of 16-bit samples in place, since PNG is big-endian. `bytes` is even. */
export function swapBytes(at: usize, bytes: usize): void {
  const end = at + bytes;
  for (; at + VECTOR <= end; at += VECTOR) {
    const v = v128.load(at);
    v128.store(at, i8x16.shuffle(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
  }
  for (; at < end; at += 2) store<u16>(at, bswap<u16>(load<u16>(at)));
}
