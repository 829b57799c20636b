// Least squares from the sums of the equations: weights, how well each is known, and what is left over. Where the
// equations do not determine the weights, the combinations of weights that are free. Knows numbers only.

import { eigen } from '../../math/symmetric-eigen.js';
import type { Sums } from './sums.js';

/** What least squares finds. */
export interface Solution {
  readonly isDetermined: true;
  /** The weights, and after them the bias where one is looked for. */
  readonly values: Float64Array;
  /** Standard error of each, from what is left over. */
  readonly errors: Float64Array;
  /** Standard error of each for errors of 1 in the responses. */
  readonly sensitivities: Float64Array;
  /** Largest over smallest singular value of the equations, each weight's samples scaled to one length. */
  readonly condition: number;
  /** Σ (response − Σ weight · sample)². */
  readonly residualSquares: number;
}

/** What is free where the equations do not determine the weights. */
export interface Freedom {
  readonly isDetermined: false;
  readonly unknowns: number;
  /** Combinations of weights that are determined. */
  readonly rank: number;
  /** Unit vectors: any multiple of them can be added to the weights (and the bias) without a change. */
  readonly directions: readonly Float64Array[];
}

/** Eigenvalues below this share of the largest are 0 but for rounding. */
const NOTHING = 1e-12;

/** Least squares over `sums` of weights, ones and responses; with the ones as one more unknown where there is a bias. */
export function solve({ products, count }: Sums, withBias: boolean): Solution | Freedom {
  const weights = products.length - 2;
  const unknowns = weights + (withBias ? 1 : 0);
  const matrix = products.slice(0, unknowns).map((row) => row.subarray(0, unknowns));
  const responses = products[weights + 1]!;
  const right = responses.subarray(0, unknowns);
  const scales = matrix.map((row, i) => (row[i]! > 0 ? 1 / Math.sqrt(row[i]!) : 1));
  const scaled = matrix.map((row, i) => row.map((value, j) => value * scales[i]! * scales[j]!));
  const { values: eigenvalues, vectors } = eigen(scaled);
  const largest = eigenvalues[0]!;
  const rank = eigenvalues.filter((value) => value > NOTHING * largest).length;
  if (rank < unknowns || largest <= 0) {
    const directions = vectors
      .slice(rank)
      .map((vector) => unit(vector.map((value, i) => value * scales[i]!)));
    return { isDetermined: false, unknowns, rank, directions };
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
  // What rounding left of the right side is solved for once more.
  const rest = right.map((value, i) => value - dot(matrix[i]!, values));
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

/** Responses' squares below this share are the rounding of their sums. */
const ROUNDING = 2 ** -47;

/** Σ (response − Σ weight · sample)² with any weights (and bias), from the products of the equations. */
export function squaresLeft(products: Sums['products'], values: Float64Array): number {
  const responses = products.at(-1)!;
  let rest = responses.at(-1)!;
  for (let i = 0; i < values.length; i++)
    rest += values[i]! * (dot(products[i]!, values) - 2 * responses[i]!);
  return rest > ROUNDING * responses.at(-1)! ? rest : 0;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
