// The tap loop of the separable method for symmetric rows and columns: two samples that share a weight are added, or
// subtracted, before the multiplication. Writes whole blocks, like the loops of taps.ts.

import { correlateF64 } from './taps';

/** Samples of a run that is summed for all rows before the next run: the samples of about 40 rows stay in cache. */
const RUN: usize = 256;

/** `correlateFoldedF32` over rows `from` bytes apart at `src` and `to` bytes apart at `dst`. */
export function rowsFoldedF32(
  src: usize,
  from: usize,
  taps: usize,
  sums: usize,
  differences: usize,
  singles: usize,
  dst: usize,
  to: usize,
  rows: usize,
  count: usize,
): void {
  for (let x: usize = 0; x < count; x += RUN) {
    const some = min(count - x, RUN);
    for (let y: usize = 0; y < rows; y++) {
      const p = src + y * from + x * 4;
      correlateFoldedF32(p, taps, sums, differences, singles, dst + y * to + x * 4, some);
    }
  }
}

/**
 * For symmetric columns over consecutive rows: sums `pairs` pairs of samples, the outermost first, and with `hasCentre`
 * the middle sample. Input rows are `from` bytes apart at `src`, output rows `to` bytes apart at `dst`. Taps as in
 * `correlateFoldedF32`; of the offsets only the first is read. Computes an even number of rows and whole blocks of
 * samples: both `src` and `dst` must be that long.
 */
export function symmetricColumnsF32(
  src: usize,
  from: usize,
  taps: usize,
  pairs: usize,
  hasCentre: bool,
  dst: usize,
  to: usize,
  rows: usize,
  count: usize,
): void {
  const last = (pairs * 2 - 1 + usize(hasCentre)) * from;
  for (let x: usize = 0; x < count; x += RUN) {
    const end = min(count, x + RUN) * 4;
    for (let y: usize = 0; y < rows; y += 2) {
      const first = src + y * from + load<u32>(taps);
      const out = dst + y * to;
      for (let at = x * 4; at < end; at += 32) {
        sumTwoRows(first + at, first + last + at, from, taps, taps + pairs * 16, hasCentre, out + at, to);
      }
    }
  }
}

/** `correlateF64` over rows `from` bytes apart at `src` and `to` bytes apart at `dst`. */
export function rowsF64(
  src: usize,
  from: usize,
  taps: usize,
  tapCount: usize,
  dst: usize,
  to: usize,
  rows: usize,
  count: usize,
): void {
  for (let y: usize = 0; y < rows; y++) correlateF64(src + y * from, taps, tapCount, dst + y * to, count);
}

/**
 * f32 taps: first `sums` pairs whose samples are added, then `differences` pairs whose samples are subtracted, then
 * `singles` single taps. Each is u32 offset, u32 second offset, f32 weight, 4 unused bytes. Four accumulators: eight
 * leave too few registers for the pairs (0.076 instead of 0.046 ns per tap).
 */
function correlateFoldedF32(
  src: usize,
  taps: usize,
  sums: usize,
  differences: usize,
  singles: usize,
  dst: usize,
  count: usize,
): void {
  const endOfSums = taps + sums * 16;
  const endOfDifferences = endOfSums + differences * 16;
  const end = endOfDifferences + singles * 16;
  for (let x: usize = 0; x < count; x += 16) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    const at = src + x * 4;
    let t = taps;
    for (; t < endOfSums; t += 16) {
      const p = at + load<u32>(t);
      const q = at + load<u32>(t, 4);
      const w = v128.load32_splat(t, 8);
      a0 = f32x4.add(a0, f32x4.mul(f32x4.add(v128.load(p, 0), v128.load(q, 0)), w));
      a1 = f32x4.add(a1, f32x4.mul(f32x4.add(v128.load(p, 16), v128.load(q, 16)), w));
      a2 = f32x4.add(a2, f32x4.mul(f32x4.add(v128.load(p, 32), v128.load(q, 32)), w));
      a3 = f32x4.add(a3, f32x4.mul(f32x4.add(v128.load(p, 48), v128.load(q, 48)), w));
    }
    for (; t < endOfDifferences; t += 16) {
      const p = at + load<u32>(t);
      const q = at + load<u32>(t, 4);
      const w = v128.load32_splat(t, 8);
      a0 = f32x4.add(a0, f32x4.mul(f32x4.sub(v128.load(p, 0), v128.load(q, 0)), w));
      a1 = f32x4.add(a1, f32x4.mul(f32x4.sub(v128.load(p, 16), v128.load(q, 16)), w));
      a2 = f32x4.add(a2, f32x4.mul(f32x4.sub(v128.load(p, 32), v128.load(q, 32)), w));
      a3 = f32x4.add(a3, f32x4.mul(f32x4.sub(v128.load(p, 48), v128.load(q, 48)), w));
    }
    for (; t < end; t += 16) {
      const p = at + load<u32>(t);
      const w = v128.load32_splat(t, 8);
      a0 = f32x4.add(a0, f32x4.mul(v128.load(p, 0), w));
      a1 = f32x4.add(a1, f32x4.mul(v128.load(p, 16), w));
      a2 = f32x4.add(a2, f32x4.mul(v128.load(p, 32), w));
      a3 = f32x4.add(a3, f32x4.mul(v128.load(p, 48), w));
    }
    const out = dst + x * 4;
    v128.store(out, a0, 0);
    v128.store(out, a1, 16);
    v128.store(out, a2, 32);
    v128.store(out, a3, 48);
  }
}

/**
 * Computes 8 sums in each of two output rows; `top` and `bottom` are the outermost samples of the upper row's. Both
 * rows read almost the same samples, so that half as many vectors are loaded as for each row alone (0.033 instead of
 * 0.044 ns per tap). Numbers are added in the same order.
 */
function sumTwoRows(
  top: usize,
  bottom: usize,
  from: usize,
  taps: usize,
  end: usize,
  hasCentre: bool,
  out: usize,
  to: usize,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let p = top;
  let q = bottom;
  let p0 = v128.load(p);
  let p1 = v128.load(p, 16);
  let q0 = v128.load(q);
  let q1 = v128.load(q, 16);
  // The sample below `q`, which was `q` of the pair before.
  let r0 = v128.load(q + from);
  let r1 = v128.load(q + from, 16);
  for (let t = taps; t < end; t += 16) {
    const w = v128.load32_splat(t, 8);
    a0 = f32x4.add(a0, f32x4.mul(f32x4.add(p0, q0), w));
    a1 = f32x4.add(a1, f32x4.mul(f32x4.add(p1, q1), w));
    p += from;
    p0 = v128.load(p);
    p1 = v128.load(p, 16);
    b0 = f32x4.add(b0, f32x4.mul(f32x4.add(p0, r0), w));
    b1 = f32x4.add(b1, f32x4.mul(f32x4.add(p1, r1), w));
    q -= from;
    r0 = q0;
    r1 = q1;
    q0 = v128.load(q);
    q1 = v128.load(q, 16);
  }
  if (hasCentre) {
    const w = v128.load32_splat(end, 8);
    a0 = f32x4.add(a0, f32x4.mul(p0, w));
    a1 = f32x4.add(a1, f32x4.mul(p1, w));
    b0 = f32x4.add(b0, f32x4.mul(r0, w));
    b1 = f32x4.add(b1, f32x4.mul(r1, w));
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out + to, b0);
  v128.store(out + to, b1, 16);
}
