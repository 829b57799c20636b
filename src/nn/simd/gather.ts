// Loops over values by themselves and over pools' windows. The larger of two is a NaN where one of them is.

/** Values below 0 become 0; `count` is rounded up to 4. */
export function rectify(at: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < count; i += 4) {
    const p = at + (i << 2);
    v128.store(p, f32x4.max(v128.load(p), zero));
  }
}

/** Each of `count` at `dst` becomes the larger of itself and of every `step`-th at `src`. */
export function gatherMax(src: usize, step: i32, dst: usize, count: i32): void {
  const stride = (<usize>step) << 2;
  for (let i = 0; i < count; i++) {
    store<f32>(dst, max(load<f32>(dst), load<f32>(src)));
    src += stride;
    dst += 4;
  }
}

/** Every `step`-th at `src` is added to one of `count` at `dst`. */
export function gatherSum(src: usize, step: i32, dst: usize, count: i32): void {
  const stride = (<usize>step) << 2;
  for (let i = 0; i < count; i++) {
    store<f32>(dst, load<f32>(dst) + load<f32>(src));
    src += stride;
    dst += 4;
  }
}
