// Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations. Small eigenvalues are as accurate as
// the matrix allows. Source: Golub & Van Loan, Matrix Computations, 8.5.

import { rotate, SWEEPS } from './svd.js';

export interface Eigen {
  /** In descending order. */
  readonly values: readonly number[];
  /** vectors[k] belongs to values[k]. Orthogonal unit vectors. */
  readonly vectors: readonly Float64Array[];
}

/** Decomposes a symmetric matrix, `matrix[row][column]`, without changing it. */
export function eigen(matrix: readonly Float64Array[]): Eigen {
  const n = matrix.length;
  const a = matrix.map((row) => row.slice());
  // Rows of v are the vectors, so that rotations access contiguous memory.
  const v = a.map((_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
  for (let i = 0; i < SWEEPS && sweep(a, v); i++);
  const order = a.map((_, k) => k).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return { values: order.map((k) => a[k]![k]!), vectors: order.map((k) => v[k]!) };
}

/** One sweep over all pairs. @returns whether any pair was rotated. */
function sweep(a: readonly Float64Array[], v: readonly Float64Array[]): boolean {
  const n = a.length;
  let rotated = false;
  for (let p = 0; p < n - 1; p++) {
    for (let q = p + 1; q < n; q++) {
      const off = a[p]![q]!;
      const [pp, qq] = [a[p]![p]!, a[q]![q]!];
      if (off === 0 || Math.abs(off) <= 1e-17 * Math.max(Math.abs(pp), Math.abs(qq))) continue;
      rotated = true;
      const theta = (qq - pp) / (2 * off);
      const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta));
      const c = 1 / Math.hypot(1, t);
      const s = c * t;
      rotate(a[p]!, a[q]!, c, s);
      for (const row of a) {
        const [x, y] = [row[p]!, row[q]!];
        row[p] = c * x - s * y;
        row[q] = s * x + c * y;
      }
      rotate(v[p]!, v[q]!, c, s);
    }
  }
  return rotated;
}
