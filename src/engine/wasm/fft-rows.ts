// Fourier transforms along the rows of a block; see fft-columns.ts for the stages and the tables. A vector holds
// neighbours of one row, so the last stage, of length 4, transposes vectors of four groups first.

import { forward2, forward4, inverse2, inverse4 } from './fft-stages';

/** Rows that go through a stage together: factors are loaded once for all of them. */
const TOGETHER: usize = 4;

/** Forward transform of `rows` rows of `n` numbers, n ≥ 16. */
export function forwardRows(
  re: usize,
  im: usize,
  pitch: usize,
  rows: usize,
  n: usize,
  twiddles: usize,
): void {
  for (let y: usize = 0; y < rows; y += TOGETHER) {
    forwardSome(re + y * pitch, im + y * pitch, pitch, min(rows - y, TOGETHER), n, twiddles);
  }
}

/** Inverse of `forwardRows`, times `n`; `end` is the end of the table. */
export function inverseRows(re: usize, im: usize, pitch: usize, rows: usize, n: usize, end: usize): void {
  for (let y: usize = 0; y < rows; y += TOGETHER) {
    inverseSome(re + y * pitch, im + y * pitch, pitch, min(rows - y, TOGETHER), n, end);
  }
}

/**
 * Each row in one pass: forward, times a row of the kernel's spectrum, inverse. A spectrum is all rows of real parts,
 * then all rows of imaginary parts, without gaps. Its rows are `next` bytes apart, or the same row if that is 0;
 * imaginary parts are `apart` bytes after the real ones.
 */
export function filterRows(
  re: usize,
  im: usize,
  pitch: usize,
  rows: usize,
  n: usize,
  twiddles: usize,
  end: usize,
  spectrum: usize,
  next: usize,
  apart: usize,
): void {
  for (let first: usize = 0; first < rows; first += TOGETHER) {
    const some = min(rows - first, TOGETHER);
    const p = re + first * pitch;
    const q = im + first * pitch;
    forwardSome(p, q, pitch, some, n, twiddles);
    for (let y: usize = 0; y < some; y++) {
      const at = y * pitch;
      const s = spectrum + (first + y) * next;
      for (let x: usize = 0; x < n * 4; x += 16) {
        const ar = v128.load(p + at + x);
        const ai = v128.load(q + at + x);
        const br = v128.load(s + x);
        const bi = v128.load(s + apart + x);
        v128.store(p + at + x, f32x4.sub(f32x4.mul(ar, br), f32x4.mul(ai, bi)));
        v128.store(q + at + x, f32x4.add(f32x4.mul(ar, bi), f32x4.mul(ai, br)));
      }
    }
    inverseSome(p, q, pitch, some, n, end);
  }
}

/** dst = src · spectrum, or dst += src · spectrum if `adds`. */
export function multiplyRows(
  dstRe: usize,
  dstIm: usize,
  srcRe: usize,
  srcIm: usize,
  pitch: usize,
  rows: usize,
  n: usize,
  spectrum: usize,
  adds: bool,
): void {
  const size = rows * n * 4;
  for (let y: usize = 0; y < rows; y++) {
    const at = y * pitch;
    const s = spectrum + y * n * 4;
    for (let x: usize = 0; x < n * 4; x += 16) {
      const ar = v128.load(srcRe + at + x);
      const ai = v128.load(srcIm + at + x);
      const br = v128.load(s + x);
      const bi = v128.load(s + size + x);
      let r = f32x4.sub(f32x4.mul(ar, br), f32x4.mul(ai, bi));
      let i = f32x4.add(f32x4.mul(ar, bi), f32x4.mul(ai, br));
      if (adds) {
        r = f32x4.add(v128.load(dstRe + at + x), r);
        i = f32x4.add(v128.load(dstIm + at + x), i);
      }
      v128.store(dstRe + at + x, r);
      v128.store(dstIm + at + x, i);
    }
  }
}

function forwardSome(re: usize, im: usize, pitch: usize, rows: usize, n: usize, twiddles: usize): void {
  const all = rows * pitch;
  let length = n;
  let table = twiddles;
  if (ctz(n) & 1) {
    const half = n >> 1;
    forward2(re, im, pitch, all, half * 4, table);
    table += half * 8;
    length = half;
  }
  for (; length > 4; length >>= 2) {
    const step = length; // m · 4 bytes
    for (let x: usize = 0; x < step; x += 16) {
      const t = table + x;
      const r1 = v128.load(t);
      const i1 = v128.load(t + step);
      const r2 = v128.load(t + step * 2);
      const i2 = v128.load(t + step * 3);
      const r3 = v128.load(t + step * 4);
      const i3 = v128.load(t + step * 5);
      for (let b = x; b < n * 4; b += length * 4) {
        forward4(re + b, im + b, step, all, pitch, r1, i1, r2, i2, r3, i3);
      }
    }
    table += step * 6;
  }
  for (let y: usize = 0; y < all; y += pitch) {
    for (let x = y; x < y + n * 4; x += 64) forwardLast(re + x, im + x);
  }
}

function inverseSome(re: usize, im: usize, pitch: usize, rows: usize, n: usize, end: usize): void {
  const all = rows * pitch;
  for (let y: usize = 0; y < all; y += pitch) {
    for (let x = y; x < y + n * 4; x += 64) inverseFirst(re + x, im + x);
  }
  let table = end - 24;
  const radix4 = ctz(n) & 1 ? n >> 1 : n;
  for (let length: usize = 16; length <= radix4; length <<= 2) {
    const step = length;
    table -= step * 6;
    for (let x: usize = 0; x < step; x += 16) {
      const t = table + x;
      const r1 = v128.load(t);
      const i1 = v128.load(t + step);
      const r2 = v128.load(t + step * 2);
      const i2 = v128.load(t + step * 3);
      const r3 = v128.load(t + step * 4);
      const i3 = v128.load(t + step * 5);
      for (let b = x; b < n * 4; b += length * 4) {
        inverse4(re + b, im + b, step, all, pitch, r1, i1, r2, i2, r3, i3);
      }
    }
  }
  if (radix4 !== n) inverse2(re, im, pitch, all, n * 2, table - n * 4);
}

