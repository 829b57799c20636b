// Fourier transforms along the columns of a block of complex numbers whose real and imaginary parts lie in two
// planes; all vectors hold neighbouring columns. Forward: decimation in frequency, radix 4 (one radix-2 stage
// first where the length is no power of 4); it leaves frequencies in the order in which it meets them. Inverse:
// the same stages backwards, from that order, without the division by the length. Source: Cooley & Tukey 1965,
// Gentleman & Sande 1966.
//
// `pitch` is bytes between rows, `width` bytes of the columns (a multiple of 16), `twiddles` the table that
// engine/fft-tables.ts lays out: stage by stage, real parts then imaginary parts, for w, w² and w³.

/** Forward, over columns of `n` numbers. */
export function forwardColumns(
  re: usize,
  im: usize,
  pitch: usize,
  width: usize,
  n: usize,
  twiddles: usize,
): void {
  let length = n;
  let table = twiddles;
  if (ctz(n) & 1) {
    const half = n >> 1;
    const step = half * pitch;
    for (let j: usize = 0; j < half; j++) {
      const wr = v128.load32_splat(table + j * 4);
      const wi = v128.load32_splat(table + (half + j) * 4);
      for (let x: usize = 0; x < width; x += 16) {
        const p = re + j * pitch + x;
        const q = im + j * pitch + x;
        const ar = v128.load(p);
        const ai = v128.load(q);
        const br = v128.load(p + step);
        const bi = v128.load(q + step);
        v128.store(p, f32x4.add(ar, br));
        v128.store(q, f32x4.add(ai, bi));
        const dr = f32x4.sub(ar, br);
        const di = f32x4.sub(ai, bi);
        v128.store(p + step, f32x4.sub(f32x4.mul(dr, wr), f32x4.mul(di, wi)));
        v128.store(q + step, f32x4.add(f32x4.mul(dr, wi), f32x4.mul(di, wr)));
      }
    }
    table += half * 8;
    length = half;
  }
  for (; length >= 4; length >>= 2) {
    const m = length >> 2;
    const step = m * pitch;
    for (let j: usize = 0; j < m; j++) {
      const t = table + j * 4;
      const r1 = v128.load32_splat(t);
      const i1 = v128.load32_splat(t + m * 4);
      const r2 = v128.load32_splat(t + m * 8);
      const i2 = v128.load32_splat(t + m * 12);
      const r3 = v128.load32_splat(t + m * 16);
      const i3 = v128.load32_splat(t + m * 20);
      for (let b = j; b < n; b += length) {
        const p = re + b * pitch;
        const q = im + b * pitch;
        forward4(p, q, step, width, 16, r1, i1, r2, i2, r3, i3);
      }
    }
    table += m * 24;
  }
}

/** Inverse of `forwardColumns`, times `n`; `end` is the end of the table. */
export function inverseColumns(re: usize, im: usize, pitch: usize, width: usize, n: usize, end: usize): void {
  let table = end;
  const radix4 = ctz(n) & 1 ? n >> 1 : n;
  for (let length: usize = 4; length <= radix4; length <<= 2) {
    const m = length >> 2;
    const step = m * pitch;
    table -= m * 24;
    for (let j: usize = 0; j < m; j++) {
      const t = table + j * 4;
      const r1 = v128.load32_splat(t);
      const i1 = v128.load32_splat(t + m * 4);
      const r2 = v128.load32_splat(t + m * 8);
      const i2 = v128.load32_splat(t + m * 12);
      const r3 = v128.load32_splat(t + m * 16);
      const i3 = v128.load32_splat(t + m * 20);
      for (let b = j; b < n; b += length) {
        const p = re + b * pitch;
        const q = im + b * pitch;
        inverse4(p, q, step, width, 16, r1, i1, r2, i2, r3, i3);
      }
    }
  }
  if (radix4 === n) return;
  const half = n >> 1;
  const step = half * pitch;
  table -= half * 8;
  for (let j: usize = 0; j < half; j++) {
    const wr = v128.load32_splat(table + j * 4);
    const wi = v128.load32_splat(table + (half + j) * 4);
    for (let x: usize = 0; x < width; x += 16) {
      const p = re + j * pitch + x;
      const q = im + j * pitch + x;
      const ar = v128.load(p);
      const ai = v128.load(q);
      const yr = v128.load(p + step);
      const yi = v128.load(q + step);
      const br = f32x4.add(f32x4.mul(yr, wr), f32x4.mul(yi, wi));
      const bi = f32x4.sub(f32x4.mul(yi, wr), f32x4.mul(yr, wi));
      v128.store(p, f32x4.add(ar, br));
      v128.store(q, f32x4.add(ai, bi));
      v128.store(p + step, f32x4.sub(ar, br));
      v128.store(q + step, f32x4.sub(ai, bi));
    }
  }
}

/**
 * Four numbers `step` bytes apart to four frequencies, each turned by its power of w; again every `next` bytes up
 * to `width`.
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

/** Undoes `forward4`, times 4. */
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
