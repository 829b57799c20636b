// The last step in float64: for integer sums beyond float32, for combined responses, and where every rounding counts.
// Maps, outputs and stats as in finish.ts.

import { note } from './stats';

const ABS = 1;
const U8 = 1;
const U16 = 2;

/** f64 sums → float32, u8 or u16, every step in float64 and rounded only at the end. */
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
