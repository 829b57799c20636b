// Factors a kernel into a sum of products of a row and a column: rank 1 for Gaussians, boxes and Sobel, 2 for round
// Gabors, more for others.

import { greatestDivisor } from '../../math/rational.js';
import { decompose } from '../../math/svd.js';
import type { AxisTap, Term } from '../plan.js';
import { countTaps, TAP_NUMBERS } from '../taps.js';
import type { Grid } from './grid.js';

/** Up to this size, singular values find the fewest terms; beyond it they take longer than they save. */
const MAX_SVD_SIZE = 32;
/** Crosses are tried first with up to this many terms, whatever the size. */
const FEW_TERMS = 2;

/** The largest residue of a factorization relative to Σ|w|: below the noise of float32. */
const MAX_RESIDUE = 2e-8;
/** The largest relative difference at which a product counts as equal to a weight: float32 rounds by as much. */
const EQUAL_WITHIN = 2 ** -24;

/**
 * The terms of a matrix, or null if there are more than `maxTerms`, or if they would cost more than all taps. An
 * integer matrix is only factored into one integer row and column, so that sums stay integers.
 */
export function separate({ xs, ys, grid, taps, isWhole }: Grid, maxTerms: number): Term[] | null {
  if (isWhole) {
    const product = integerProduct(grid);
    return product && [{ row: axis(xs, product.row), column: axis(ys, product.column) }];
  }
  const magnitude = magnitudesOf(grid).sum;
  // More terms would cost more than all taps.
  const worth = Math.min(maxTerms, Math.floor(taps / (xs.length + ys.length)));
  const large = Math.max(xs.length, ys.length) > MAX_SVD_SIZE;
  if (large && hasHigherRank(grid, worth, magnitude)) return null;
  const products =
    separateByCrosses(grid, magnitude, large ? worth : FEW_TERMS) ??
    (large ? null : separateBySvd(grid, magnitude));
  return products?.map(({ row, column }) => ({ row: axis(xs, row), column: axis(ys, column) })) ?? null;
}

/**
 * Terms without factorization: the distinct rows of a matrix, or its columns if there are fewer, each at all its
 * positions. Exact, but with no fewer multiplications than taps.
 */
export function termsOfLines({ xs, ys, grid }: Grid): Term[] {
  const rows = distinct(grid);
  const columns = distinct(xs.map((_, x) => Float64Array.from(grid, (line) => line[x]!)));
  const ones = (distances: readonly number[], indices: readonly number[]) =>
    indices.map((index) => ({ distance: distances[index]!, weight: 1 }));
  if (columns.length < rows.length)
    return columns.map(({ line, indices }) => ({ row: ones(xs, indices), column: axis(ys, line) }));
  return rows.map(({ line, indices }) => ({ row: axis(xs, line), column: ones(ys, indices) }));
}

/** Whether terms reproduce each tap's weight and nothing else, so that a sum rounds like direct sums. */
export function areExact(terms: readonly Term[], taps: Float64Array): boolean {
  if (terms.reduce((sum, { row, column }) => sum + row.length * column.length, 0) !== countTaps(taps))
    return false;
  const weights = new Map<number, Map<number, number>>();
  for (const { row, column } of terms) {
    for (const { distance: y, weight } of column) {
      const line = weights.get(y) ?? new Map<number, number>();
      weights.set(y, line);
      for (const tap of row) line.set(tap.distance, tap.weight * weight);
    }
  }
  for (let i = 0; i < taps.length; i += TAP_NUMBERS) {
    const product = weights.get(taps[i + 1]!)?.get(taps[i]!);
    const weight = taps[i + 3]!;
    if (product === undefined || !(Math.abs(product - weight) <= EQUAL_WITHIN * Math.abs(weight)))
      return false;
  }
  return true;
}

interface Product {
  readonly row: Float64Array;
  readonly column: Float64Array;
}

/**
 * Products by adaptive cross approximation: repeatedly subtracts the product of the row and column through the largest
 * remaining number until the residue is negligible; null if that takes more than `maxTerms` products. As good as
 * singular values where the rank is exact, and fast at any size. Source: Bebendorf 2000.
 */
