// Exact conversions of a row to a wider type: u8 and u16 samples to f32, for the scratch; 16-bit sums to f32 and f32
// sums to f64, for the last step. `count` is rounded up to a multiple of 8 (f32: of 4): both rows must be that long.

/** u8 → f32. */
export function widenU8(src: usize, dst: usize, count: usize): void {
  for (let i: usize = 0; i < count; i += 8) {
    storeF32<u16>(dst + i * 4, v128.load8x8_u(src + i));
  }
}

/** i16 if `signed`, else u16 → f32. */
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

/** Stores a vector of eight integers of type T, i16 or u16, as f32. */
export function storeF32<T>(dst: usize, v: v128): void {
  v128.store(dst, f32x4.convert_i32x4_s(v128.extend_low<T>(v)));
  v128.store(dst, f32x4.convert_i32x4_s(v128.extend_high<T>(v)), 16);
}
