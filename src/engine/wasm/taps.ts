// The tap loops: each sum is Σ weight · sample over a list of taps. A tap is a byte offset into the scratch and a
// weight; borders, strides, dilations and channels are resolved in the layout and the offsets. Rolled on purpose:
// unrolled taps spill registers and run slower. Seven accumulators: with eight, or with fewer, every type takes 10 to
// 20 % longer (float32 0.058 ns per tap, with eight 0.068).
//
// Each function computes `count` sums, rounded up to whole blocks: both `src` and `dst` must be that long. Taps are
// summed in order within a lane, so the bytes do not depend on tiles or threads.

/** Taps summed in float32 before the sum moves to float64, so that long sums stay accurate. */
const BLOCK_TAPS: usize = 64;

/**
 * Samples as i16 pairs, each with the one below it: exact 32-bit sums. Tap: u32 offset, i16 weight of the first sample,
 * i16 weight of the second.
 */
export function correlatePairsI32(src: usize, taps: usize, tapCount: usize, dst: usize, count: usize): void {
  correlate<i32>(src, taps, tapCount, dst, count);
}

/** f32 samples, weights and sums; at most BLOCK_TAPS taps. Tap: u32 offset, f32 weight. */
export function correlateF32(src: usize, taps: usize, tapCount: usize, dst: usize, count: usize): void {
  correlate<f32>(src, taps, tapCount, dst, count);
}

/** f64 samples, weights and sums: integers up to 2⁵³ stay exact. Tap: u32 offset, 4 unused bytes, f64 weight. */
export function correlateF64(src: usize, taps: usize, tapCount: usize, dst: usize, count: usize): void {
  correlate<f64>(src, taps, tapCount, dst, count);
}

/** Sums of type T, as wide as a sample or a pair of samples. A tap is twice as wide; its second half is the weight. */
function correlate<T>(src: usize, taps: usize, tapCount: usize, dst: usize, count: usize): void {
  const end = taps + tapCount * 2 * sizeof<T>();
  for (let x: usize = 0; x < count; x += 112 / sizeof<T>()) {
    let a0 = i32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let a4 = a0;
    let a5 = a0;
    let a6 = a0;
    const at = src + x * sizeof<T>();
    for (let t = taps; t < end; t += 2 * sizeof<T>()) {
      const p = at + load<u32>(t);
      const w = v128.load_splat<T>(t, sizeof<T>());
      a0 = v128.add<T>(a0, product<T>(v128.load(p, 0), w));
      a1 = v128.add<T>(a1, product<T>(v128.load(p, 16), w));
      a2 = v128.add<T>(a2, product<T>(v128.load(p, 32), w));
      a3 = v128.add<T>(a3, product<T>(v128.load(p, 48), w));
      a4 = v128.add<T>(a4, product<T>(v128.load(p, 64), w));
      a5 = v128.add<T>(a5, product<T>(v128.load(p, 80), w));
      a6 = v128.add<T>(a6, product<T>(v128.load(p, 96), w));
    }
    const out = dst + x * sizeof<T>();
    v128.store(out, a0, 0);
    v128.store(out, a1, 16);
    v128.store(out, a2, 32);
    v128.store(out, a3, 48);
    v128.store(out, a4, 64);
    v128.store(out, a5, 80);
    v128.store(out, a6, 96);
  }
}

/** Weighted samples; integers are i16 pairs. */
function product<T>(samples: v128, weights: v128): v128 {
  return isFloat<T>() ? v128.mul<T>(samples, weights) : i32x4.dot_i16x8_s(samples, weights);
}

/**
 * Two output rows, `upper` and `lower`, of a kernel whose rows have taps at the same columns: each sample that is
 * loaded serves both (0.035 instead of 0.044 ns per tap), and each sum adds its taps in the order of `correlateF32`.
 * The taps are those of one row of samples after the other: `alone` taps on the first, which only the upper row reads,
 * `shared` taps, and `alone` taps on the last, which only the lower row reads. Tap: u32 offset, f32 weight for the
 * upper row, f32 weight for the lower row, 4 unused bytes.
 */
