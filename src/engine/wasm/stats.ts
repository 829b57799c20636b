// Statistics of responses, as f64 at an address: the smallest, the largest, and the number of clipped samples. Also
// reads lanes of vectors.

export function note(stats: usize, smallest: f64, largest: f64, clipped: f64): void {
  store<f64>(stats, min(load<f64>(stats), smallest));
  store<f64>(stats, max(load<f64>(stats, 8), largest), 8);
  store<f64>(stats, load<f64>(stats, 16) + clipped, 16);
}

export function laneSum(v: v128): i32 {
  return (
    i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
  );
}

export function laneOfI16(v: v128, lane: i32): i32 {
  const at = memory.data(16);
  v128.store(at, v);
  return i32(load<i16>(at + usize(lane) * 2));
}

export function laneOfF32(v: v128, lane: i32): f32 {
  const at = memory.data(16);
  v128.store(at, v);
  return load<f32>(at + usize(lane) * 4);
}
