// Arithmetic on four complex numbers at once: their real parts are in one vector, their imaginary parts in another.
//
// The inverse transform uses the same arithmetic on numbers whose parts are swapped. Swapping the parts of z gives
// i · conj(z), so that the product of swapped numbers with w is the swapped product with conj(w), and that with −i is
// the swapped product with i.

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
 * The end of a radix-4 butterfly for one part, real or imaginary: from that part of the numbers a, b, c, d and of
 * `turned`, stores that part of the frequencies a + b + c + d, a − c + turned, a − b + c − d and a − c − turned, `step`
 * bytes apart. `turned` is (b − d) · −i in a forward transform, and (b − d) · i in an inverse one.
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