function separateByCrosses(
  grid: readonly Float64Array[],
  magnitude: number,
  maxTerms: number,
): Product[] | null {
  const remainder = grid.map((line) => line.slice());
  const products: Product[] = [];
  let residue = magnitudesOf(remainder);
  while (residue.sum > MAX_RESIDUE * magnitude) {
    if (products.length >= maxTerms) return null;
    const [x, y] = residue.largest;
    const pivot = remainder[y]![x]!;
    // Both factors get the root of the pivot, so that neither is much smaller than the other.
    const scale = Math.sqrt(Math.abs(pivot));
    const row = remainder[y]!.map((w) => (w / scale) * Math.sign(pivot));
    const column = Float64Array.from(remainder, (line) => line[x]! / scale);
    subtract(remainder, column, row);
    products.push({ row, column });
    residue = magnitudesOf(remainder);
  }
  return products;
}

/**
 * Whether a random sample of rows and columns of a large matrix already has a higher rank than `maxTerms`. Then the
 * whole matrix has too: testing a part with about twice as many lines is fast.
 */
function hasHigherRank(grid: readonly Float64Array[], maxTerms: number, magnitude: number): boolean {
  const lines = 2 * maxTerms + 8;
  const [height, width] = [grid.length, grid[0]!.length];
  if (2 * lines > Math.min(width, height)) return false;
  const random = generator();
  const columns = drawSorted(width, lines, random);
  const part = drawSorted(height, lines, random).map((y) => Float64Array.from(columns, (x) => grid[y]![x]!));
  return separateByCrosses(part, magnitude, maxTerms) === null;
}

/** Draws `sampled` of the numbers from 0 to `count` − 1, in increasing order. */
function drawSorted(count: number, sampled: number, random: () => number): number[] {
  return Array.from({ length: sampled }, (_, i) => Math.floor(((i + random()) * count) / sampled));
}

/** Numbers from 0 to below 1, the same in every run. Source: Numerical Recipes' linear congruential generator. */
function generator(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Products in decreasing order of their singular values, as few as leave a negligible residue. */
function separateBySvd(grid: readonly Float64Array[], magnitude: number): Product[] {
  const { values, left, right } = decompose(grid);
  const remainder = grid.map((line) => line.slice());
  const products: Product[] = [];
  for (let k = 0; k < values.length && magnitudesOf(remainder).sum > MAX_RESIDUE * magnitude; k++) {
    const scale = Math.sqrt(values[k]!);
    const column = left[k]!.map((x) => x * scale);
    const row = right[k]!.map((x) => x * scale);
    subtract(remainder, column, row);
    products.push({ row, column });
  }
  return products;
}

/** The sum of magnitudes, and the position of the largest. */
function magnitudesOf(grid: readonly Float64Array[]): { sum: number; largest: [x: number, y: number] } {
  let [atX, atY, largest, sum] = [0, 0, -1, 0];
  for (const [y, line] of grid.entries()) {
    for (let x = 0; x < line.length; x++) {
      const magnitude = Math.abs(line[x]!);
      sum += magnitude;
      if (magnitude > largest) [atX, atY, largest] = [x, y, magnitude];
    }
  }
  return { sum, largest: [atX, atY] };
}

function subtract(grid: readonly Float64Array[], column: Float64Array, row: Float64Array): void {
  for (const [y, line] of grid.entries()) {
    const factor = column[y]!;
    for (let x = 0; x < line.length; x++) line[x] = line[x]! - factor * row[x]!;
  }
}

/** The integer row and column whose product is the grid, or null. */
function integerProduct(grid: readonly Float64Array[]): Product | null {
  const first = grid.find((line) => line.some((w) => w !== 0))!;
  const divisor = first.reduce((a, b) => greatestDivisor(a, b), 0);
  const row = first.map((w) => w / divisor);
  const at = row.findIndex((w) => w !== 0);
  const column = Float64Array.from(grid, (line) => line[at]! / row[at]!);
  const fits = grid.every((line, y) => line.every((w, x) => w === column[y]! * row[x]!));
  return fits && column.every(Number.isInteger) ? { row, column } : null;
}

/** The distinct lines, with their indices. */
function distinct(lines: readonly Float64Array[]): { line: Float64Array; indices: number[] }[] {
  const found = new Map<string, { line: Float64Array; indices: number[] }>();
  for (const [index, line] of lines.entries()) {
    const key = line.join();
    const known = found.get(key);
    if (known) known.indices.push(index);
    else found.set(key, { line, indices: [index] });
  }
  return [...found.values()];
}

function axis(distances: readonly number[], weights: Float64Array): AxisTap[] {
  return distances
    .map((distance, i) => ({ distance, weight: weights[i]! }))
    .filter(({ weight }) => weight !== 0);
}
