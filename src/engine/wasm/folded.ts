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

/** `correlateF64` over rows, as above. */
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
