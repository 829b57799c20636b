// Rows of a PNG as it stores them: each byte less what a filter expects, and the bytes of 16-bit samples in its order.

import { AVERAGE, allBut, averageOf, NONE, paethOf, predictOne, SUB, UP } from './predict';

const VECTOR: usize = 16;

/**
 * Writes the filter's number, then the row's bytes less what it expects.
 * @param prior the row above, or `bytes` zeros.
 * @param bpp bytes of a pixel, 1 … 8; the row has a whole number of them.
 */
export function filterRow(type: u32, row: usize, prior: usize, dst: usize, bytes: usize, bpp: usize): void {
  store<u8>(dst, type);
  const out = dst + 1;
  if (type == NONE) {
    memory.copy(out, row, bytes);
    return;
  }
  if (bytes < VECTOR) {
    for (let i: usize = 0; i < bytes; i++)
      store<u8>(out + i, load<u8>(row + i) - u8(expected(type, row, prior, i, bpp)));
    return;
  }
  // What lies to the left of the first pixel is 0.
  let left = allBut(bpp);
  // The last vector ends with the row and may overlap the one before it.
  const last = bytes - VECTOR;
  for (let i: usize = 0; ; i += VECTOR) {
    if (i > last) i = last;
    // Where the last one begins within the first pixel, it has bytes without a neighbour, too.
    if (i > 0) left = allBut(i < bpp ? bpp - i : 0);
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

/** What a filter expects at byte `i` of a row. */
export function expected(type: u32, row: usize, prior: usize, i: usize, bpp: usize): i32 {
  const b = i32(load<u8>(prior + i));
  if (i < bpp) return predictOne(type, 0, b, 0);
  return predictOne(type, i32(load<u8>(row + i - bpp)), b, i32(load<u8>(prior + i - bpp)));
}

/** How many of the bytes are 0. */
export function countZeros(at: usize, bytes: usize): u32 {
  const end = at + bytes;
  const zero = i8x16.splat(0);
  let count: u32 = 0;
  for (; at + VECTOR <= end; at += VECTOR) count += popcnt<u32>(i8x16.bitmask(i8x16.eq(v128.load(at), zero)));
  for (; at < end; at++) count += u32(load<u8>(at) == 0);
  return count;
}

/** Swaps the two bytes of each 16-bit sample, in place: PNG has the higher one first. `bytes` is even. */
export function swapBytes(at: usize, bytes: usize): void {
  const end = at + bytes;
  for (; at + VECTOR <= end; at += VECTOR) {
    const v = v128.load(at);
    v128.store(at, i8x16.shuffle(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
  }
  for (; at < end; at += 2) store<u16>(at, bswap<u16>(load<u16>(at)));
}
