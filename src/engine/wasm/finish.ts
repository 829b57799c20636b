// Converts sums to values, row by row while the row is in cache: divides, adds the bias, records the smallest and
// largest response, then maps to a picture value, clamps, rounds half to even and packs.
//
// Maps: 0 clamp, 1 abs, 2 signed (the middle is added). Outputs: 0 float32, 1 u8, 2 u16. A sample counts as clipped
// if it lost its sign or range: if the stored number differs from the rounded value. NaN (in float images only) is
// ignored by the extremes, stored as 0 in pictures, and counts as clipped.
// Stats, as f64 at `stats`: smallest response, largest response, number of clipped samples.

import { laneSum, largestLane, note, smallestLane } from './stats';

const ABS = 1;
const SIGNED = 2;
const U8 = 1;
const U16 = 2;

/** i16 sums with divisor 1, bias 0 and gain 1 → u8 with the map: the remainder after whole blocks. */
export function finishI16(sums: usize, dst: usize, count: usize, map: i32, stats: usize): void {
  const middle = i16x8.splat(map === SIGNED ? 128 : 0);
  const absMask = i16x8.splat(map === ABS ? -1 : 0);
  let low = i16x8.splat(i16.MAX_VALUE);
  let high = i16x8.splat(i16.MIN_VALUE);
  let kept = i32x4.splat(0);
  const whole = count & ~15;
  for (let i: usize = 0; i < whole; i += 16) {
    const r0 = v128.load(sums + i * 2);
    const r1 = v128.load(sums + i * 2, 16);
    low = i16x8.min_s(low, i16x8.min_s(r0, r1));
    high = i16x8.max_s(high, i16x8.max_s(r0, r1));
    const v0 = i16x8.add_sat_s(r0, middle);
    const v1 = i16x8.add_sat_s(r1, middle);
    const m0 = v128.bitselect(i16x8.abs(v0), v0, absMask);
    const m1 = v128.bitselect(i16x8.abs(v1), v1, absMask);
    const packed = i8x16.narrow_i16x8_u(m0, m1);
    v128.store(dst + i, packed);
    const kept0 = i16x8.eq(i16x8.extend_low_i8x16_u(packed), v0);
    const kept1 = i16x8.eq(i16x8.extend_high_i8x16_u(packed), v1);
    kept = i32x4.sub(kept, i32x4.extadd_pairwise_i16x8_s(i16x8.add(kept0, kept1)));
  }
  let smallest = i32(smallestLane<i16>(low));
  let largest = i32(largestLane<i16>(high));
  let clipped = i32(whole) - laneSum(kept);
  for (let i = whole; i < count; i++) {
    const r = i32(load<i16>(sums + i * 2));
    smallest = min(smallest, r);
    largest = max(largest, r);
    const v = map === SIGNED ? r + 128 : r;
    const stored = min(max(map === ABS ? abs(v) : v, 0), 255);
    if (stored !== v) clipped++;
    store<u8>(dst + i, u8(stored));
  }
  note(stats, f64(smallest), f64(largest), f64(clipped));
}

/** Adding this to a float32 of at most 2²² leaves the number, rounded half to even, in the lowest bits. */
const ROUNDER: f32 = 12582912;
/** Values beyond this are clamped before they are rounded, in a second pass. */
const SAFE: f32 = 4194304;

/**
 * f32 sums → u8 or u16: response = sum / divisor + bias, value = map(response · gain + middle). If the product with the
 * reciprocal rounds like the quotient (`multiplies`), nothing is divided. Rows whose extremes are out of range, or that
 * may contain NaN, take a second pass.
 */
