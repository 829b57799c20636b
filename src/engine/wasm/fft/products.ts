// Arithmetic on vectors of complex numbers, whose real and imaginary parts are in two vectors. With the parts swapped,
// a product is that with the conjugate of b, and (b − d) · −i is (b − d) · i: the inverse transform swaps them.

/** The real part of a · b. */
export function productRe(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  return f32x4.sub(f32x4.mul(ar, br), f32x4.mul(ai, bi));
}

/** The imaginary part of a · b. */
export function productIm(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  return f32x4.add(f32x4.mul(ar, bi), f32x4.mul(ai, br));
}

/** dst = src · b, or dst += src · b if `adds`. */
export function multiply(
  dstRe: usize,
  dstIm: usize,
  srcRe: usize,
  srcIm: usize,
  br: v128,
  bi: v128,
  adds: bool,
): void {
  const ar = v128.load(srcRe);
  const ai = v128.load(srcIm);
  let r = productRe(ar, ai, br, bi);
  let i = productIm(ar, ai, br, bi);
  if (adds) {
    r = f32x4.add(v128.load(dstRe), r);
    i = f32x4.add(v128.load(dstIm), i);
  }
  v128.store(dstRe, r);
  v128.store(dstIm, i);
}

/**
 * One part, real or imaginary, of the transform of four numbers, from that part of them and of `turned`, (b − d) · −i.
 * Stores the four frequencies `step` bytes apart.
 */
export function storeFour(at: usize, step: usize, a: v128, b: v128, c: v128, d: v128, turned: v128): void {
  const s0 = f32x4.add(a, c);
  const s1 = f32x4.sub(a, c);
  const s2 = f32x4.add(b, d);
  v128.store(at, f32x4.add(s0, s2));
  v128.store(at + 2 * step, f32x4.sub(s0, s2));
  v128.store(at + step, f32x4.add(s1, turned));
  v128.store(at + 3 * step, f32x4.sub(s1, turned));
}
