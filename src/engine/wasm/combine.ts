// Combines rows of responses sample by sample, in float64. Rules: 0 max, 1 min, 2 sum, 3 mean, 4 rss (root of the sum
// of squares), 5 maxabs.

const MAX = 0;
const MIN = 1;
const MEAN = 3;
const RSS = 4;
const MAXABS = 5;

/** Adds the f32 responses of a kernel to the f64 totals; the `first` kernel initializes them. */
export function combineRow(totals: usize, responses: usize, count: usize, rule: i32, first: bool): void {
  const absMask = i64x2.splat(rule === MAXABS ? i64.MAX_VALUE : -1);
  const squares: bool = rule === RSS;
  for (let i: usize = 0; i < count; i += 2) {
    let r = v128.and(f64x2.promote_low_f32x4(v128.load64_zero(responses + i * 4)), absMask);
    if (squares) r = f64x2.mul(r, r);
    const at = totals + i * 8;
    if (!first) {
      const total = v128.load(at);
      if (rule === MAX || rule === MAXABS) r = f64x2.max(total, r);
      else if (rule === MIN) r = f64x2.min(total, r);
      else r = f64x2.add(total, r);
    }
    v128.store(at, r);
  }
}

/** Converts totals of `kernels` kernels to combined responses in place: f64 values rounded to float32. */
export function combinedRow(totals: usize, count: usize, rule: i32, kernels: f64): void {
  const divisors = f64x2.splat(kernels);
  for (let at = totals; at < totals + count * 8; at += 16) {
    let r = v128.load(at);
    if (rule === MEAN) r = f64x2.div(r, divisors);
    else if (rule === RSS) r = f64x2.sqrt(r);
    v128.store(at, f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(r)));
  }
}
