// Loops over single values and over the windows of pools. The maximum of two values is NaN if either is.

/** Sets values below 0 to 0; `count` is rounded up to 4. */
export function rectify(at: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < count; i += 4) {
    const p = at + (i << 2);
    v128.store(p, f32x4.max(v128.load(p), zero));
  }
}

/** Replaces each of `count` values at `dst` by the maximum of it and its counterpart at `src`, `step` values apart. */
export function gatherMax(src: usize, step: i32, dst: usize, count: i32): void {
  const stride = (<usize>step) << 2;
  for (let i = 0; i < count; i++) {
    store<f32>(dst, max(load<f32>(dst), load<f32>(src)));
    src += stride;
    dst += 4;
  }
}

/** Adds to each of `count` values at `dst` its counterpart at `src`, `step` values apart. */
export function gatherSum(src: usize, step: i32, dst: usize, count: i32): void {
  const stride = (<usize>step) << 2;
  for (let i = 0; i < count; i++) {
    store<f32>(dst, load<f32>(dst) + load<f32>(src));
    src += stride;
    dst += 4;
  }
}
