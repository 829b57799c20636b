// Rows of a PNG as they were before a filter: each byte plus what the filter expects, which may be the bytes just made.

import { AVERAGE, averageOf, NONE, PAETH, paethOf, SUB, UP } from './predict';

const VECTOR: usize = 16;

/**
 * Undoes a filter, 0 … 4. Writes up to 16 bytes more than the row has, and reads as many.
 * @param prior the row above as it was, or zeros.
 * @param bpp bytes of a pixel, 1 … 8; the row has a whole number of them.
 */
export function unfilterRow(type: u32, row: usize, prior: usize, dst: usize, bytes: usize, bpp: usize): void {
  if (type == NONE) memory.copy(dst, row, bytes);
  else if (type == UP) {
    for (let i: usize = 0; i < bytes; i += VECTOR) {
      v128.store(dst + i, i8x16.add(v128.load(row + i), v128.load(prior + i)));
    }
  } else if (type == SUB) unfilterSub(row, dst, bytes, bpp);
  else if (type == AVERAGE) unfilterAverage(row, prior, dst, bytes, bpp);
  else if (type == PAETH) unfilterPaeth(row, prior, dst, bytes, bpp);
}

// A pixel at a time, in the lower half of a vector: what is written too much, the next pixel writes anew.

function unfilterSub(row: usize, dst: usize, bytes: usize, bpp: usize): void {
  let a = i8x16.splat(0);
  for (let i: usize = 0; i < bytes; i += bpp) {
    a = i8x16.add(a, v128.load64_zero(row + i));
    v128.store64_lane(dst + i, a, 0);
  }
}

function unfilterAverage(row: usize, prior: usize, dst: usize, bytes: usize, bpp: usize): void {
  let a = i8x16.splat(0);
  for (let i: usize = 0; i < bytes; i += bpp) {
    a = i8x16.add(v128.load64_zero(row + i), averageOf(a, v128.load64_zero(prior + i)));
    v128.store64_lane(dst + i, a, 0);
  }
}

function unfilterPaeth(row: usize, prior: usize, dst: usize, bytes: usize, bpp: usize): void {
  let a = i8x16.splat(0);
  let c = i8x16.splat(0);
  for (let i: usize = 0; i < bytes; i += bpp) {
    const b = v128.load64_zero(prior + i);
    a = i8x16.add(v128.load64_zero(row + i), paethOf(a, b, c));
    c = b;
    v128.store64_lane(dst + i, a, 0);
  }
}
