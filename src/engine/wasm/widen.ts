// Exact conversions of a row to wider types: u8 and u16 samples to f32 for the scratch, i16 and f32 sums to f32 and f64
// for the last step. Each processes whole vectors of 8 (f32: 4): source and destination must be long enough for `count`
// rounded up.

/** u8 → f32. */
export function widenU8(src: usize, dst: usize, count: usize): void {
  for (let i: usize = 0; i < count; i += 8) {
    const v = v128.load8x8_u(src + i);
    storeHalves(dst + i * 4, i32x4.extend_low_i16x8_u(v), i32x4.extend_high_i16x8_u(v));
  }
}

/** u16 (signed = false) or i16 (signed = true) → f32. */
export function widenI16(src: usize, dst: usize, count: usize, signed: bool): void {
  for (let i: usize = 0; i < count; i += 8) {
    const v = v128.load(src + i * 2);
    if (signed) storeHalves(dst + i * 4, i32x4.extend_low_i16x8_s(v), i32x4.extend_high_i16x8_s(v));
    else storeHalves(dst + i * 4, i32x4.extend_low_i16x8_u(v), i32x4.extend_high_i16x8_u(v));
  }
}

/** f32 → f64. */
export function widenF32(src: usize, dst: usize, count: usize): void {
  for (let i: usize = 0; i < count; i += 4) {
    const v = v128.load(src + i * 4);
    const high = i64x2.shuffle(v, v, 1, 1);
    v128.store(dst + i * 8, f64x2.promote_low_f32x4(v));
    v128.store(dst + i * 8 + 16, f64x2.promote_low_f32x4(high));
  }
}

function storeHalves(dst: usize, low: v128, high: v128): void {
  v128.store(dst, f32x4.convert_i32x4_s(low));
  v128.store(dst, f32x4.convert_i32x4_s(high), 16);
}
