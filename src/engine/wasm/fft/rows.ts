// Fourier transforms along the rows of a block; see columns.ts for the stages and the tables. A vector holds
// neighbours of one row, so the last stage, of length 4, transposes vectors of four groups first.

import { multiply, storeFour } from './products';
import { forwardStages, inverseStages } from './stages';

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
  for (let first: usize = 0; first < rows; first += TOGETHER) {
    const p = re + first * pitch;
    const q = im + first * pitch;
    const size = min(rows - first, TOGETHER) * pitch;
    forwardStages<v128>(p, q, 4, size, pitch, n, twiddles, 16);
    for (let y: usize = 0; y < size; y += pitch) {
      for (let x = y; x < y + n * 4; x += 64) forwardLast(p + x, q + x);
    }
  }
}

/** Inverse of `forwardRows`, times `n`; `end` is the end of the table. */
export function inverseRows(re: usize, im: usize, pitch: usize, rows: usize, n: usize, end: usize): void {
  for (let first: usize = 0; first < rows; first += TOGETHER) {
    const p = re + first * pitch;
    const q = im + first * pitch;
    const size = min(rows - first, TOGETHER) * pitch;
    for (let y: usize = 0; y < size; y += pitch) {
      for (let x = y; x < y + n * 4; x += 64) inverseFirst(p + x, q + x);
    }
    inverseStages<v128>(p, q, 4, size, pitch, n, end - 24, 16);
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
    forwardRows(p, q, pitch, some, n, twiddles);
    for (let y: usize = 0; y < some; y++) {
      const at = y * pitch;
      const s = spectrum + (first + y) * next;
      for (let x: usize = 0; x < n * 4; x += 16) {
        const a = p + at + x;
        const b = q + at + x;
        multiply(a, b, a, b, v128.load(s + x), v128.load(s + apart + x), false);
      }
    }
    inverseRows(p, q, pitch, some, n, end);
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
    for (let x = at; x < at + n * 4; x += 16) {
      const br = v128.load(s + x - at);
      const bi = v128.load(s + size + x - at);
      multiply(dstRe + x, dstIm + x, srcRe + x, srcIm + x, br, bi, adds);
    }
  }
}

/**
 * The stage of length 4 for four adjacent groups. The frequencies stay transposed: each vector has one of every group.
 */
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
  // (b − d) · −i
  storeFour(p, 16, ar, br, cr, dr, f32x4.sub(bi, di));
  storeFour(q, 16, ai, bi, ci, di, f32x4.sub(dr, br));
}

/** Inverse of `forwardLast`, times 4. */
function inverseFirst(p: usize, q: usize): void {
  const y1r = v128.load(p, 16);
  const y3r = v128.load(p, 48);
  const y1i = v128.load(q, 16);
  const y3i = v128.load(q, 48);
  // (y1 − y3) · i
  storeTransposed(p, v128.load(p), y1r, v128.load(p, 32), y3r, f32x4.sub(y3i, y1i));
  storeTransposed(q, v128.load(q), y1i, v128.load(q, 32), y3i, f32x4.sub(y1r, y3r));
}

/** As `storeFour` for four groups of four numbers, which are transposed back: each vector stored is one group. */
function storeTransposed(at: usize, a: v128, b: v128, c: v128, d: v128, turned: v128): void {
  const s0 = f32x4.add(a, c);
  const s1 = f32x4.sub(a, c);
  const s2 = f32x4.add(b, d);
  const y0 = f32x4.add(s0, s2);
  const y1 = f32x4.add(s1, turned);
  const y2 = f32x4.sub(s0, s2);
  const y3 = f32x4.sub(s1, turned);
  const l01 = i32x4.shuffle(y0, y1, 0, 4, 1, 5);
  const l23 = i32x4.shuffle(y2, y3, 0, 4, 1, 5);
  const h01 = i32x4.shuffle(y0, y1, 2, 6, 3, 7);
  const h23 = i32x4.shuffle(y2, y3, 2, 6, 3, 7);
  v128.store(at, i64x2.shuffle(l01, l23, 0, 2));
  v128.store(at, i64x2.shuffle(l01, l23, 1, 3), 16);
  v128.store(at, i64x2.shuffle(h01, h23, 0, 2), 32);
  v128.store(at, i64x2.shuffle(h01, h23, 1, 3), 48);
}