export function finishF32(
  sums: usize,
  dst: usize,
  count: usize,
  output: i32,
  map: i32,
  divisor: f32,
  bias: f32,
  gain: f32,
  middle: f32,
  multiplies: bool,
  mayBeNaN: bool,
  stats: usize,
): void {
  const top: f32 = output === U16 ? 65535 : 255;
  const plain = (divisor === 1 || multiplies) && bias === 0;
  const scale = multiplies ? gain / divisor : gain;
  const divisors = f32x4.splat(divisor);
  const biases = f32x4.splat(bias);
  const gains = f32x4.splat(scale);
  const rounders = f32x4.splat(ROUNDER + middle);
  const rounderBits = i32x4.splat(reinterpret<i32>(ROUNDER));
  let low = f32x4.splat(Infinity);
  let high = f32x4.splat(-Infinity);
  const whole = count & ~7;
  for (let i: usize = 0; i < whole; i += 8) {
    let r0 = v128.load(sums + i * 4);
    let r1 = v128.load(sums + i * 4, 16);
    if (!plain) {
      r0 = f32x4.add(f32x4.div(r0, divisors), biases);
      r1 = f32x4.add(f32x4.div(r1, divisors), biases);
    }
    // The extreme so far is the first operand, because pmin and pmax would return a NaN in that place.
    low = f32x4.pmin(f32x4.pmin(low, r0), r1);
    high = f32x4.pmax(f32x4.pmax(high, r0), r1);
    let v0 = f32x4.mul(r0, gains);
    let v1 = f32x4.mul(r1, gains);
    if (map === ABS) {
      v0 = f32x4.abs(v0);
      v1 = f32x4.abs(v1);
    }
    const n0 = i32x4.sub(f32x4.add(v0, rounders), rounderBits);
    const n1 = i32x4.sub(f32x4.add(v1, rounders), rounderBits);
    if (output === U8) {
      const words = i16x8.narrow_i32x4_s(n0, n1);
      v128.store64_lane(dst + i, i8x16.narrow_i16x8_u(words, words), 0);
    } else v128.store(dst + i * 2, i16x8.narrow_i32x4_u(n0, n1));
  }
  let smallest = smallestLane<f32>(low);
  let largest = largestLane<f32>(high);
  const ends = min(smallest * scale, largest * scale);
  const otherEnd = max(smallest * scale, largest * scale);
  const isSafe = !mayBeNaN && ends >= -SAFE && otherEnd <= SAFE - middle;
  // Values that fit are also safe.
  const fits = !mayBeNaN && ends + middle >= -0.5 && otherEnd + middle < top + 0.5;
  let clipped = 0;
  if (isSafe && !fits)
    clipped = clipF32<void>(sums, dst, whole, map, divisors, biases, gains, middle, top, plain);
  else if (!fits && output === U8)
    clipped = clipF32<u8>(sums, dst, whole, map, divisors, biases, gains, middle, top, plain);
  else if (!fits) clipped = clipF32<u16>(sums, dst, whole, map, divisors, biases, gains, middle, top, plain);
  if (multiplies && whole > 0) {
    // The extremes are of sums; the divisor is positive, so their order is the same.
    smallest /= divisor;
    largest /= divisor;
  }
  for (let i = whole; i < count; i++) {
    const r = load<f32>(sums + i * 4) / divisor + bias;
    if (r < smallest) smallest = r;
    if (r > largest) largest = r;
    const v = nearest<f32>(r * gain + middle);
    const mapped = map === ABS ? abs(v) : v;
    const clamped: f32 = mapped > 0 ? (mapped < top ? mapped : top) : 0;
    if (clamped !== v) clipped++;
    if (output === U8) store<u8>(dst + i, u8(i32(clamped)));
    else store<u16>(dst + i * 2, u16(i32(clamped)));
  }
  note(stats, f64(smallest), f64(largest), f64(clipped));
}

/**
 * The second pass, over whole vectors: returns how many values are NaN or round to less than 0 or more than `top` (−½
 * rounds to 0, top + ½ to top + 1). If T is u8 or u16, also stores the values again, clamped before they are rounded,
 * which is right for any size; NaN becomes 0.
 */
function clipF32<T>(
  sums: usize,
  dst: usize,
  count: usize,
  map: i32,
  divisors: v128,
  biases: v128,
  gains: v128,
  middle: f32,
  top: f32,
  plain: bool,
): i32 {
  const middles = f32x4.splat(middle);
  const lowest = f32x4.splat(-0.5);
  const beyond = f32x4.splat(top + 0.5);
  let kept = i32x4.splat(0);
  for (let i: usize = 0; i < count; i += 4) {
    let r = v128.load(sums + i * 4);
    if (!plain) r = f32x4.add(f32x4.div(r, divisors), biases);
    let v = f32x4.add(f32x4.mul(r, gains), middles);
    kept = i32x4.sub(kept, v128.and(f32x4.ge(v, lowest), f32x4.lt(v, beyond)));
    if (isVoid<T>()) continue;
    if (map === ABS) v = f32x4.abs(v);
    const clamped = f32x4.pmin(f32x4.splat(top), f32x4.pmax(f32x4.splat(0), v));
    const n = i32x4.sub(f32x4.add(clamped, f32x4.splat(ROUNDER)), i32x4.splat(reinterpret<i32>(ROUNDER)));
    const words = i16x8.narrow_i32x4_u(n, n);
    if (sizeof<T>() === 1) v128.store32_lane(dst + i, i8x16.narrow_i16x8_u(words, words), 0);
    else v128.store64_lane(dst + i * 2, words, 0);
  }
  return i32(count) - laneSum(kept);
}
