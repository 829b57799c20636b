// Deinterleaves channels into rows of one channel, as transforms need them, and interleaves them again. `step` is the
// number of channels.

/**
 * Reads `rows` rows of `count` samples, bytes or f32, `step` apart, and pads them with zeros to `width`; pitches are in
 * bytes. Rows from `filled` on are all zeros.
 */
export function pickRows(
  src: usize,
  srcPitch: usize,
  dst: usize,
  dstPitch: usize,
  rows: usize,
  filled: usize,
  count: usize,
  width: usize,
  step: usize,
  bytes: bool,
): void {
  for (let y: usize = 0; y < rows; y++) {
    const to = dst + y * dstPitch;
    const used = y < filled ? count : 0;
    if (bytes) pickU8(src + y * srcPitch, to, used, step);
    else pickF32(src + y * srcPitch, to, used, step);
    memory.fill(to + used * 4, 0, (width - used) * 4);
  }
}

/**
 * Writes `rows` rows of `count` sums, every `stride`-th of a source row, to every `step`-th place; overwrites the
 * source.
 */
export function placeRows(
  src: usize,
  srcPitch: usize,
  dst: usize,
  dstPitch: usize,
  rows: usize,
  count: usize,
  stride: usize,
  step: usize,
): void {
  for (let y: usize = 0; y < rows; y++) {
    const from = src + y * srcPitch;
    if (stride > 1) pickF32(from, from, count, stride);
    placeF32(from, dst + y * dstPitch, count, step);
  }
}

/** Every `step`-th byte of a row → f32, `count` of them; reads up to 16 bytes past the last. */
function pickU8(src: usize, dst: usize, count: usize, step: usize): void {
  const whole = step <= 4 ? count & ~3 : 0;
  if (whole > 0) {
    // Indices above 15 select zero, so each selected byte becomes a 32-bit number.
    const s = i32(step);
    const indices = i32x4.add(i32x4(0, s, 2 * s, 3 * s), i32x4.splat(i32(0x80808000)));
    for (let i: usize = 0; i < whole; i += 4) {
      const v = i8x16.swizzle(v128.load(src + i * step), indices);
      v128.store(dst + i * 4, f32x4.convert_i32x4_s(v));
    }
  }
  for (let i = whole; i < count; i++) store<f32>(dst + i * 4, f32(load<u8>(src + i * step)));
}

/** Every `step`-th number of a row, `count` of them. */
function pickF32(src: usize, dst: usize, count: usize, step: usize): void {
  if (step === 1) {
    memory.copy(dst, src, count * 4);
    return;
  }
  const next = step * 4;
  const whole = count & ~3;
  let p = src;
  for (let i: usize = 0; i < whole; i += 4) {
    let v = v128.load32_zero(p);
    v = v128.load32_lane(p + next, v, 1);
    v = v128.load32_lane(p + 2 * next, v, 2);
    v = v128.load32_lane(p + 3 * next, v, 3);
    v128.store(dst + i * 4, v);
    p += 4 * next;
  }
  for (let i = whole; i < count; i++) store<f32>(dst + i * 4, load<f32>(src + i * next));
}

/** A row of one channel to every `step`-th place. */
function placeF32(src: usize, dst: usize, count: usize, step: usize): void {
  const next = step * 4;
  const whole = count & ~3;
  let p = dst;
  for (let i: usize = 0; i < whole; i += 4) {
    const v = v128.load(src + i * 4);
    v128.store32_lane(p, v, 0);
    v128.store32_lane(p + next, v, 1);
    v128.store32_lane(p + 2 * next, v, 2);
    v128.store32_lane(p + 3 * next, v, 3);
    p += 4 * next;
  }
  for (let i = whole; i < count; i++) store<f32>(dst + i * next, load<f32>(src + i * 4));
}

/**
 * Interleaves two rows of bytes, or of 16-bit samples minus 32768, into pairs of i16; `count` of them, rounded up to 8.
 */
export function pairRows(first: usize, second: usize, dst: usize, count: usize, bytes: bool): void {
  const middle = i16x8.splat(i16.MIN_VALUE);
  for (let i: usize = 0; i < count; i += 8) {
    let a: v128;
    let b: v128;
    if (bytes) {
      a = v128.load8x8_u(first + i);
      b = v128.load8x8_u(second + i);
    } else {
      // Flipping the highest bit subtracts 32768.
      a = v128.xor(v128.load(first + i * 2), middle);
      b = v128.xor(v128.load(second + i * 2), middle);
    }
    v128.store(dst + i * 4, i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11));
    v128.store(dst + i * 4, i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15), 16);
  }
}
