// What PNG's filters expect a byte to be, for 16 bytes at a time and for one: a is the byte of the pixel to the left,
// b the one above, c the one above on the left. Source: PNG specification, third edition, section 9.

export const NONE: u32 = 0;
export const SUB: u32 = 1;
export const UP: u32 = 2;
export const AVERAGE: u32 = 3;
export const PAETH: u32 = 4;

const edges = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255,
]);

/** A vector whose first `count` bytes, at most 16, are 0 and the others 255. */
export function allBut(count: usize): v128 {
  return v128.load(edges + 16 - count);
}

/** ⌊(a + b) / 2⌋: the instruction rounds up, so that an odd sum gives one too many. */
export function averageOf(a: v128, b: v128): v128 {
  const odd = v128.and(v128.xor(a, b), i8x16.splat(1));
  return i8x16.sub(i8x16.avgr_u(a, b), odd);
}

/**
 * Whichever of a, b, c is nearest to a + b − c, in this order where they are as near. In bytes: with p = |b − c| the
 * distance of a, and q = |a − c| that of b, the distance of c is p + q where both differences have one sign, else
 * |p − q|; held at 255, p + q is still not less than p or q.
 */
export function paethOf(a: v128, b: v128, c: v128): v128 {
  const bOverC = i8x16.sub_sat_u(b, c);
  const aOverC = i8x16.sub_sat_u(a, c);
  const p = v128.or(bOverC, i8x16.sub_sat_u(c, b));
  const q = v128.or(aOverC, i8x16.sub_sat_u(c, a));
  const zero = i8x16.splat(0);
  // Where one difference is 0, the sum and the difference of the distances are the same.
  const opposite = v128.xor(i8x16.eq(bOverC, zero), i8x16.eq(aOverC, zero));
  const apart = v128.or(i8x16.sub_sat_u(p, q), i8x16.sub_sat_u(q, p));
  const r = v128.bitselect(apart, i8x16.add_sat_u(p, q), opposite);
  const bOrC = v128.bitselect(b, c, i8x16.le_u(q, r));
  return v128.bitselect(a, bOrC, v128.and(i8x16.le_u(p, q), i8x16.le_u(p, r)));
}

/** The expectation of one byte, by any filter. */
export function predictOne(type: u32, a: i32, b: i32, c: i32): i32 {
  if (type == SUB) return a;
  if (type == UP) return b;
  if (type == AVERAGE) return (a + b) >> 1;
  if (type != PAETH) return 0;
  const p = abs(b - c);
  const q = abs(a - c);
  const r = abs(a + b - 2 * c);
  return p <= q && p <= r ? a : q <= r ? b : c;
}
