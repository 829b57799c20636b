// Solves least squares from the sums of the equations: weights, their uncertainty and the residual; or, if
// the weights are not determined, the free combinations of weights.

import { eigen } from '../../math/eigen.js';
import { dot } from '../../math/svd.js';
import type { Sums } from './sums.js';

/** A unique least-squares solution. */
export interface Solution {
  readonly isDetermined: true;
  /** The weights, followed by the bias if one is fitted. */
  readonly values: Float64Array;
  /** Standard error of each value, from the residual. */
  readonly errors: Float64Array;
  /** Standard error of each value for errors of 1 in the responses. */
  readonly sensitivities: Float64Array;
  /**
   * Ratio of the largest to the smallest singular value of the equations, with each weight's samples scaled
   * to equal norm.
   */
  readonly condition: number;
  /** Σ (response − Σ weight · sample)². */
  readonly residualSquares: number;
}

/** The free directions if the equations do not determine the weights. */
export interface Undetermined {
  readonly isDetermined: false;
  /** Number of combinations of weights that the pair determines. */
  readonly rank: number;
  /** Unit vectors of weights (and bias): multiples can be added to a kernel without changing the image after. */
  readonly free: readonly Float64Array[];
}

/** Eigenvalues below this share of the largest are 0 up to rounding. */
const ZERO_EIGENVALUE = 1e-12;

/** Solves for the weights, and for a bias if `withBias`, from sums over weights, ones and responses. */
export function solve({ products, count }: Sums, withBias: boolean): Solution | Undetermined {
  const weights = products.length - 2;
  const unknowns = weights + (withBias ? 1 : 0);
  const matrix = products.slice(0, unknowns).map((row) => row.subarray(0, unknowns));
  const responses = products[weights + 1]!;
  const right = responses.subarray(0, unknowns);
  const scales = matrix.map((row, i) => (row[i]! > 0 ? 1 / Math.sqrt(row[i]!) : 1));
  const scaled = matrix.map((row, i) => row.map((value, j) => value * scales[i]! * scales[j]!));
  const { values: eigenvalues, vectors } = eigen(scaled);
  const largest = eigenvalues[0]!;
  const rank = eigenvalues.filter((value) => value > ZERO_EIGENVALUE * largest).length;
  if (rank < unknowns || largest <= 0) {
    const free = vectors.slice(rank).map((vector) => {
      const direction = vector.map((value, i) => value * scales[i]!);
      const length = Math.hypot(...direction) || 1;
      return direction.map((value) => value / length);
    });
    return { isDetermined: false, rank, free };
  }
  const inverse = (side: Float64Array) => {
    const result = new Float64Array(unknowns);
    vectors.forEach((vector, k) => {
      let along = 0;
      for (let i = 0; i < unknowns; i++) along += vector[i]! * side[i]! * scales[i]!;
      along /= eigenvalues[k]!;
      for (let i = 0; i < unknowns; i++) result[i]! += along * vector[i]! * scales[i]!;
    });
    return result;
  };
  const values = inverse(right);
  // One step of iterative refinement removes rounding errors.
  const rest = right.map((value, i) => value - dot(values, matrix[i]!));
  inverse(rest).forEach((value, i) => {
    values[i]! += value;
  });
  const residualSquares = squaresLeft(products, values);
  const variance = residualSquares / Math.max(1, count - unknowns);
  const sensitivities = Float64Array.from({ length: unknowns }, (_, i) => {
    const sum = vectors.reduce((total, vector, k) => total + vector[i]! ** 2 / eigenvalues[k]!, 0);
    return scales[i]! * Math.sqrt(sum);
  });
  const errors = sensitivities.map((value) => value * Math.sqrt(variance));
  const condition = Math.sqrt(largest / eigenvalues[unknowns - 1]!);
  return { isDetermined: true, values, errors, sensitivities, condition, residualSquares };
}

/** A smaller share of the responses' squares is rounding of sums. */
const ROUNDING = 2 ** -47;

/** Σ (response − Σ weight · sample)² for any weights (and bias), from the products of the equations. */
export function squaresLeft(products: Sums['products'], values: Float64Array): number {
  const responses = products.at(-1)!;
  let rest = responses.at(-1)!;
  for (let i = 0; i < values.length; i++)
    rest += values[i]! * (dot(values, products[i]!) - 2 * responses[i]!);
  return rest > ROUNDING * responses.at(-1)! ? rest : 0;
}
