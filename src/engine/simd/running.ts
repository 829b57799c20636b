// Sums of boxes that run along: columns first, row by row, then each row from left to right. Everything is a whole
// number of 32 bits, so that what was added and taken away again leaves nothing behind.

/**
 * totals += what enters − what leaves; rows of bytes, or of whole numbers as f32. Either may be 0, for none. Whole
 * vectors of 8.
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
 * Sums of `width` positions of a row of totals, for `count` samples, `step` channels side by side: each sum is the
 * one `step` before it, with what enters and without what leaves. As f32 times the weight, or as they are where the
 * weight is 0. Writes whole vectors.
 */
export function runRow(
  totals: usize,
  dst: usize,
  count: usize,
  width: usize,
  step: usize,
  weight: f32,
): void {
  const reach = width * step * 4;
  const first = min(step, count);
  for (let c: usize = 0; c < first; c++) {
    let sum = 0;
    for (let i: usize = 0; i < width; i++) sum += load<i32>(totals + (i * step + c) * 4);
    store<i32>(dst + c * 4, sum);
  }
  if (step === 1) runAlone(totals, dst, count, reach, weight);
  else if (step === 3) runThree(totals, dst, count, reach, weight);
  else {
    for (let i = step; i < count; i++) {
      const left = totals + (i - step) * 4;
      store<i32>(dst + i * 4, load<i32>(dst + (i - step) * 4) + load<i32>(left + reach) - load<i32>(left));
    }
    if (weight !== 0) scaleI32(dst, dst, count, weight, 0, false);
    return;
  }
  if (weight !== 0)
    for (let c: usize = 0; c < first; c++) store<f32>(dst + c * 4, f32(load<i32>(dst + c * 4)) * weight);
}

/** One channel: within a vector, differences are summed by doubling. */
function runAlone(totals: usize, dst: usize, count: usize, reach: usize, weight: f32): void {
  const zero = i32x4.splat(0);
  const weights = f32x4.splat(weight);
  let sum = i32x4.splat(load<i32>(dst));
  for (let i: usize = 1; i < count; i += 4) {
    const left = totals + (i - 1) * 4;
    let d = i32x4.sub(v128.load(left + reach), v128.load(left));
    d = i32x4.add(d, i32x4.shuffle(zero, d, 0, 4, 5, 6));
    d = i32x4.add(d, i32x4.shuffle(zero, d, 0, 1, 4, 5));
    const now = i32x4.add(sum, d);
    v128.store(dst + i * 4, weight !== 0 ? f32x4.mul(f32x4.convert_i32x4_s(now), weights) : now);
    sum = i32x4.shuffle(now, now, 3, 3, 3, 3);
  }
}

/** Three channels: the fourth number of a vector follows on the first. */
function runThree(totals: usize, dst: usize, count: usize, reach: usize, weight: f32): void {
  const zero = i32x4.splat(0);
  const weights = f32x4.splat(weight);
  // The three sums so far in lanes 1 to 3.
  let last = v128.load(dst);
  last = i32x4.shuffle(last, last, 0, 0, 1, 2);
  for (let i: usize = 3; i < count; i += 4) {
    const left = totals + (i - 3) * 4;
    let d = i32x4.sub(v128.load(left + reach), v128.load(left));
    d = i32x4.add(d, i32x4.shuffle(zero, d, 0, 1, 2, 4));
    last = i32x4.add(i32x4.shuffle(last, last, 1, 2, 3, 1), d);
    v128.store(dst + i * 4, weight !== 0 ? f32x4.mul(f32x4.convert_i32x4_s(last), weights) : last);
  }
}

/** Whole-number sums times the weight, and a whole number more, as f32 or, `wide`, as f64. */
export function scaleI32(sums: usize, dst: usize, count: usize, weight: f64, more: f64, wide: bool): void {
  if (wide) {
    const weights = f64x2.splat(weight);
    const mores = f64x2.splat(more);
    for (let i: usize = 0; i < count; i += 2) {
      const v = f64x2.convert_low_i32x4_s(v128.load64_zero(sums + i * 4));
      v128.store(dst + i * 8, f64x2.add(f64x2.mul(v, weights), mores));
    }
    return;
  }
  const weights = f32x4.splat(f32(weight));
  const mores = f32x4.splat(f32(more));
  for (let i: usize = 0; i < count; i += 4) {
    const v = f32x4.convert_i32x4_s(v128.load(sums + i * 4));
    v128.store(dst + i * 4, f32x4.add(f32x4.mul(v, weights), mores));
  }
}
