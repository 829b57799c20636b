// Copies rows of samples into the layout of the convolutions: padded with zeros, and split by stride phase,
// so that the samples of adjacent outputs are adjacent, too.

/**
 * Copies `length` samples from index `from` of the `count` samples at `src`; samples outside are 0. Sample i
 * goes to position i / stride of phase i % stride; phases are `phase` bytes apart.
 */
export function padRow(
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

/** Copies `count` adjacent values at `src` to every `stride`-th position at `dst`. */
export function scatterRow(src: usize, dst: usize, count: i32, stride: i32): void {
  for (let i = 0; i < count; i++) {
    store<f32>(dst, load<f32>(src + (i << 2)));
    dst += (<usize>stride) << 2;
  }
}
