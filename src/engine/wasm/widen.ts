// Exact conversions of a row to wider types: u8 and u16 samples to f32 for the scratch, i16 and f32 sums to f32 and f64
// for the last step. Each processes whole vectors of 8 (f32: 4): source and destination must be long enough for `count`
// rounded up.

/** u8 → f32. */
export function widenU8(src: usize, dst: usize, count: usize): void {
  for (let i: usize = 0; i < count; i += 8) {
    storeF32<u16>(dst + i * 4, v128.load8x8_u(src + i));
  }
}

/** u16 (signed = false) or i16 (signed = true) → f32. */
export function widenI16(src: usize, dst: usize, count: usize, signed: bool): void {
  for (let i: usize = 0; i < count; i += 8) {
    const v = v128.load(src + i * 2);
    if (signed) storeF32<i16>(dst + i * 4, v);
    else storeF32<u16>(dst + i * 4, v);
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

/** Eight numbers of 16 bits as f32. */
export function storeF32<T>(dst: usize, v: v128): void {
  v128.store(dst, f32x4.convert_i32x4_s(v128.extend_low<T>(v)));
  v128.store(dst, f32x4.convert_i32x4_s(v128.extend_high<T>(v)), 16);
}
