// The butterflies of the transforms, over many positions per call; see fft-columns.ts for their context.

/**
 * Radix-4 butterfly: four numbers `step` bytes apart to four frequencies, each multiplied by its power of w; repeated
 * every `next` bytes up to `width`.
 */
export function forward4(
  re: usize,
  im: usize,
  step: usize,
  width: usize,
  next: usize,
  r1: v128,
  i1: v128,
  r2: v128,
  i2: v128,
  r3: v128,
  i3: v128,
): void {
  for (let x: usize = 0; x < width; x += next) {
    const p = re + x;
    const q = im + x;
    const ar = v128.load(p);
    const cr = v128.load(p + 2 * step);
    const ai = v128.load(q);
    const ci = v128.load(q + 2 * step);
    const s0r = f32x4.add(ar, cr);
    const s0i = f32x4.add(ai, ci);
    const s1r = f32x4.sub(ar, cr);
    const s1i = f32x4.sub(ai, ci);
    const br = v128.load(p + step);
    const dr = v128.load(p + 3 * step);
    const bi = v128.load(q + step);
    const di = v128.load(q + 3 * step);
    const s2r = f32x4.add(br, dr);
    const s2i = f32x4.add(bi, di);
    // (b − d) · −i
    const s3r = f32x4.sub(bi, di);
    const s3i = f32x4.sub(dr, br);
    v128.store(p, f32x4.add(s0r, s2r));
    v128.store(q, f32x4.add(s0i, s2i));
    const y2r = f32x4.sub(s0r, s2r);
    const y2i = f32x4.sub(s0i, s2i);
    v128.store(p + 2 * step, f32x4.sub(f32x4.mul(y2r, r2), f32x4.mul(y2i, i2)));
    v128.store(q + 2 * step, f32x4.add(f32x4.mul(y2r, i2), f32x4.mul(y2i, r2)));
    const y1r = f32x4.add(s1r, s3r);
    const y1i = f32x4.add(s1i, s3i);
    v128.store(p + step, f32x4.sub(f32x4.mul(y1r, r1), f32x4.mul(y1i, i1)));
    v128.store(q + step, f32x4.add(f32x4.mul(y1r, i1), f32x4.mul(y1i, r1)));
    const y3r = f32x4.sub(s1r, s3r);
    const y3i = f32x4.sub(s1i, s3i);
    v128.store(p + 3 * step, f32x4.sub(f32x4.mul(y3r, r3), f32x4.mul(y3i, i3)));
    v128.store(q + 3 * step, f32x4.add(f32x4.mul(y3r, i3), f32x4.mul(y3i, r3)));
  }
}

/** Inverse of `forward4`, times 4. */
export function inverse4(
  re: usize,
  im: usize,
  step: usize,
  width: usize,
  next: usize,
  r1: v128,
  i1: v128,
  r2: v128,
  i2: v128,
  r3: v128,
  i3: v128,
): void {
  for (let x: usize = 0; x < width; x += next) {
    const p = re + x;
    const q = im + x;
    const x2r = v128.load(p + 2 * step);
    const x2i = v128.load(q + 2 * step);
    const y2r = f32x4.add(f32x4.mul(x2r, r2), f32x4.mul(x2i, i2));
    const y2i = f32x4.sub(f32x4.mul(x2i, r2), f32x4.mul(x2r, i2));
    const y0r = v128.load(p);
    const y0i = v128.load(q);
    const s0r = f32x4.add(y0r, y2r);
    const s0i = f32x4.add(y0i, y2i);
    const s2r = f32x4.sub(y0r, y2r);
    const s2i = f32x4.sub(y0i, y2i);
    const x1r = v128.load(p + step);
    const x1i = v128.load(q + step);
    const y1r = f32x4.add(f32x4.mul(x1r, r1), f32x4.mul(x1i, i1));
    const y1i = f32x4.sub(f32x4.mul(x1i, r1), f32x4.mul(x1r, i1));
    const x3r = v128.load(p + 3 * step);
    const x3i = v128.load(q + 3 * step);
    const y3r = f32x4.add(f32x4.mul(x3r, r3), f32x4.mul(x3i, i3));
    const y3i = f32x4.sub(f32x4.mul(x3i, r3), f32x4.mul(x3r, i3));
    const s1r = f32x4.add(y1r, y3r);
    const s1i = f32x4.add(y1i, y3i);
    // i · (y1 − y3)
    const s3r = f32x4.sub(y3i, y1i);
    const s3i = f32x4.sub(y1r, y3r);
    v128.store(p, f32x4.add(s0r, s1r));
    v128.store(q, f32x4.add(s0i, s1i));
    v128.store(p + 2 * step, f32x4.sub(s0r, s1r));
    v128.store(q + 2 * step, f32x4.sub(s0i, s1i));
    v128.store(p + step, f32x4.add(s2r, s3r));
    v128.store(q + step, f32x4.add(s2i, s3i));
    v128.store(p + 3 * step, f32x4.sub(s2r, s3r));
    v128.store(q + 3 * step, f32x4.sub(s2i, s3i));
  }
}

/**
 * Radix-2 butterfly: numbers `half` bytes apart to two frequencies, over rows `pitch` bytes apart up to `all`; factors
 * are vectors of neighbours, real parts then imaginary parts.
 */
export function forward2(re: usize, im: usize, pitch: usize, all: usize, half: usize, table: usize): void {
  for (let x: usize = 0; x < half; x += 16) {
    const wr = v128.load(table + x);
    const wi = v128.load(table + half + x);
    for (let y = x; y < all; y += pitch) {
      const ar = v128.load(re + y);
      const ai = v128.load(im + y);
      const br = v128.load(re + half + y);
      const bi = v128.load(im + half + y);
      v128.store(re + y, f32x4.add(ar, br));
      v128.store(im + y, f32x4.add(ai, bi));
      const dr = f32x4.sub(ar, br);
      const di = f32x4.sub(ai, bi);
      v128.store(re + half + y, f32x4.sub(f32x4.mul(dr, wr), f32x4.mul(di, wi)));
      v128.store(im + half + y, f32x4.add(f32x4.mul(dr, wi), f32x4.mul(di, wr)));
    }
  }
}

/** Inverse of `forward2`, times 2. */
export function inverse2(re: usize, im: usize, pitch: usize, all: usize, half: usize, table: usize): void {
  for (let x: usize = 0; x < half; x += 16) {
    const wr = v128.load(table + x);
    const wi = v128.load(table + half + x);
    for (let y = x; y < all; y += pitch) {
      const ar = v128.load(re + y);
      const ai = v128.load(im + y);
      const yr = v128.load(re + half + y);
      const yi = v128.load(im + half + y);
      const br = f32x4.add(f32x4.mul(yr, wr), f32x4.mul(yi, wi));
      const bi = f32x4.sub(f32x4.mul(yi, wr), f32x4.mul(yr, wi));
      v128.store(re + y, f32x4.add(ar, br));
      v128.store(im + y, f32x4.add(ai, bi));
      v128.store(re + half + y, f32x4.sub(ar, br));
      v128.store(im + half + y, f32x4.sub(ai, bi));
    }
  }
}
