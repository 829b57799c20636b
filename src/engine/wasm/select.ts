// Selects channels of pixels, or computes luma from three: converts a run of raw samples to the type of a tile. Raw
// kinds: 1 u8, 2 u16, 4 float32. Tile kinds: the same, and 8 float64.

/** Copies every `step`-th raw sample to every `next`-th place, `count` of them. */
export function selectRow(
  src: usize,
  kind: i32,
  step: usize,
  dst: usize,
  tile: i32,
  next: usize,
  count: usize,
): void {
  const from = step * kind;
  const to = next * tile;
  let p = src;
  let q = dst;
  if (kind === 1 && tile === 1) {
    for (let i: usize = 0; i < count; i++, p += from, q += to) store<u8>(q, load<u8>(p));
  } else if (kind === 1 && tile === 4) {
    for (let i: usize = 0; i < count; i++, p += from, q += to) store<f32>(q, f32(load<u8>(p)));
  } else if (kind === 2 && tile === 4) {
    for (let i: usize = 0; i < count; i++, p += from, q += to) store<f32>(q, f32(load<u16>(p)));
  } else if (kind === 4 && tile === 4) {
    for (let i: usize = 0; i < count; i++, p += from, q += to) store<f32>(q, load<f32>(p));
  } else if (kind === 2 && tile === 2) {
    for (let i: usize = 0; i < count; i++, p += from, q += to) store<u16>(q, load<u16>(p));
  } else {
    for (let i: usize = 0; i < count; i++, p += from, q += to) store<f64>(q, sampleAt(p, kind));
  }
}

/** Luma of pixels of `step` channels, computed in float64, to float32 or float64. */
export function lumaRow(
  src: usize,
  kind: i32,
  step: usize,
  dst: usize,
  tile: i32,
  count: usize,
  red: f64,
  green: f64,
  blue: f64,
): void {
  let p = src;
  for (let i: usize = 0; i < count; i++) {
    const r = sampleAt(p, kind);
    const g = sampleAt(p + kind, kind);
    const b = sampleAt(p + 2 * kind, kind);
    const luma = red * r + green * g + blue * b;
    if (tile === 4) store<f32>(dst + i * 4, f32(luma));
    else store<f64>(dst + i * 8, luma);
    p += step * kind;
  }
}

function sampleAt(p: usize, kind: i32): f64 {
  if (kind === 1) return f64(load<u8>(p));
  if (kind === 2) return f64(load<u16>(p));
  return f64(load<f32>(p));
}
