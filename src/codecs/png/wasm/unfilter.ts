// Undoes the filters of PNG rows: each byte plus its prediction, which depends on bytes just decoded.

import { AVERAGE, averageOf, NONE, PAETH, SUB, UP } from './predict';

const VECTOR: usize = 16;

/**
 * Unfilters consecutive rows, each preceded by its filter byte. Reads and writes past rows as `unfilterRow`.
 * @param dst address for the rows. The row above the first one, or zeros, precedes it.
 * @returns whether all filter bytes are valid.
 */
export function unfilterRows(src: usize, dst: usize, rows: u32, bytes: usize, bpp: usize): bool {
  const pitch = bytes + 1;
  for (let y: u32 = 0; y < rows; ) {
    const type = load<u8>(src);
    if (type > PAETH) return false;
    const isPair = type >= AVERAGE && (bpp == 3 || bpp == 4) && y + 1 < rows && load<u8>(src + pitch) == type;
    if (!isPair) unfilterRow(type, src + 1, dst - bytes, dst, bytes, bpp);
    else unfilterTwo(type, src + 1, dst - bytes, dst, bytes, bpp);
    const count = isPair ? 2 : 1;
    y += count;
    src += pitch * count;
    dst += bytes * count;
  }
  return true;
}

/**
 * Unfilters a row. Reads and writes up to 16 bytes past its end.
 * @param type 0 to 4.
 * @param prior the unfiltered row above, or zeros.
 * @param bpp bytes per pixel, 1 to 8; `bytes` is a multiple of it.
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

// One pixel per step, in the lower half of a vector. Excess bytes are overwritten by the next pixel.

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
  const byte = i16x8.splat(0xff);
  let a = i16x8.splat(0);
  let c = i16x8.splat(0);
  for (let i: usize = 0; i < bytes; i += bpp) {
    const b = v128.load8x8_u(prior + i);
    a = v128.and(i16x8.add(v128.load8x8_u(row + i), paethOfWide(a, b, c)), byte);
    c = b;
    v128.store64_lane(dst + i, i8x16.narrow_i16x8_u(a, a), 0);
  }
}

/**
 * Unfilters two rows of the same filter, the second one pixel behind the first. Each pixel depends on the previous
 * one, so both take no longer than one. 16 bits per channel: the first row's pixel is in the lower half of a vector,
 * the second's in the upper half.
 * @param bpp 3 or 4.
 */
function unfilterTwo(type: u32, row: usize, prior: usize, dst: usize, bytes: usize, bpp: usize): void {
  const next = row + bytes + 1;
  const below = dst + bytes;
  const byte = i16x8.splat(0xff);
  let c = i16x8.splat(0);
  let b = i16x8.extend_low_i8x16_u(v128.load32_zero(prior));
  // The upper half is still 0, as the bytes left of the second row's first pixel must be.
  let a = v128.and(
    i16x8.add(i16x8.extend_low_i8x16_u(v128.load32_zero(row)), predictWide(type, c, b, c)),
    byte,
  );
  putPixel(dst, i8x16.narrow_i16x8_u(a, a), bpp);
  c = b;
  for (let i = bpp; i < bytes; i += bpp) {
    const above = i16x8.extend_low_i8x16_u(v128.load32_zero(prior + i));
    b = v128.shuffle<i16>(above, a, 0, 1, 2, 3, 8, 9, 10, 11);
    const raw = i16x8.extend_low_i8x16_u(v128.load32_lane(next + i - bpp, v128.load32_zero(row + i), 1));
    a = v128.and(i16x8.add(raw, predictWide(type, a, b, c)), byte);
    c = b;
    const pixels = i8x16.narrow_i16x8_u(a, a);
    putPixel(dst + i, pixels, bpp);
    v128.store32_lane(below + i - bpp, pixels, 1);
  }
  b = v128.shuffle<i16>(c, a, 0, 1, 2, 3, 8, 9, 10, 11);
  const raw = i16x8.extend_low_i8x16_u(v128.load32_lane(next + bytes - bpp, c, 1));
  a = v128.and(i16x8.add(raw, predictWide(type, a, b, c)), byte);
  v128.store32_lane(below + bytes - bpp, i8x16.narrow_i16x8_u(a, a), 1);
}

/** Stores the first pixel of a vector and no byte more: past the end of a row, the next row is already decoded. */
function putPixel(at: usize, pixel: v128, bpp: usize): void {
  v128.store16_lane(at, pixel, 0);
  if (bpp == 3) v128.store8_lane(at + 2, pixel, 2);
  else v128.store16_lane(at + 2, pixel, 1);
}

function predictWide(type: u32, a: v128, b: v128, c: v128): v128 {
  return type == PAETH ? paethOfWide(a, b, c) : i16x8.shr_u(i16x8.add(a, b), 1);
}

/**
 * The Paeth predictor in 16 bits, with a short dependency chain. With t = 3c − a − b, it is the smaller of a and b if
 * t is not less than the larger, the larger if t is not more than the smaller, else c. Same result as paethOf in half
 * as many steps. Source: Fabian Giesen's form of the Paeth predictor, as in stb_image.
 */
function paethOfWide(a: v128, b: v128, c: v128): v128 {
  const t = i16x8.sub(i16x8.sub(i16x8.add(i16x8.add(c, c), c), b), a);
  const smaller = i16x8.min_s(a, b);
  const larger = i16x8.max_s(a, b);
  const cOrSmaller = v128.bitselect(c, smaller, i16x8.gt_s(larger, t));
  return v128.bitselect(cOrSmaller, larger, i16x8.gt_s(t, smaller));
}
