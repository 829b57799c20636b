// Sums to values, one row at a time while it is in cache: divide, add the bias, note the smallest and the
// largest response, then store it as float or map it to a picture value, clamp, round half to even and
// pack. Knows nothing of kernels or tiles.
//
// Maps: 0 clamp, 1 abs, 2 signed (the middle is added). Outputs: 0 float32, 1 u8, 2 u16. A sample counts as
// clipped when its sign or range was lost: when the stored number is not the rounded one it came from.
// NaN (possible in float images only) is no extreme, is stored as 0 in pictures, and counts as clipped.
// Stats, as f64 at `stats`: smallest response, largest response, number of clipped samples.

import { laneOfF32, laneOfI16, laneSum, note } from './stats';

const ABS = 1;
const SIGNED = 2;
const U8 = 1;
const U16 = 2;

/** i16 sums that are the responses (divisor 1, bias 0, gain 1) → u8 with the map. */
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
  let smallest = i32(i16.MAX_VALUE);
  let largest = i32(i16.MIN_VALUE);
  for (let lane = 0; lane < 8; lane++) {
    smallest = min(smallest, laneOfI16(low, lane));
    largest = max(largest, laneOfI16(high, lane));
  }
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

/** Rounds a float32 from 0 to 2²² to a whole number, half to even, once it is added. */
const ROUNDER: f32 = 8388608;

/**
 * f32 sums → u8 or u16: response = sum / divisor + bias, value = map(response · gain). With a divisor whose product
 * rounds as its quotient does (`multiplies`), nothing is divided. Clipped samples are counted afterwards, and only
 * in rows whose extremes say that there are any.
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
  const middles = f32x4.splat(middle);
  const tops = f32x4.splat(top);
  const zero = f32x4.splat(0);
  const rounder = f32x4.splat(ROUNDER);
  const wordMask = i32x4.splat(0xffff);
  let low = f32x4.splat(Infinity);
  let high = f32x4.splat(-Infinity);
  let ordered = i32x4.splat(-1);
  const whole = count & ~7;
  for (let i: usize = 0; i < whole; i += 8) {
    let r0 = v128.load(sums + i * 4);
    let r1 = v128.load(sums + i * 4, 16);
    if (!plain) {
      r0 = f32x4.add(f32x4.div(r0, divisors), biases);
      r1 = f32x4.add(f32x4.div(r1, divisors), biases);
    }
    // The note so far stands first, since NaN in that place would win.
    low = f32x4.pmin(f32x4.pmin(low, r0), r1);
    high = f32x4.pmax(f32x4.pmax(high, r0), r1);
    if (mayBeNaN) ordered = v128.and(ordered, v128.and(f32x4.eq(r0, r0), f32x4.eq(r1, r1)));
    let v0 = f32x4.add(f32x4.mul(r0, gains), middles);
    let v1 = f32x4.add(f32x4.mul(r1, gains), middles);
    if (map === ABS) {
      v0 = f32x4.abs(v0);
      v1 = f32x4.abs(v1);
    }
    // NaN gives way to 0 here, and what is 0 to 65535 is rounded by the addition.
    const clamped0 = f32x4.pmin(tops, f32x4.pmax(zero, v0));
    const clamped1 = f32x4.pmin(tops, f32x4.pmax(zero, v1));
    const whole0 = v128.and(f32x4.add(clamped0, rounder), wordMask);
    const whole1 = v128.and(f32x4.add(clamped1, rounder), wordMask);
    const words = i16x8.narrow_i32x4_u(whole0, whole1);
    if (output === U8) v128.store64_lane(dst + i, i8x16.narrow_i16x8_u(words, words), 0);
    else v128.store(dst + i * 2, words);
  }
  let smallest: f32 = Infinity;
  let largest: f32 = -Infinity;
  for (let lane = 0; lane < 4; lane++) {
    smallest = min(smallest, laneOfF32(low, lane));
    largest = max(largest, laneOfF32(high, lane));
  }
  const ends = min(smallest * scale, largest * scale) + middle;
  const otherEnd = max(smallest * scale, largest * scale) + middle;
  const fits = ends >= -0.5 && otherEnd < top + 0.5 && i32x4.all_true(ordered);
  let clipped = fits ? 0 : countClipped(sums, whole, divisors, biases, gains, middles, top, plain);
  if (multiplies && whole > 0) {
    // What was noted are sums: the divisor is above 0, so that they stand in order.
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

/** How many values round to a number out of range: −½ rounds to 0, top + ½ to top + 1, NaN to none. */
function countClipped(
  sums: usize,
  count: usize,
  divisors: v128,
  biases: v128,
  gains: v128,
  middles: v128,
  top: f32,
  plain: bool,
): i32 {
  const lowest = f32x4.splat(-0.5);
  const beyond = f32x4.splat(top + 0.5);
  let kept = i32x4.splat(0);
  for (let i: usize = 0; i < count; i += 4) {
    let r = v128.load(sums + i * 4);
    if (!plain) r = f32x4.add(f32x4.div(r, divisors), biases);
    const v = f32x4.add(f32x4.mul(r, gains), middles);
    kept = i32x4.sub(kept, v128.and(f32x4.ge(v, lowest), f32x4.lt(v, beyond)));
  }
  return i32(count) - laneSum(kept);
}

