// The stages of the transforms, along columns or rows; see columns.ts for their context. A stage goes through lines
// of `n` numbers, `unit` bytes apart. Vectors that share factors are `next` bytes apart, up to `width`. The type of a
// factor in memory is f32 if all lanes of a vector share one (columns), or v128 if each has its own (rows).

import { productIm, productRe, storeFour } from './products';

// Directions as types, so that the loops are compiled for each: `offsetof` of a class is the size of its fields.
class Forward {}
class Inverse extends Forward {
  a: u8;
}

/** The forward stages down to the stage of length `last`. */
export function forwardStages<Factor>(
  re: usize,
  im: usize,
  unit: usize,
  width: usize,
  next: usize,
  n: usize,
  twiddles: usize,
  last: usize,
): void {
  let length = n;
  let table = twiddles;
  if (ctz(n) & 1) {
    length = n >> 1;
    stage2<Factor, Forward>(re, im, unit, width, next, length, table);
    table += length * 8;
  }
  for (; length >= last; length >>= 2) {
    stage4<Factor, Forward>(re, im, unit, width, next, n, length, table);
    table += length * 6;
  }
}

/** Inverse of `forwardStages`, times `n`, from the stage of length `first` up; `end` is the end of its factors. */
export function inverseStages<Factor>(
  re: usize,
  im: usize,
  unit: usize,
  width: usize,
  next: usize,
  n: usize,
  end: usize,
  first: usize,
): void {
  let table = end;
  const radix4 = ctz(n) & 1 ? n >> 1 : n;
  for (let length: usize = first; length <= radix4; length <<= 2) {
    table -= length * 6;
    stage4<Factor, Inverse>(im, re, unit, width, next, n, length, table);
  }
  if (radix4 < n) stage2<Factor, Inverse>(im, re, unit, width, next, radix4, table - radix4 * 8);
}

/**
 * Radix-4 butterflies in groups of `length` numbers: four numbers become four frequencies, each of which is multiplied
 * by its power of w. The inverse, times 4, multiplies first; its callers swap `re` and `im` (see products.ts).
 */
function stage4<Factor, Direction>(
  re: usize,
  im: usize,
  unit: usize,
  width: usize,
  next: usize,
  n: usize,
  length: usize,
  table: usize,
): void {
  const isInverse = offsetof<Direction>() > 0;
  const step = (length >> 2) * unit;
  for (let j: usize = 0; j < length; j += sizeof<Factor>()) {
    const t = table + j;
    const r1 = factor<Factor>(t);
    const i1 = factor<Factor>(t + length);
    const r2 = factor<Factor>(t + length * 2);
    const i2 = factor<Factor>(t + length * 3);
    const r3 = factor<Factor>(t + length * 4);
    const i3 = factor<Factor>(t + length * 5);
    for (let b = j >> 2; b < n; b += length) {
      const end = b * unit + width;
      for (let x = b * unit; x < end; x += next) {
        const p = re + x;
        const q = im + x;
        const ar = v128.load(p);
        const cr = v128.load(p + 2 * step);
        const ai = v128.load(q);
        const ci = v128.load(q + 2 * step);
        const br = v128.load(p + step);
        const dr = v128.load(p + 3 * step);
        const bi = v128.load(q + step);
        const di = v128.load(q + 3 * step);
        if (isInverse) {
          const y1r = productRe(br, bi, r1, i1);
          const y1i = productIm(br, bi, r1, i1);
          const y2r = productRe(cr, ci, r2, i2);
          const y2i = productIm(cr, ci, r2, i2);
          const y3r = productRe(dr, di, r3, i3);
          const y3i = productIm(dr, di, r3, i3);
          storeFour(p, step, ar, y1r, y2r, y3r, f32x4.sub(y1i, y3i));
          storeFour(q, step, ai, y1i, y2i, y3i, f32x4.sub(y3r, y1r));
        } else {
          const s0r = f32x4.add(ar, cr);
          const s0i = f32x4.add(ai, ci);
          const s1r = f32x4.sub(ar, cr);
          const s1i = f32x4.sub(ai, ci);
          const s2r = f32x4.add(br, dr);
          const s2i = f32x4.add(bi, di);
          // (b − d) · −i
          const s3r = f32x4.sub(bi, di);
          const s3i = f32x4.sub(dr, br);
          v128.store(p, f32x4.add(s0r, s2r));
          v128.store(q, f32x4.add(s0i, s2i));
          storeProduct(p + 2 * step, q + 2 * step, f32x4.sub(s0r, s2r), f32x4.sub(s0i, s2i), r2, i2);
          storeProduct(p + step, q + step, f32x4.add(s1r, s3r), f32x4.add(s1i, s3i), r1, i1);
          storeProduct(p + 3 * step, q + 3 * step, f32x4.sub(s1r, s3r), f32x4.sub(s1i, s3i), r3, i3);
        }
      }
    }
  }
}

/** Radix-2 butterflies of numbers `half` apart: a + b and (a − b) · w. The inverse, times 2, is as in `stage4`. */
function stage2<Factor, Direction>(
  re: usize,
  im: usize,
  unit: usize,
  width: usize,
  next: usize,
  half: usize,
  table: usize,
): void {
  const isInverse = offsetof<Direction>() > 0;
  const step = half * unit;
  for (let j: usize = 0; j < half * 4; j += sizeof<Factor>()) {
    const wr = factor<Factor>(table + j);
    const wi = factor<Factor>(table + half * 4 + j);
    const start = (j >> 2) * unit;
    for (let x = start; x < start + width; x += next) {
      const p = re + x;
      const q = im + x;
      const ar = v128.load(p);
      const ai = v128.load(q);
      const br = v128.load(p + step);
      const bi = v128.load(q + step);
      if (isInverse) {
        const yr = productRe(br, bi, wr, wi);
        const yi = productIm(br, bi, wr, wi);
        v128.store(p, f32x4.add(ar, yr));
        v128.store(q, f32x4.add(ai, yi));
        v128.store(p + step, f32x4.sub(ar, yr));
        v128.store(q + step, f32x4.sub(ai, yi));
      } else {
        v128.store(p, f32x4.add(ar, br));
        v128.store(q, f32x4.add(ai, bi));
        storeProduct(p + step, q + step, f32x4.sub(ar, br), f32x4.sub(ai, bi), wr, wi);
      }
    }
  }
}

function factor<Factor>(at: usize): v128 {
  return sizeof<Factor>() === 4 ? v128.load32_splat(at) : v128.load(at);
}

function storeProduct(p: usize, q: usize, ar: v128, ai: v128, br: v128, bi: v128): void {
  v128.store(p, productRe(ar, ai, br, bi));
  v128.store(q, productIm(ar, ai, br, bi));
}
