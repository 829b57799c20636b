// Fourier transforms along the columns of a block of complex numbers whose real and imaginary parts are in two
// planes; a vector holds neighbouring columns. Forward: decimation in frequency, radix 4 (one radix-2 stage
// first if the length is not a power of 4); frequencies stay in digit-reversed order. Inverse:
// the same stages backwards, from that order, without the division by the length. Source: Cooley & Tukey 1965,
// Gentleman & Sande 1966.
//
// `pitch` is bytes between rows, `width` bytes of the columns (a multiple of 16), `twiddles` the table that
// engine/methods/fft-transform.ts lays out: stage by stage, real parts then imaginary parts, for w, w² and w³.

import { filter4 } from './filter';
import { multiply } from './products';
import { forwardStages, inverseStages } from './stages';

/** Forward transform of columns of `n` numbers. */
export function forwardColumns(
  re: usize,
  im: usize,
  pitch: usize,
  width: usize,
  n: usize,
  twiddles: usize,
): void {
  forwardStages<f32>(re, im, pitch, width, 16, n, twiddles, 4);
}

/** Inverse of `forwardColumns`, times `n`; `end` is the end of the table. */
export function inverseColumns(re: usize, im: usize, pitch: usize, width: usize, n: usize, end: usize): void {
  inverseStages<f32>(re, im, pitch, width, 16, n, end, 4);
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
  forwardStages<f32>(re, im, pitch, width, 16, n, twiddles, 16);
  for (let y: usize = 0; y < n; y += 4) {
    filter4(re + y * pitch, im + y * pitch, pitch, width, spectrum + y * 4, n * 4);
  }
  inverseStages<f32>(re, im, pitch, width, 16, n, end - 24, 16);
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
      multiply(dstRe + x, dstIm + x, srcRe + x, srcIm + x, br, bi, adds);
    }
  }
}
