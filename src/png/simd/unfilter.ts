// Rows of a PNG as they were before a filter: each byte plus what the filter expects, which may be the bytes just made.

import { AVERAGE, averageOf, NONE, PAETH, SUB, UP } from './predict';

const VECTOR: usize = 16;

/**
 * Undoes the filters of rows that lie one after the other, each with its filter's number before it; whether all numbers
 * are filters. Reads and writes as `unfilterRow`.
 * @param dst where the rows go, one after the other; the row above the first, or zeros, lies before it.
 */
export function unfilterRows(src: usize, dst: usize, rows: u32, bytes: usize, bpp: usize): bool {
  for (let y: u32 = 0; y < rows; y++) {
    const type = load<u8>(src);
    if (type > PAETH) return false;
    unfilterRow(type, src + 1, dst - bytes, dst, bytes, bpp);
    src += bytes + 1;
    dst += bytes;
  }
  return true;
}

/**
 * Undoes a filter, 0 … 4. Writes up to 16 bytes more than the row has, and reads as many.
 * @param prior the row above as it was, or zeros.
 * @param bpp bytes of a pixel, 1 … 8; the row has a whole number of them.
 */
function unfilterRow(type: u32, row: usize, prior: usize, dst: usize, bytes: usize, bpp: usize): void {
  if (type == NONE) memory.copy(dst, row, bytes);
  else if (type == UP) {
    for (let i: usize = 0; i < bytes; i += VECTOR) {
      v128.store(dst + i, i8x16.add(v128.load(row + i), v128.load(prior + i)));
    }
  } else if (type == SUB) unfilterSub(row, dst, bytes, bpp);
  else if (type == AVERAGE) unfilterAverage(row, prior, dst, bytes, bpp);
  else unfilterPaeth(row, prior, dst, bytes, bpp);
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

/**
 * In 16 bits, since the next pixel waits for this one: with t = 3c − a − b, the byte is the smaller of a and b where t is
 * not less than the larger, the larger where t is not more than the smaller, else c. That is what paethOf says, in half
 * as many steps. Source: Fabian Giesen's form of the Paeth predictor, as in stb_image.
 */
function unfilterPaeth(row: usize, prior: usize, dst: usize, bytes: usize, bpp: usize): void {
  const byte = i16x8.splat(0xff);
  let a = i16x8.splat(0);
  let c = i16x8.splat(0);
  for (let i: usize = 0; i < bytes; i += bpp) {
    const b = v128.load8x8_u(prior + i);
    const t = i16x8.sub(i16x8.sub(i16x8.add(i16x8.add(c, c), c), b), a);
    const smaller = i16x8.min_s(a, b);
    const larger = i16x8.max_s(a, b);
    const cOrSmaller = v128.bitselect(c, smaller, i16x8.gt_s(larger, t));
    const expected = v128.bitselect(cOrSmaller, larger, i16x8.gt_s(t, smaller));
    a = v128.and(i16x8.add(v128.load8x8_u(row + i), expected), byte);
    c = b;
    v128.store64_lane(dst + i, i8x16.narrow_i16x8_u(a, a), 0);
  }
}
