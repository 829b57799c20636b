// Converts sums to float32 responses, row by row: divides, adds the bias, records the smallest and largest. Stats as in
// finish.ts; nothing is clipped here.

import { largestLane, note, smallestLane } from './stats';
import { storeF32 } from './widen';

/** 16-bit integer sums with divisor 1 and bias 0 → float32. */
export function respondI16(sums: usize, dst: usize, count: usize, signed: bool, stats: usize): void {
  // Unsigned sums order like signed ones once their highest bit is flipped.
  const signBit = i16x8.splat(signed ? 0 : i16.MIN_VALUE);
  let low = i16x8.splat(i16.MAX_VALUE);
  let high = i16x8.splat(i16.MIN_VALUE);
  const whole = count & ~7;
  for (let i: usize = 0; i < whole; i += 8) {
    const v = v128.load(sums + i * 2);
    const flipped = v128.xor(v, signBit);
    low = i16x8.min_s(low, flipped);
    high = i16x8.max_s(high, flipped);
    if (signed) storeF32<i16>(dst + i * 4, v);
    else storeF32<u16>(dst + i * 4, v);
  }
  const shift = signed ? 0 : 32768;
  let smallest = i32(smallestLane<i16>(low)) + shift;
  let largest = i32(largestLane<i16>(high)) + shift;
  for (let i = whole; i < count; i++) {
    const v = signed ? i32(load<i16>(sums + i * 2)) : i32(load<u16>(sums + i * 2));
    smallest = min(smallest, v);
    largest = max(largest, v);
    store<f32>(dst + i * 4, f32(v));
  }
  note(stats, f64(smallest), f64(largest), 0);
}

/** f32 sums → float32 responses, sum / divisor + bias. `dst` may be `sums`. */
export function respondF32(
  sums: usize,
  dst: usize,
  count: usize,
  divisor: f32,
  bias: f32,
  stats: usize,
): void {
  const plain = divisor === 1 && bias === 0;
  const divisors = f32x4.splat(divisor);
  const biases = f32x4.splat(bias);
  let low0 = f32x4.splat(Infinity);
  let low1 = low0;
  let high0 = f32x4.splat(-Infinity);
  let high1 = high0;
  const whole = count & ~7;
  for (let i: usize = 0; i < whole; i += 8) {
    let r0 = v128.load(sums + i * 4);
    let r1 = v128.load(sums + i * 4, 16);
    if (!plain) {
      r0 = f32x4.add(f32x4.div(r0, divisors), biases);
      r1 = f32x4.add(f32x4.div(r1, divisors), biases);
    }
    // The extreme so far is the first operand, because pmin and pmax would return a NaN in that place.
    low0 = f32x4.pmin(low0, r0);
    low1 = f32x4.pmin(low1, r1);
    high0 = f32x4.pmax(high0, r0);
    high1 = f32x4.pmax(high1, r1);
    v128.store(dst + i * 4, r0);
    v128.store(dst + i * 4, r1, 16);
  }
  let smallest = smallestLane<f32>(f32x4.pmin(low0, low1));
  let largest = largestLane<f32>(f32x4.pmax(high0, high1));
  for (let i = whole; i < count; i++) {
    let r = load<f32>(sums + i * 4);
    if (!plain) r = r / divisor + bias;
    if (r < smallest) smallest = r;
    if (r > largest) largest = r;
    store<f32>(dst + i * 4, r);
  }
  note(stats, f64(smallest), f64(largest), 0);
}
