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

/** The smallest lane of type T. */
export function smallestLane<T>(v: v128): T {
  const at = memory.data(16);
  v128.store(at, v);
  let smallest = load<T>(at);
  for (let i = sizeof<T>(); i < 16; i += sizeof<T>()) smallest = min(smallest, load<T>(at + i));
  return smallest;
}

/** The largest lane of type T. */
export function largestLane<T>(v: v128): T {
  const at = memory.data(16);
  v128.store(at, v);
  let largest = load<T>(at);
  for (let i = sizeof<T>(); i < 16; i += sizeof<T>()) largest = max(largest, load<T>(at + i));
  return largest;
}
