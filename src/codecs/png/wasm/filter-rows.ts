// Filters rows, with one filter for all or for each row the filter with the smallest sum of absolute differences. All
// five sums are computed in one pass.

import { filterRow } from './filters';
import { averageOf, maskFrom, paethOf } from './predict';

const VECTOR: usize = 16;
const FILTERS: u32 = 5;
/** Bytes after which 16-bit sums of byte pairs, at most 256 per vector, could overflow. */
const STRETCH: usize = 255 * VECTOR;

/** Selects the best filter for each row. */
const BEST: u32 = 5;

/**
 * Filters consecutive rows. Reads and writes up to 15 bytes past them if they are shorter than 16.
 * @param type 0 to 4, or BEST.
 * @param src address of the rows. The row above the first one, or zeros, precedes them.
 * @param dst address for the filtered rows, each after its filter byte.
 * @param bytes bytes per row, a multiple of `bpp`, the bytes per pixel (1 to 8).
 */
export function filterRows(type: u32, src: usize, dst: usize, rows: u32, bytes: usize, bpp: usize): void {
  for (let y: u32 = 0; y < rows; y++) {
    const prior = src - bytes;
    filterRow(type == BEST ? bestFilter(src, prior, bytes, bpp) : type, src, prior, dst, bytes, bpp);
    src += bytes;
    dst += bytes + 1;
  }
}

/**
 * The filter (0 to 4) with the smallest sum of magnitudes of its bytes as −128 to 127; the first of equals. Arguments
 * as in `filterRow`. Only the first 2²⁵ bytes of a row are considered.
 */
function bestFilter(row: usize, prior: usize, bytes: usize, bpp: usize): u32 {
  const maxBytes: usize = (1 << 25) - VECTOR;
  const end = bytes < maxBytes ? bytes : maxBytes;
  const sums = memory.data(20, 16);
  memory.fill(sums, 0, 20);
  // Bytes left of the first pixel count as 0, those past a shorter row do not count.
  addFive(sums, row, prior, 0, bpp, maskFrom(bpp), v128.not(maskFrom(end < VECTOR ? end : VECTOR)));
  let i: usize = VECTOR;
  while (i + VECTOR <= end) {
    const stretchEnd = i + STRETCH;
    const to = stretchEnd < end ? stretchEnd : end;
    let none = i16x8.splat(0);
    let sub = i16x8.splat(0);
    let up = i16x8.splat(0);
    let average = i16x8.splat(0);
    let paeth = i16x8.splat(0);
    for (; i + VECTOR <= to; i += VECTOR) {
      const x = v128.load(row + i);
      const a = v128.load(row + i - bpp);
      const b = v128.load(prior + i);
      const c = v128.load(prior + i - bpp);
      none = i16x8.add(none, magnitudes(x));
      sub = i16x8.add(sub, magnitudes(i8x16.sub(x, a)));
      up = i16x8.add(up, magnitudes(i8x16.sub(x, b)));
      average = i16x8.add(average, magnitudes(i8x16.sub(x, averageOf(a, b))));
      paeth = i16x8.add(paeth, magnitudes(i8x16.sub(x, paethOf(a, b, c))));
    }
    addVector(sums, 0, none);
    addVector(sums, 1, sub);
    addVector(sums, 2, up);
    addVector(sums, 3, average);
    addVector(sums, 4, paeth);
  }
  if (i < end) {
    // The last vector ends with the row. Only bytes that were not counted before count.
    const last = end - VECTOR;
    addFive(sums, row, prior, last, bpp, maskFrom(0), maskFrom(i - last));
  }
  let best: u32 = 0;
  for (let type: u32 = 1; type < FILTERS; type++) {
    if (load<u32>(sums + type * 4) < load<u32>(sums + best * 4)) best = type;
  }
  return best;
}

/**
 * Adds the magnitudes of one vector for all filters.
 * @param left mask of bytes that have a left neighbour.
 * @param counted mask of bytes to count.
 */
function addFive(
  sums: usize,
  row: usize,
  prior: usize,
  i: usize,
  bpp: usize,
  left: v128,
  counted: v128,
): void {
  const x = v128.load(row + i);
  const a = v128.and(v128.load(row + i - bpp), left);
  const b = v128.load(prior + i);
  const c = v128.and(v128.load(prior + i - bpp), left);
  addVector(sums, 0, magnitudes(v128.and(x, counted)));
  addVector(sums, 1, magnitudes(v128.and(i8x16.sub(x, a), counted)));
  addVector(sums, 2, magnitudes(v128.and(i8x16.sub(x, b), counted)));
  addVector(sums, 3, magnitudes(v128.and(i8x16.sub(x, averageOf(a, b)), counted)));
  addVector(sums, 4, magnitudes(v128.and(i8x16.sub(x, paethOf(a, b, c)), counted)));
}

/** Sums of the magnitudes of byte pairs. */
function magnitudes(v: v128): v128 {
  return i16x8.extadd_pairwise_i8x16_u(i8x16.abs(v));
}

function addVector(sums: usize, type: u32, pairs: v128): void {
  const v = i32x4.extadd_pairwise_i16x8_u(pairs);
  add(sums, type, i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1));
  add(sums, type, i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3));
}

function add(sums: usize, type: u32, value: u32): void {
  store<u32>(sums + type * 4, load<u32>(sums + type * 4) + value);
}
