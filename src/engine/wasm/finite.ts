// Tests whether a row of float32 sums contains a NaN or an infinity.

const MAGNITUDE = 0x7fffffff;
const INFINITE = 0x7f800000;

/** 1 if any of `count` sums is NaN or infinite, else 0. */
export function hasNonFinite(sums: usize, count: usize): bool {
  const magnitude = i32x4.splat(MAGNITUDE);
  let largest = i32x4.splat(0);
  const whole = count & ~3;
  for (let i: usize = 0; i < whole; i += 4) {
    largest = i32x4.max_s(largest, v128.and(v128.load(sums + i * 4), magnitude));
  }
  let found = v128.any_true(i32x4.ge_s(largest, i32x4.splat(INFINITE)));
  for (let i = whole; i < count; i++) found = found || (load<i32>(sums + i * 4) & MAGNITUDE) >= INFINITE;
  return found;
}
