// Tests whether a plane of weights is separable: its rank as a matrix and, for rank 1, the row and column
// whose product it is, as whole numbers if the weights are.

import { greatestDivisor } from '../../math/rational.js';
import { decompose } from '../../math/svd.js';
import { type Kernel, type Plane, planesOf } from '../kernel.js';
import { sumOf } from '../sampling/plane.js';

/** One plane of weights as a matrix. */
export interface Separability {
  /** null if it is more than 1 and the plane is too large for singular values. */
  readonly rank: number | null;
  /** In descending order, as many as the shorter side, none for a plane of zeros; null if the plane is too large. */
  readonly singularValues: readonly number[] | null;
  /** For rank 1: weights[y][x] = column[y] · row[x]. */
  readonly factors: { readonly row: readonly number[]; readonly column: readonly number[] } | null;
}

/** With a shorter side of at most this, singular values take less than a second. */
const LARGEST_SIDE = 128;
const LARGEST_AREA = 65_536;

/**
 * The rank of each plane, as in NumPy's matrix_rank: the number of singular values above the largest · the
 * longer side · 2⁻⁵².
 */
export function separability(kernel: Kernel): Separability[] {
  return planesOf(kernel).map(separabilityOfPlane);
}

function separabilityOfPlane({ weights, width, height }: Plane): Separability {
  const factors = rankOneFactors(weights, width);
  if (weights.every((weight) => weight === 0)) return { rank: 0, singularValues: [], factors };
  if (Math.min(width, height) > LARGEST_SIDE || weights.length > LARGEST_AREA) {
    return { rank: factors === null ? null : 1, singularValues: null, factors };
  }
  const lines = Array.from({ length: height }, (_, y) => weights.slice(y * width, (y + 1) * width));
  const singularValues = decompose(lines).values;
  const least = singularValues[0]! * Math.max(width, height) * Number.EPSILON;
  const rank = singularValues.filter((value) => value > least).length;
  return { rank, singularValues, factors: rank === 1 ? factors : null };
}

/** The row and column whose product the weights are, within rounding; null if there are none. */
function rankOneFactors(weights: Float64Array, width: number): Separability['factors'] {
  const height = weights.length / width;
  const at = weights.reduce((best, weight, i) => (Math.abs(weight) > Math.abs(weights[best]!) ? i : best), 0);
  const pivot = weights[at]!;
  if (pivot === 0) return null;
  const pivotRow = weights.slice(at - (at % width), at - (at % width) + width);
  const pivotColumn = Float64Array.from({ length: height }, (_, y) => weights[y * width + (at % width)]!);
  const tolerance = 4 * Number.EPSILON * Math.abs(pivot);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const rest = weights[y * width + x]! - (pivotColumn[y]! / pivot) * pivotRow[x]!;
      if (Math.abs(rest) > tolerance) return null;
    }
  }
  const scale = weights.every(Number.isSafeInteger)
    ? pivotRow.reduce((a, b) => greatestDivisor(a, b), 0)
    : Math.sqrt((Math.abs(pivot) * norm(pivotRow)) / norm(pivotColumn));
  // The sign is chosen so that the row's sum is positive or, if it is 0, the column's.
  const sums = [sumOf(pivotRow), sumOf(pivotColumn) / pivot];
  const sign = sums[0]! < 0 || (sums[0] === 0 && sums[1]! < 0) ? -scale : scale;
  const row = pivotRow.map((weight) => weight / sign + 0);
  return { row: [...row], column: [...pivotColumn].map((weight) => weight / row[at % width]! + 0) };
}

function norm(numbers: Float64Array): number {
  return Math.sqrt(numbers.reduce((sum, number) => sum + number ** 2, 0));
}
