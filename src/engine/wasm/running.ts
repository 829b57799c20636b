// Running sums of boxes: column totals first, row by row, then each row from left to right. All numbers are 32-bit
// integers, so that subtracting what was added leaves no residue.

import { carried, One, prefixSum, sumsBefore, Three } from './prefix-sums';

/**
 * totals += the row that enters − the row that leaves; rows of bytes, or of integers as f32. Either address may be 0
 * for none. Processes whole vectors of 8.
 */
export function runColumns(totals: usize, enters: usize, leaves: usize, count: usize, bytes: bool): void {
  const zero = i16x8.splat(0);
  if (bytes) {
    for (let i: usize = 0; i < count; i += 8) {
      const a = enters !== 0 ? v128.load8x8_u(enters + i) : zero;
      const d = leaves !== 0 ? i16x8.sub(a, v128.load8x8_u(leaves + i)) : a;
      const at = totals + i * 4;
      v128.store(at, i32x4.add(v128.load(at), i32x4.extend_low_i16x8_s(d)));
      v128.store(at, i32x4.add(v128.load(at, 16), i32x4.extend_high_i16x8_s(d)), 16);
    }
    return;
  }
  for (let i: usize = 0; i < count * 4; i += 16) {
    const a = enters !== 0 ? i32x4.trunc_sat_f32x4_s(v128.load(enters + i)) : zero;
    const b = leaves !== 0 ? i32x4.trunc_sat_f32x4_s(v128.load(leaves + i)) : zero;
    v128.store(totals + i, i32x4.add(v128.load(totals + i), i32x4.sub(a, b)));
  }
}

/**
 * Computes `count` sums over a row of totals of `step` interleaved channels: each is the sum `step` before it, without
 * the first total of that sum, plus the total `reach` bytes after it. `last` holds the `step` sums before the first; if
 * `count` is a multiple of 4, the last `step` sums replace them. Stores sums times `weight` as f32, or as integers if
 * it is 0. Writes whole vectors; reads totals from `step` before `totals` on.
 */
export function runRow(
  totals: usize,
  dst: usize,
  count: usize,
  reach: usize,
  step: usize,
  last: usize,
  weight: f32,
): void {
  if (step === 1) runChannels<One>(totals, dst, count, reach, last, weight);
  else if (step === 3) runChannels<Three>(totals, dst, count, reach, last, weight);
  else {
    const left = totals - step * 4;
    for (let i: usize = 0; i < count; i++) {
      const before = i < step ? load<i32>(last + i * 4) : load<i32>(dst + (i - step) * 4);
      store<i32>(dst + i * 4, before + load<i32>(left + reach + i * 4) - load<i32>(left + i * 4));
    }
    const kept = min(step, count);
    for (let c: usize = 0; c < kept; c++) store<i32>(last + c * 4, load<i32>(dst + (count - kept + c) * 4));
    if (weight !== 0) scaleI32(dst, dst, count, weight, 0, false);
  }
}

/** The sums of each channel over the first `width` positions of a row of totals; writes whole vectors. */
export function sumFirst(totals: usize, width: usize, step: usize, last: usize): void {
  for (let c: usize = 0; c < step; c += 4) {
    let sum = i32x4.splat(0);
    const end = totals + width * step * 4 + c * 4;
    for (let at = totals + c * 4; at < end; at += step * 4) sum = i32x4.add(sum, v128.load(at));
    v128.store(last + c * 4, sum);
  }
}

/** `runRow` for 1 or 3 channels, in vectors. */
function runChannels<Pixel>(
  totals: usize,
  dst: usize,
  count: usize,
  reach: usize,
  last: usize,
  weight: f32,
): void {
  const weights = f32x4.splat(weight);
  let now = sumsBefore<Pixel>(last);
  for (let i: usize = 0; i < count; i += 4) {
    const left = totals + (i - offsetof<Pixel>()) * 4;
    now = prefixSum<Pixel>(now, i32x4.sub(v128.load(left + reach), v128.load(left)));
    v128.store(dst + i * 4, weight !== 0 ? f32x4.mul(f32x4.convert_i32x4_s(now), weights) : now);
  }
  v128.store(last, carried<Pixel>(now));
}

/** Integer sums times the weight, plus the integer `addend`, as f32 or, if `wide`, as f64. */
export function scaleI32(sums: usize, dst: usize, count: usize, weight: f64, addend: f64, wide: bool): void {
  if (wide) {
    const weights = f64x2.splat(weight);
    const addends = f64x2.splat(addend);
    for (let i: usize = 0; i < count; i += 2) {
      const v = f64x2.convert_low_i32x4_s(v128.load64_zero(sums + i * 4));
      v128.store(dst + i * 8, f64x2.add(f64x2.mul(v, weights), addends));
    }
    return;
  }
  const weights = f32x4.splat(f32(weight));
  const addends = f32x4.splat(f32(addend));
  for (let i: usize = 0; i < count; i += 4) {
    const v = f32x4.convert_i32x4_s(v128.load(sums + i * 4));
    v128.store(dst + i * 4, f32x4.add(f32x4.mul(v, weights), addends));
  }
}
