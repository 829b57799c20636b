// The middle of filtering along columns, in one pass over memory: the last forward stage, the product with a spectrum,
// and the first inverse stage. See columns.ts for the stages and the tables.

import { productIm, productRe, storeFour } from './products';

/**
 * Filters `width` bytes of four neighbouring rows in place: a butterfly of length 4, whose factors are all 1, the
 * product of each row with one number of the spectrum, and the inverse butterfly. The four imaginary parts of the
 * spectrum are `apart` bytes after its four real parts.
 */
export function filter4(
  re: usize,
  im: usize,
  pitch: usize,
  width: usize,
  spectrum: usize,
  apart: usize,
): void {
  const u0 = v128.load32_splat(spectrum);
  const u1 = v128.load32_splat(spectrum, 4);
  const u2 = v128.load32_splat(spectrum, 8);
  const u3 = v128.load32_splat(spectrum, 12);
  const imaginary = spectrum + apart;
  const v0 = v128.load32_splat(imaginary);
  const v1 = v128.load32_splat(imaginary, 4);
  const v2 = v128.load32_splat(imaginary, 8);
  const v3 = v128.load32_splat(imaginary, 12);
  for (let x: usize = 0; x < width; x += 16) {
    const p = re + x;
    const q = im + x;
    const ar = v128.load(p);
    const cr = v128.load(p + 2 * pitch);
    const ai = v128.load(q);
    const ci = v128.load(q + 2 * pitch);
    const s0r = f32x4.add(ar, cr);
    const s0i = f32x4.add(ai, ci);
    const s1r = f32x4.sub(ar, cr);
    const s1i = f32x4.sub(ai, ci);
    const br = v128.load(p + pitch);
    const dr = v128.load(p + 3 * pitch);
    const bi = v128.load(q + pitch);
    const di = v128.load(q + 3 * pitch);
    const s2r = f32x4.add(br, dr);
    const s2i = f32x4.add(bi, di);
    // (b − d) · −i
    const s3r = f32x4.sub(bi, di);
    const s3i = f32x4.sub(dr, br);
    const y0r = f32x4.add(s0r, s2r);
    const y0i = f32x4.add(s0i, s2i);
    const z0r = productRe(y0r, y0i, u0, v0);
    const z0i = productIm(y0r, y0i, u0, v0);
    const y2r = f32x4.sub(s0r, s2r);
    const y2i = f32x4.sub(s0i, s2i);
    const z2r = productRe(y2r, y2i, u2, v2);
    const z2i = productIm(y2r, y2i, u2, v2);
    const y1r = f32x4.add(s1r, s3r);
    const y1i = f32x4.add(s1i, s3i);
    const z1r = productRe(y1r, y1i, u1, v1);
    const z1i = productIm(y1r, y1i, u1, v1);
    const y3r = f32x4.sub(s1r, s3r);
    const y3i = f32x4.sub(s1i, s3i);
    const z3r = productRe(y3r, y3i, u3, v3);
    const z3i = productIm(y3r, y3i, u3, v3);
    // The inverse butterfly needs (z1 − z3) · i. The parts are not swapped here.
    storeFour(p, pitch, z0r, z1r, z2r, z3r, f32x4.sub(z3i, z1i));
    storeFour(q, pitch, z0i, z1i, z2i, z3i, f32x4.sub(z1r, z3r));
  }
}