export function correlateTwoRowsF32(
  src: usize,
  taps: usize,
  alone: usize,
  shared: usize,
  upper: usize,
  lower: usize,
  count: usize,
): void {
  const endOfUpper = taps + alone * 16;
  const endOfShared = endOfUpper + shared * 16;
  const end = endOfShared + alone * 16;
  for (let x: usize = 0; x < count; x += 16) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    const at = src + x * 4;
    let t = taps;
    for (; t < endOfUpper; t += 16) {
      const p = at + load<u32>(t);
      const w = v128.load32_splat(t, 4);
      a0 = f32x4.add(a0, f32x4.mul(v128.load(p, 0), w));
      a1 = f32x4.add(a1, f32x4.mul(v128.load(p, 16), w));
      a2 = f32x4.add(a2, f32x4.mul(v128.load(p, 32), w));
      a3 = f32x4.add(a3, f32x4.mul(v128.load(p, 48), w));
    }
    for (; t < endOfShared; t += 16) {
      const p = at + load<u32>(t);
      const w = v128.load32_splat(t, 4);
      const z = v128.load32_splat(t, 8);
      let v = v128.load(p, 0);
      a0 = f32x4.add(a0, f32x4.mul(v, w));
      b0 = f32x4.add(b0, f32x4.mul(v, z));
      v = v128.load(p, 16);
      a1 = f32x4.add(a1, f32x4.mul(v, w));
      b1 = f32x4.add(b1, f32x4.mul(v, z));
      v = v128.load(p, 32);
      a2 = f32x4.add(a2, f32x4.mul(v, w));
      b2 = f32x4.add(b2, f32x4.mul(v, z));
      v = v128.load(p, 48);
      a3 = f32x4.add(a3, f32x4.mul(v, w));
      b3 = f32x4.add(b3, f32x4.mul(v, z));
    }
    for (; t < end; t += 16) {
      const p = at + load<u32>(t);
      const z = v128.load32_splat(t, 8);
      b0 = f32x4.add(b0, f32x4.mul(v128.load(p, 0), z));
      b1 = f32x4.add(b1, f32x4.mul(v128.load(p, 16), z));
      b2 = f32x4.add(b2, f32x4.mul(v128.load(p, 32), z));
      b3 = f32x4.add(b3, f32x4.mul(v128.load(p, 48), z));
    }
    const above = upper + x * 4;
    v128.store(above, a0, 0);
    v128.store(above, a1, 16);
    v128.store(above, a2, 32);
    v128.store(above, a3, 48);
    const below = lower + x * 4;
    v128.store(below, b0, 0);
    v128.store(below, b1, 16);
    v128.store(below, b2, 32);
    v128.store(below, b3, 48);
  }
}

/**
 * f32 samples and weights, any number of taps: sums BLOCK_TAPS taps in float32 at `dst`, adds these sums in float64 at
 * `total` (twice as long), and rounds the totals to float32.
 */
export function correlateLongF32(
  src: usize,
  taps: usize,
  tapCount: usize,
  dst: usize,
  count: usize,
  total: usize,
): void {
  const rounded = (count + 31) & ~31;
  memory.fill(total, 0, rounded * 8);
  for (let done: usize = 0; done < tapCount; done += BLOCK_TAPS) {
    const some = min(tapCount - done, BLOCK_TAPS);
    correlateF32(src, taps + done * 8, some, dst, count);
    for (let x: usize = 0; x < rounded; x += 4) {
      const v = v128.load(dst + x * 4);
      const at = total + x * 8;
      const high = i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
      v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(v)));
      v128.store(at + 16, f64x2.add(v128.load(at + 16), f64x2.promote_low_f32x4(high)));
    }
  }
  for (let x: usize = 0; x < rounded; x += 4) {
    const low = f32x4.demote_f64x2_zero(v128.load(total + x * 8));
    const high = f32x4.demote_f64x2_zero(v128.load(total + x * 8 + 16));
    v128.store(dst + x * 4, i64x2.shuffle(low, high, 0, 2));
  }
}
