// Fourier transforms along the columns of a block of complex numbers whose real and imaginary parts are in two
// planes; a vector holds neighbouring columns. Forward: decimation in frequency, radix 4 (one radix-2 stage
// first if the length is not a power of 4); frequencies stay in digit-reversed order. Inverse:
// the same stages backwards, from that order, without the division by the length. Source: Cooley & Tukey 1965,
// Gentleman & Sande 1966.
//
// `pitch` is bytes between rows, `width` bytes of the columns (a multiple of 16), `twiddles` the table that
// methods/fft-transform.ts lays out: stage by stage, real parts then imaginary parts, for w, w² and w³.

import { filter4 } from './fft-filter';
import { forward4, inverse4 } from './fft-stages';

/** Forward transform of columns of `n` numbers. */
export function forwardColumns(
  re: usize,
  im: usize,
  pitch: usize,
  width: usize,
  n: usize,
  twiddles: usize,
): void {
  forwardStages(re, im, pitch, width, n, twiddles, 4);
}

/** Inverse of `forwardColumns`, times `n`; `end` is the end of the table. */
export function inverseColumns(re: usize, im: usize, pitch: usize, width: usize, n: usize, end: usize): void {
  inverseStages(re, im, pitch, width, n, end, 4);
}

/** The forward stages of columns of `n` numbers, down to the stage of length `last`. */
function forwardStages(
  re: usize,
  im: usize,
  pitch: usize,
  width: usize,
  n: usize,
  twiddles: usize,
  last: usize,
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
  for (; length >= last; length >>= 2) {
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

/** Inverse of `forwardStages`, times `n`, from the stage of length `first` up; `end` is the end of its factors. */
function inverseStages(
  re: usize,
  im: usize,
  pitch: usize,
  width: usize,
  n: usize,
  end: usize,
  first: usize,
): void {
  let table = end;
  const radix4 = ctz(n) & 1 ? n >> 1 : n;
  for (let length: usize = first; length <= radix4; length <<= 2) {
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

/** Forward, times a spectrum (real parts, then imaginary parts), inverse; times `n`. */
export function filterColumns(
  re: usize,
  im: usize,
  pitch: usize,
  width: usize,
  n: usize,
  twiddles: usize,
  end: usize,
  spectrum: usize,
): void {
  forwardStages(re, im, pitch, width, n, twiddles, 16);
  for (let y: usize = 0; y < n; y += 4) {
    filter4(re + y * pitch, im + y * pitch, pitch, width, spectrum + y * 4, n * 4);
  }
  inverseStages(re, im, pitch, width, n, end - 24, 16);
}

/**
 * Multiplies frequencies of columns by a spectrum (real parts, then imaginary parts): dst = src · spectrum, or dst +=
 * src · spectrum if `adds`.
 */
export function multiplyColumns(
  dstRe: usize,
  dstIm: usize,
  srcRe: usize,
  srcIm: usize,
  pitch: usize,
  width: usize,
  n: usize,
  spectrum: usize,
  adds: bool,
): void {
  for (let y: usize = 0; y < n; y++) {
    const br = v128.load32_splat(spectrum + y * 4);
    const bi = v128.load32_splat(spectrum + (n + y) * 4);
    for (let x = y * pitch; x < y * pitch + width; x += 16) {
      const ar = v128.load(srcRe + x);
      const ai = v128.load(srcIm + x);
      let r = f32x4.sub(f32x4.mul(ar, br), f32x4.mul(ai, bi));
      let i = f32x4.add(f32x4.mul(ar, bi), f32x4.mul(ai, br));
      if (adds) {
        r = f32x4.add(v128.load(dstRe + x), r);
        i = f32x4.add(v128.load(dstIm + x), i);
      }
      v128.store(dstRe + x, r);
      v128.store(dstIm + x, i);
    }
  }
}
