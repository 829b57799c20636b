// A kernel as a sum of products of a row and a column: rank 1 for Gaussians, boxes and Sobel's, 2 for Gabor's
// with a round envelope, more for others. Knows taps; whether it pays is decided elsewhere.

import { decompose } from '../../math/svd.js';
import type { AxisTap, Term } from '../plan.js';
import { countTaps, TAP_NUMBERS } from '../taps.js';
import type { Grid } from './grid.js';

/** Up to this side singular values find the fewest terms; beyond it they take longer than they save. */
const LARGEST_SVD = 32;
/** Terms that crosses are tried for first, whatever the size. */
const FEW_TERMS = 2;

/** What a decomposition may leave out, as a share of Σ|w|: below the noise of float32. */
const LEFT_OUT = 2e-8;
/** How far a product may be from a weight, as a share of that weight, and stand for it: float32 rounds by as much. */
const SAME = 2 ** -24;

/**
 * The terms of a matrix, or null where there are more than `most`, or they would cost more than all taps. Whole numbers
 * are only split into one whole-number row and column, so that sums stay whole.
 */
export function separate({ xs, ys, grid, taps, isWhole }: Grid, most: number): Term[] | null {
  if (isWhole) {
    const product = wholeProduct(grid);
    return product && [{ row: axis(xs, product.row), column: axis(ys, product.column) }];
  }
  const magnitude = sumOfMagnitudes(grid);
  // More terms than this cost more than all taps do.
  const worth = Math.min(most, Math.floor(taps / (xs.length + ys.length)));
  const large = Math.max(xs.length, ys.length) > LARGEST_SVD;
  if (large && hasHigherRank(grid, worth, magnitude)) return null;
  const products =
    byCrosses(grid, magnitude, large ? worth : FEW_TERMS) ?? (large ? null : bySvd(grid, magnitude));
  return products?.map(({ row, column }) => ({ row: axis(xs, row), column: axis(ys, column) })) ?? null;
}

/**
 * Terms that need no decomposition: the different rows of a matrix, or its columns where these are fewer, each in all
 * its places. Exact, but no fewer multiplications than taps.
 */
export function linesOf({ xs, ys, grid }: Grid): Term[] {
  const rows = distinct(grid);
  const columns = distinct(xs.map((_, x) => Float64Array.from(grid, (line) => line[x]!)));
  const ones = (distances: readonly number[], places: readonly number[]) =>
    places.map((place) => ({ distance: distances[place]!, weight: 1 }));
  if (columns.length < rows.length)
    return columns.map(({ line, places }) => ({ row: ones(xs, places), column: axis(ys, line) }));
  return rows.map(({ line, places }) => ({ row: axis(xs, line), column: ones(ys, places) }));
}

/** Whether terms give each tap's own weight and nothing else, so that a sum has no other rounding than direct sums. */
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
    if (product === undefined || !(Math.abs(product - weight) <= SAME * Math.abs(weight))) return false;
  }
  return true;
}

interface Product {
  readonly row: Float64Array;
  readonly column: Float64Array;
}

/**
 * Products by adaptive cross approximation: the row and the column through the largest number left are taken
 * out together, until nothing is left; null where that takes more than `most` of them. As good as singular
 * values where the rank is exact, and fast at any size. Source: Bebendorf 2000.
 */
function byCrosses(grid: readonly Float64Array[], magnitude: number, most: number): Product[] | null {
  const rest = grid.map((line) => line.slice());
  const products: Product[] = [];
  let left = whatIsLeft(rest);
  while (left.sum > LEFT_OUT * magnitude) {
    if (products.length >= most) return null;
    const [x, y] = left.largest;
    const pivot = rest[y]![x]!;
    // Both factors get the root of the pivot, so that neither is much smaller than the other.
    const scale = Math.sqrt(Math.abs(pivot));
    const row = rest[y]!.map((w) => (w / scale) * Math.sign(pivot));
    const column = Float64Array.from(rest, (line) => line[x]! / scale);
    subtract(rest, column, row);
    products.push({ row, column });
    left = whatIsLeft(rest);
  }
  return products;
}

/**
 * Whether a part of a large matrix, some rows and columns drawn at random, cannot be made of so few terms. Then the
 * whole cannot either, and need not be tried: a part of twice as many lines takes a moment.
 */
function hasHigherRank(grid: readonly Float64Array[], most: number, magnitude: number): boolean {
  const lines = 2 * most + 8;
  const [height, width] = [grid.length, grid[0]!.length];
  if (2 * lines > Math.min(width, height)) return false;
  const random = generator();
  const columns = drawn(width, lines, random);
  const part = drawn(height, lines, random).map((y) => Float64Array.from(columns, (x) => grid[y]![x]!));
  return byCrosses(part, magnitude, most) === null;
}

/** Some of the numbers from 0 to `count` - 1, in rising order. */
function drawn(count: number, some: number, random: () => number): number[] {
  return Array.from({ length: some }, (_, i) => Math.floor(((i + random()) * count) / some));
}

/** The same numbers from 0 to below 1 in every run. Source: Numerical Recipes' linear congruential generator. */
function generator(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Products in falling order of their singular values, as few as leave nothing. */
function bySvd(grid: readonly Float64Array[], magnitude: number): Product[] {
  const { values, left, right } = decompose(grid);
  const rest = grid.map((line) => line.slice());
  const products: Product[] = [];
  for (let k = 0; k < values.length && sumOfMagnitudes(rest) > LEFT_OUT * magnitude; k++) {
    const scale = Math.sqrt(values[k]!);
    const column = left[k]!.map((x) => x * scale);
    const row = right[k]!.map((x) => x * scale);
    subtract(rest, column, row);
    products.push({ row, column });
  }
  return products;
}

/** The sum of magnitudes, and where the largest is. */
function whatIsLeft(grid: readonly Float64Array[]): { sum: number; largest: [x: number, y: number] } {
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

/** Whole-number row and column whose product is the grid, or null. */
function wholeProduct(grid: readonly Float64Array[]): { row: Float64Array; column: Float64Array } | null {
  const first = grid.find((line) => line.some((w) => w !== 0))!;
  const divisor = first.reduce((a, b) => gcd(a, Math.abs(b)), 0);
  const row = first.map((w) => w / divisor);
  const at = row.findIndex((w) => w !== 0);
  const column = Float64Array.from(grid, (line) => line[at]! / row[at]!);
  const fits = grid.every((line, y) => line.every((w, x) => w === column[y]! * row[x]!));
  return fits && column.every(Number.isInteger) ? { row, column } : null;
}

/** Lines that are alike as one, with their places. */
function distinct(lines: readonly Float64Array[]): { line: Float64Array; places: number[] }[] {
  const found = new Map<string, { line: Float64Array; places: number[] }>();
  for (const [place, line] of lines.entries()) {
    const key = line.join();
    const known = found.get(key);
    if (known) known.places.push(place);
    else found.set(key, { line, places: [place] });
  }
  return [...found.values()];
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function axis(distances: readonly number[], weights: Float64Array): AxisTap[] {
  return distances
    .map((distance, i) => ({ distance, weight: weights[i]! }))
    .filter(({ weight }) => weight !== 0);
}

function sumOfMagnitudes(grid: readonly Float64Array[]): number {
  return grid.reduce((sum, line) => line.reduce((part, w) => part + Math.abs(w), sum), 0);
}
