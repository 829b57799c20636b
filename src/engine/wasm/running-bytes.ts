// Means of boxes as bytes, in one pass: column totals gain one row of bytes and lose another, their differences are
// summed along the row, and the sums are scaled, rounded and packed in registers. Totals are 16 bits wide and differ by
// less than 2¹⁵; sums are integers that float32 represents exactly; no value exceeds 255. Stats as in finish.ts.

import { carried, Four, One, prefixSum, sumsBefore, Three, Two } from './prefix-sums';
import { largestLane, note, smallestLane } from './stats';

/** Adding this to a float32 leaves it, rounded half to even, in the lowest bits; as in finish.ts. */
const ROUNDER: f32 = 12582912;
/** Samples per iteration. */
const BLOCK: usize = 16;

/** totals += a row of bytes that enters − one that leaves; exactly `count`. */
export function narrowColumns(totals: usize, enters: usize, leaves: usize, count: usize): void {
  const whole = count & ~7;
  for (let i: usize = 0; i < whole; i += 8) {
    const d = i16x8.sub(v128.load8x8_u(enters + i), v128.load8x8_u(leaves + i));
    v128.store(totals + i * 2, i16x8.add(v128.load(totals + i * 2), d));
  }
  for (let i = whole; i < count; i++) updateTotal(totals, enters, leaves, i);
}

/** The sums of each channel over the first `width` positions of a row of totals; writes whole vectors. */
export function narrowFirst(totals: usize, width: usize, step: usize, last: usize): void {
  for (let c: usize = 0; c < step; c += 4) {
    let sum = i32x4.splat(0);
    const end = totals + (width * step + c) * 2;
    for (let at = totals + c * 2; at < end; at += step * 2) sum = i32x4.add(sum, v128.load16x4_u(at));
    v128.store(last + c * 4, sum);
  }
}

/**
 * Computes `count` bytes of a row of `step` interleaved channels: round(sum · weight / divisor), where weight or
 * divisor is 1. A sum is the sum `step` samples before it, plus the total `reach` samples to the right, minus the total
 * `step` samples to the left; `last` holds the `step` sums before the first. Totals from `reach` on are updated in the
 * same pass, in whole blocks.
 */
export function runBytes(
  totals: usize,
  enters: usize,
  leaves: usize,
  dst: usize,
  count: usize,
  reach: usize,
  step: usize,
  last: usize,
  weight: f32,
  divisor: f32,
  stats: usize,
): void {
  const scale: f32 = weight / divisor;
  const ends = memory.data(32, 16);
  v128.store(ends, i32x4.splat(i32.MAX_VALUE));
  v128.store(ends, i32x4.splat(i32.MIN_VALUE), 16);
  let whole = count & ~(BLOCK - 1);
  if (step === 1) blocks<One>(totals, enters, leaves, dst, whole, reach, last, scale, ends);
  else if (step === 2) blocks<Two>(totals, enters, leaves, dst, whole, reach, last, scale, ends);
  else if (step === 3) blocks<Three>(totals, enters, leaves, dst, whole, reach, last, scale, ends);
  else if (step === 4) blocks<Four>(totals, enters, leaves, dst, whole, reach, last, scale, ends);
  else whole = 0;
  let smallest = smallestLane<i32>(v128.load(ends));
  let largest = largestLane<i32>(v128.load(ends, 16));
  let place: usize = 0;
  for (let i = whole; i < count; i++) {
    updateTotal(totals, enters, leaves, i + reach);
    const enter = load<u16>(totals + (i + reach) * 2);
    const sum = load<i32>(last + place) + enter - load<u16>(totals + (i - step) * 2);
    store<i32>(last + place, sum);
    place = place + 4 === step * 4 ? 0 : place + 4;
    smallest = min(smallest, sum);
    largest = max(largest, sum);
    store<u8>(dst + i, u8(i32(nearest<f32>(f32(sum) * scale))));
  }
  note(stats, f64((f32(smallest) * weight) / divisor), f64((f32(largest) * weight) / divisor), 0);
}

function updateTotal(totals: usize, enters: usize, leaves: usize, i: usize): void {
  const at = totals + i * 2;
  store<u16>(at, load<u16>(at) + u16(load<u8>(enters + i)) - u16(load<u8>(leaves + i)));
}

/**
 * Whole blocks of 1 to 4 channels; the smallest and largest sums of each lane are at `ends`, the last sums at `last`.
 */
function blocks<Pixel>(
  totals: usize,
  enters: usize,
  leaves: usize,
  dst: usize,
  whole: usize,
  reach: usize,
  last: usize,
  scale: f32,
  ends: usize,
): void {
  const step = offsetof<Pixel>();
  const scales = f32x4.splat(scale);
  const rounders = f32x4.splat(ROUNDER);
  const bits = i32x4.splat(reinterpret<i32>(ROUNDER));
  let low = v128.load(ends);
  let high = v128.load(ends, 16);
  let now = sumsBefore<Pixel>(last);
  for (let i: usize = 0; i < whole; i += BLOCK) {
    const right = i + reach;
    const in0 = i16x8.sub(v128.load8x8_u(enters + right), v128.load8x8_u(leaves + right));
    const in1 = i16x8.sub(v128.load8x8_u(enters + right, 8), v128.load8x8_u(leaves + right, 8));
    const t = totals + right * 2;
    const t0 = i16x8.add(v128.load(t), in0);
    const t1 = i16x8.add(v128.load(t, 16), in1);
    v128.store(t, t0);
    v128.store(t, t1, 16);
    const left = totals + i * 2 - step * 2;
    const d0 = i16x8.sub(t0, v128.load(left));
    const d1 = i16x8.sub(t1, v128.load(left, 16));
    const s0 = prefixSum<Pixel>(now, i32x4.extend_low_i16x8_s(d0));
    const s1 = prefixSum<Pixel>(s0, i32x4.extend_high_i16x8_s(d0));
    const s2 = prefixSum<Pixel>(s1, i32x4.extend_low_i16x8_s(d1));
    now = prefixSum<Pixel>(s2, i32x4.extend_high_i16x8_s(d1));
    low = i32x4.min_s(low, i32x4.min_s(i32x4.min_s(s0, s1), i32x4.min_s(s2, now)));
    high = i32x4.max_s(high, i32x4.max_s(i32x4.max_s(s0, s1), i32x4.max_s(s2, now)));
    const n0 = i32x4.sub(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(s0), scales), rounders), bits);
    const n1 = i32x4.sub(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(s1), scales), rounders), bits);
    const n2 = i32x4.sub(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(s2), scales), rounders), bits);
    const n3 = i32x4.sub(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(now), scales), rounders), bits);
    const words = i16x8.narrow_i32x4_s(n0, n1);
    v128.store(dst + i, i8x16.narrow_i16x8_u(words, i16x8.narrow_i32x4_s(n2, n3)));
  }
  v128.store(last, carried<Pixel>(now));
  v128.store(ends, low);
  v128.store(ends, high, 16);
}
