// Rows of samples laid out for the convolutions: zeros around them, and a stride's phases side by side, so that the
// samples of neighbouring outputs are neighbours too.

/**
 * Lays out the samples from `from` on, `length` of them; those that are not among the `count` at `src` are 0. Sample
 * i goes to place i / stride of phase i % stride; phases are `phase` bytes apart.
 */
export function layRow(
  src: usize,
  count: i32,
  dst: usize,
  from: i32,
  length: i32,
  stride: i32,
  phase: usize,
): void {
  if (stride == 1) {
    const before = min(max(-from, 0), length);
    const inside = max(min(count - max(from, 0), length - before), 0);
    memory.fill(dst, 0, before << 2);
    memory.copy(dst + (before << 2), src + (max(from, 0) << 2), inside << 2);
    memory.fill(dst + ((before + inside) << 2), 0, (length - before - inside) << 2);
    return;
  }
  for (let p = 0; p < stride; p++) {
    let to = dst + <usize>p * phase;
    for (let i = p; i < length; i += stride) {
      const at = from + i;
      store<f32>(to, at >= 0 && at < count ? load<f32>(src + (at << 2)) : 0);
      to += 4;
    }
  }
}

/** Puts `count` neighbours at `src` to every `stride`-th place from `dst` on. */
export function spreadRow(src: usize, dst: usize, count: i32, stride: i32): void {
  for (let i = 0; i < count; i++) {
    store<f32>(dst, load<f32>(src + (i << 2)));
    dst += (<usize>stride) << 2;
  }
}