/** f64 sums → float32, u8 or u16, every step in float64: for whole-number sums, rounded only at the end. */
export function finishF64(
  sums: usize,
  dst: usize,
  count: usize,
  output: i32,
  map: i32,
  divisor: f64,
  bias: f64,
  gain: f64,
  middle: f64,
  stats: usize,
): void {
  const top: f64 = output === U16 ? 65535 : 255;
  const divisors = f64x2.splat(divisor);
  const biases = f64x2.splat(bias);
  const gains = f64x2.splat(gain);
  const middles = f64x2.splat(middle);
  const tops = f64x2.splat(top);
  const zero = f64x2.splat(0);
  const absMask = i64x2.splat(map === ABS ? i64.MAX_VALUE : -1);
  let low = f64x2.splat(Infinity);
  let high = f64x2.splat(-Infinity);
  let clipped = 0;
  const whole = count & ~1;
  for (let i: usize = 0; i < whole; i += 2) {
    const r = f64x2.add(f64x2.div(v128.load(sums + i * 8), divisors), biases);
    low = f64x2.pmin(low, r);
    high = f64x2.pmax(high, r);
    if (output === 0) {
      v128.store64_lane(dst + i * 4, f32x4.demote_f64x2_zero(r), 0);
      continue;
    }
    const v = f64x2.nearest(f64x2.add(f64x2.mul(r, gains), middles));
    const clamped = f64x2.pmin(f64x2.pmax(v128.and(v, absMask), zero), tops);
    clipped += popcnt(i64x2.bitmask(f64x2.ne(clamped, v)));
    const words = i32x4.trunc_sat_f64x2_u_zero(clamped);
    if (output === U8) {
      store<u8>(dst + i, u8(i32x4.extract_lane(words, 0)));
      store<u8>(dst + i, u8(i32x4.extract_lane(words, 1)), 1);
    } else {
      store<u16>(dst + i * 2, u16(i32x4.extract_lane(words, 0)));
      store<u16>(dst + i * 2, u16(i32x4.extract_lane(words, 1)), 2);
    }
  }
  let smallest = min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
  let largest = max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1));
  if (whole < count) {
    const r = load<f64>(sums + whole * 8) / divisor + bias;
    if (r < smallest) smallest = r;
    if (r > largest) largest = r;
    if (output === 0) store<f32>(dst + whole * 4, f32(r));
    else {
      const v = nearest<f64>(r * gain + middle);
      const mapped = map === ABS ? abs(v) : v;
      const clamped: f64 = mapped > 0 ? (mapped < top ? mapped : top) : 0;
      if (clamped !== v) clipped++;
      if (output === U8) store<u8>(dst + whole, u8(i32(clamped)));
      else store<u16>(dst + whole * 2, u16(i32(clamped)));
    }
  }
  note(stats, f64(f32(smallest)), f64(f32(largest)), f64(clipped));
}