/** The stage of length 4 over four adjacent groups; frequencies stay in the order of the transposed vectors. */
function forwardLast(p: usize, q: usize): void {
  const r0 = v128.load(p);
  const r1 = v128.load(p, 16);
  const r2 = v128.load(p, 32);
  const r3 = v128.load(p, 48);
  const l01 = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
  const l23 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
  const h01 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
  const h23 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
  const ar = i64x2.shuffle(l01, l23, 0, 2);
  const br = i64x2.shuffle(l01, l23, 1, 3);
  const cr = i64x2.shuffle(h01, h23, 0, 2);
  const dr = i64x2.shuffle(h01, h23, 1, 3);
  const i0 = v128.load(q);
  const i1 = v128.load(q, 16);
  const i2 = v128.load(q, 32);
  const i3 = v128.load(q, 48);
  const m01 = i32x4.shuffle(i0, i1, 0, 4, 1, 5);
  const m23 = i32x4.shuffle(i2, i3, 0, 4, 1, 5);
  const n01 = i32x4.shuffle(i0, i1, 2, 6, 3, 7);
  const n23 = i32x4.shuffle(i2, i3, 2, 6, 3, 7);
  const ai = i64x2.shuffle(m01, m23, 0, 2);
  const bi = i64x2.shuffle(m01, m23, 1, 3);
  const ci = i64x2.shuffle(n01, n23, 0, 2);
  const di = i64x2.shuffle(n01, n23, 1, 3);
  const s0r = f32x4.add(ar, cr);
  const s0i = f32x4.add(ai, ci);
  const s1r = f32x4.sub(ar, cr);
  const s1i = f32x4.sub(ai, ci);
  const s2r = f32x4.add(br, dr);
  const s2i = f32x4.add(bi, di);
  const s3r = f32x4.sub(bi, di);
  const s3i = f32x4.sub(dr, br);
  v128.store(p, f32x4.add(s0r, s2r));
  v128.store(q, f32x4.add(s0i, s2i));
  v128.store(p, f32x4.add(s1r, s3r), 16);
  v128.store(q, f32x4.add(s1i, s3i), 16);
  v128.store(p, f32x4.sub(s0r, s2r), 32);
  v128.store(q, f32x4.sub(s0i, s2i), 32);
  v128.store(p, f32x4.sub(s1r, s3r), 48);
  v128.store(q, f32x4.sub(s1i, s3i), 48);
}

/** Inverse of `forwardLast`, times 4. */
function inverseFirst(p: usize, q: usize): void {
  const y0r = v128.load(p);
  const y1r = v128.load(p, 16);
  const y2r = v128.load(p, 32);
  const y3r = v128.load(p, 48);
  const y0i = v128.load(q);
  const y1i = v128.load(q, 16);
  const y2i = v128.load(q, 32);
  const y3i = v128.load(q, 48);
  const s0r = f32x4.add(y0r, y2r);
  const s2r = f32x4.sub(y0r, y2r);
  const s1r = f32x4.add(y1r, y3r);
  const s3i = f32x4.sub(y1r, y3r);
  const s0i = f32x4.add(y0i, y2i);
  const s2i = f32x4.sub(y0i, y2i);
  const s1i = f32x4.add(y1i, y3i);
  const s3r = f32x4.sub(y3i, y1i);
  const aR = f32x4.add(s0r, s1r);
  const bR = f32x4.add(s2r, s3r);
  const cR = f32x4.sub(s0r, s1r);
  const dR = f32x4.sub(s2r, s3r);
  const l01R = i32x4.shuffle(aR, bR, 0, 4, 1, 5);
  const l23R = i32x4.shuffle(cR, dR, 0, 4, 1, 5);
  const h01R = i32x4.shuffle(aR, bR, 2, 6, 3, 7);
  const h23R = i32x4.shuffle(cR, dR, 2, 6, 3, 7);
  v128.store(p, i64x2.shuffle(l01R, l23R, 0, 2));
  v128.store(p, i64x2.shuffle(l01R, l23R, 1, 3), 16);
  v128.store(p, i64x2.shuffle(h01R, h23R, 0, 2), 32);
  v128.store(p, i64x2.shuffle(h01R, h23R, 1, 3), 48);
  const aI = f32x4.add(s0i, s1i);
  const bI = f32x4.add(s2i, s3i);
  const cI = f32x4.sub(s0i, s1i);
  const dI = f32x4.sub(s2i, s3i);
  const l01I = i32x4.shuffle(aI, bI, 0, 4, 1, 5);
  const l23I = i32x4.shuffle(cI, dI, 0, 4, 1, 5);
  const h01I = i32x4.shuffle(aI, bI, 2, 6, 3, 7);
  const h23I = i32x4.shuffle(cI, dI, 2, 6, 3, 7);
  v128.store(q, i64x2.shuffle(l01I, l23I, 0, 2));
  v128.store(q, i64x2.shuffle(l01I, l23I, 1, 3), 16);
  v128.store(q, i64x2.shuffle(h01I, h23I, 0, 2), 32);
  v128.store(q, i64x2.shuffle(h01I, h23I, 1, 3), 48);
}
