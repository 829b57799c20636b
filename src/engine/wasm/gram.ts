// Products of all pairs of rows of a matrix, in float64: sums[i][j] += Σ row[i] · row[j], for i ≤ j, in blocks of 3×3
// rows: nine sums and six loads fill the registers. The number of rows is a multiple of 3 and their length a multiple
// of 2; pad with zeros.

/**
 * @param rows address of the first row; `count` rows, a multiple of 3, `pitch` bytes apart.
 * @param length numbers per row, a multiple of 2.
 * @param sums count × count numbers; blocks on the diagonal are also written for i > j.
 */
export function gramF64(rows: usize, pitch: usize, count: usize, length: usize, sums: usize): void {
  for (let i: usize = 0; i < count; i += 3) {
    for (let j = i; j < count; j += 3) {
      block(rows + i * pitch, rows + j * pitch, pitch, length * 8, sums + (i * count + j) * 8, count * 8);
    }
  }
}

function block(first: usize, second: usize, pitch: usize, bytes: usize, sums: usize, below: usize): void {
  let s00 = f64x2.splat(0);
  let s01 = s00;
  let s02 = s00;
  let s10 = s00;
  let s11 = s00;
  let s12 = s00;
  let s20 = s00;
  let s21 = s00;
  let s22 = s00;
  const a1 = first + pitch;
  const a2 = a1 + pitch;
  const b1 = second + pitch;
  const b2 = b1 + pitch;
  for (let x: usize = 0; x < bytes; x += 16) {
    const p = v128.load(second + x);
    const q = v128.load(b1 + x);
    const r = v128.load(b2 + x);
    let a = v128.load(first + x);
    s00 = f64x2.add(s00, f64x2.mul(a, p));
    s01 = f64x2.add(s01, f64x2.mul(a, q));
    s02 = f64x2.add(s02, f64x2.mul(a, r));
    a = v128.load(a1 + x);
    s10 = f64x2.add(s10, f64x2.mul(a, p));
    s11 = f64x2.add(s11, f64x2.mul(a, q));
    s12 = f64x2.add(s12, f64x2.mul(a, r));
    a = v128.load(a2 + x);
    s20 = f64x2.add(s20, f64x2.mul(a, p));
    s21 = f64x2.add(s21, f64x2.mul(a, q));
    s22 = f64x2.add(s22, f64x2.mul(a, r));
  }
  addTo(sums, s00, s01, s02);
  addTo(sums + below, s10, s11, s12);
  addTo(sums + 2 * below, s20, s21, s22);
}

function addTo(sums: usize, a: v128, b: v128, c: v128): void {
  store<f64>(sums, load<f64>(sums) + f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1));
  store<f64>(sums, load<f64>(sums, 8) + f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1), 8);
  store<f64>(sums, load<f64>(sums, 16) + f64x2.extract_lane(c, 0) + f64x2.extract_lane(c, 1), 16);
}
