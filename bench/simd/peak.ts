// The maximum rate of float32 multiply-adds in 128-bit vectors: no loads, no stores, only registers. Twelve independent sums
// keep all multipliers and adders busy; fewer would wait for each other, more would not fit the registers.

/** `rounds` times twelve vectors of four: sum = sum · factor + term. The result keeps the sums alive. */
export function multiplyAdds(rounds: i32, factor: f32, term: f32): f32 {
  const f = f32x4.splat(factor);
  const t = f32x4.splat(term);
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(1);
  let a2 = f32x4.splat(2);
  let a3 = f32x4.splat(3);
  let a4 = f32x4.splat(4);
  let a5 = f32x4.splat(5);
  let a6 = f32x4.splat(6);
  let a7 = f32x4.splat(7);
  let a8 = f32x4.splat(8);
  let a9 = f32x4.splat(9);
  let a10 = f32x4.splat(10);
  let a11 = f32x4.splat(11);
  for (let round = 0; round < rounds; round++) {
    a0 = f32x4.add(f32x4.mul(a0, f), t);
    a1 = f32x4.add(f32x4.mul(a1, f), t);
    a2 = f32x4.add(f32x4.mul(a2, f), t);
    a3 = f32x4.add(f32x4.mul(a3, f), t);
    a4 = f32x4.add(f32x4.mul(a4, f), t);
    a5 = f32x4.add(f32x4.mul(a5, f), t);
    a6 = f32x4.add(f32x4.mul(a6, f), t);
    a7 = f32x4.add(f32x4.mul(a7, f), t);
    a8 = f32x4.add(f32x4.mul(a8, f), t);
    a9 = f32x4.add(f32x4.mul(a9, f), t);
    a10 = f32x4.add(f32x4.mul(a10, f), t);
    a11 = f32x4.add(f32x4.mul(a11, f), t);
  }
  const low = f32x4.add(f32x4.add(f32x4.add(a0, a1), f32x4.add(a2, a3)), f32x4.add(a4, a5));
  const high = f32x4.add(f32x4.add(f32x4.add(a6, a7), f32x4.add(a8, a9)), f32x4.add(a10, a11));
  return f32x4.extract_lane(f32x4.add(low, high), 0);
}
