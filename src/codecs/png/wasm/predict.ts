// Predictions of the PNG filters, for 16 bytes: a is the byte of the left pixel, b the one above, c the one above left.
// Source: PNG specification, third edition, section 9.

export const NONE: u32 = 0;
export const SUB: u32 = 1;
export const UP: u32 = 2;
export const AVERAGE: u32 = 3;
export const PAETH: u32 = 4;

const edges = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255,
]);

/** A mask whose first `count` bytes (at most 16) are 0 and the others 255. */
export function maskFrom(count: usize): v128 {
  return v128.load(edges + 16 - count);
}

/** ⌊(a + b) / 2⌋. The instruction rounds up, so 1 is subtracted if the sum is odd. */
export function averageOf(a: v128, b: v128): v128 {
  const odd = v128.and(v128.xor(a, b), i8x16.splat(1));
  return i8x16.sub(i8x16.avgr_u(a, b), odd);
}

/**
 * The Paeth predictor: whichever of a, b, c is nearest to a + b − c, in this order if equal. In bytes: the distance
 * of a is p = |b − c|, that of b is q = |a − c|, and that of c is p + q if both differences have the same sign, else
 * |p − q|. Saturated at 255, p + q is still not less than p or q.
 */
export function paethOf(a: v128, b: v128, c: v128): v128 {
  const bOverC = i8x16.sub_sat_u(b, c);
  const aOverC = i8x16.sub_sat_u(a, c);
  const p = v128.or(bOverC, i8x16.sub_sat_u(c, b));
  const q = v128.or(aOverC, i8x16.sub_sat_u(c, a));
  const zero = i8x16.splat(0);
  // If one difference is 0, the sum and difference of the distances are equal.
  const opposite = v128.xor(i8x16.eq(bOverC, zero), i8x16.eq(aOverC, zero));
  const apart = v128.or(i8x16.sub_sat_u(p, q), i8x16.sub_sat_u(q, p));
  const r = v128.bitselect(apart, i8x16.add_sat_u(p, q), opposite);
  const bOrC = v128.bitselect(b, c, i8x16.le_u(q, r));
  return v128.bitselect(a, bOrC, v128.and(i8x16.le_u(p, q), i8x16.le_u(p, r)));
}
