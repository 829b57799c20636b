// Singular value decomposition of a small matrix by one-sided Jacobi rotations: pairs of columns are rotated until all
// are orthogonal. Source: Hestenes 1958.

export interface Svd {
  /** In descending order. */
  readonly values: readonly number[];
  /** left[k] and right[k] belong to values[k]: A = Σ value · left · rightᵀ. All are unit vectors. */
  readonly left: readonly Float64Array[];
  readonly right: readonly Float64Array[];
}

/** Jacobi methods converge long before. */
export const SWEEPS = 60;

/** Decomposes `matrix[row][column]`. */
export function decompose(matrix: readonly Float64Array[]): Svd {
  const rows = matrix.length;
  const columns = matrix[0]!.length;
  if (columns > rows) {
    const { values, left, right } = decompose(transpose(matrix));
    return { values, left: right, right: left };
  }
  const a = transpose(matrix);
  const v = a.map((_, i) => Float64Array.from({ length: columns }, (_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < SWEEPS && rotateAll(a, v); sweep++);
  const norms = a.map(normOf);
  const order = norms.map((_, k) => k).sort((i, j) => norms[j]! - norms[i]!);
  return {
    values: order.map((k) => norms[k]!),
    left: order.map((k) => a[k]!.map((x) => (norms[k] === 0 ? 0 : x / norms[k]!))),
    right: order.map((k) => v[k]!),
  };
}

/** The Euclidean norm with the algorithm of Math.hypot: scaled by the largest entry, compensated summation. */
function normOf(column: Float64Array): number {
  const scale = column.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (scale === 0) return 0;
  let [sum, compensation] = [0, 0];
  for (const x of column) {
    const square = (x / scale) ** 2 - compensation;
    const next = sum + square;
    compensation = next - sum - square;
    sum = next;
  }
  return Math.sqrt(sum) * scale;
}

/** One sweep over all pairs of columns. @returns whether any pair was rotated. */
function rotateAll(a: readonly Float64Array[], v: readonly Float64Array[]): boolean {
  let rotated = false;
  for (let p = 0; p < a.length - 1; p++) {
    for (let q = p + 1; q < a.length; q++) {
      const [alpha, beta, gamma] = [dot(a[p]!, a[p]!), dot(a[q]!, a[q]!), dot(a[p]!, a[q]!)];
      if (Math.abs(gamma) <= 1e-15 * Math.sqrt(alpha * beta)) continue;
      rotated = true;
      const zeta = (beta - alpha) / (2 * gamma);
      const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      const c = 1 / Math.hypot(1, t);
      rotate(a[p]!, a[q]!, c, c * t);
      rotate(v[p]!, v[q]!, c, c * t);
    }
  }
  return rotated;
}

/** Rotates two vectors, in place, by the angle with cosine `c` and sine `s`. */
export function rotate(p: Float64Array, q: Float64Array, c: number, s: number): void {
  for (let i = 0; i < p.length; i++) {
    const [x, y] = [p[i]!, q[i]!];
    p[i] = c * x - s * y;
    q[i] = s * x + c * y;
  }
}

/** The inner product over the length of `x`. */
export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}

function transpose(matrix: readonly Float64Array[]): Float64Array[] {
  return Array.from(matrix[0]!, (_, column) => Float64Array.from(matrix, (row) => row[column]!));
}
