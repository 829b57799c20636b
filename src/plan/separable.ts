// A kernel as a sum of products of a row and a column: rank 1 for Gaussians, boxes and Sobel's, 2 for Gabor's
// with a round envelope, more for others. Knows taps; whether it pays is decided elsewhere.

import { decompose } from '../kernel/svd.js';
import type { AxisTap, Tap, Term } from './plan.js';

/** Up to this side singular values find the fewest terms; beyond it they take longer than they save. */
const LARGEST_SVD = 32;
/** Terms that crosses are tried for first, whatever the size. */
const FEW_TERMS = 2;

/** What a decomposition may leave out, as a share of Σ|w|: below the noise of float32. */
const LEFT_OUT = 2e-8;

/**
 * The terms of taps of one plane, or null where there is no exact product (`whole`: only whole-number rows
 * and columns of rank 1 are taken, so that sums stay whole) or its terms would cost more than its taps.
 */
export function separate(taps: readonly Tap[], whole: boolean): Term[] | null {
  const xs = [...new Set(taps.map((tap) => tap.x))].sort((a, b) => a - b);
  const ys = [...new Set(taps.map((tap) => tap.y))].sort((a, b) => a - b);
  if (taps.length === 0 || taps.some((tap) => tap.plane !== 0)) return null;
  const grid = ys.map(() => new Float64Array(xs.length));
  const columnOf = new Map(xs.map((x, i) => [x, i]));
  const rowOf = new Map(ys.map((y, i) => [y, i]));
  for (const { x, y, weight } of taps) grid[rowOf.get(y)!]![columnOf.get(x)!] = weight;
  if (whole) {
    const product = wholeProduct(grid);
    return product && [{ row: axis(xs, product.row), column: axis(ys, product.column) }];
  }
  const magnitude = sumOfMagnitudes(grid);
  // More terms than this cost more than all taps do.
  const most = Math.floor(taps.length / (xs.length + ys.length));
  const large = Math.max(xs.length, ys.length) > LARGEST_SVD;
  const products =
    byCrosses(grid, magnitude, large ? most : FEW_TERMS) ?? (large ? null : bySvd(grid, magnitude));
  return products?.map(({ row, column }) => ({ row: axis(xs, row), column: axis(ys, column) })) ?? null;
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
  while (sumOfMagnitudes(rest) > LEFT_OUT * magnitude) {
    if (products.length >= most) return null;
    const [x, y] = largestOf(rest);
    const pivot = rest[y]![x]!;
    // Both factors get the root of the pivot, so that neither is much smaller than the other.
    const scale = Math.sqrt(Math.abs(pivot));
    const row = rest[y]!.map((w) => (w / scale) * Math.sign(pivot));
    const column = Float64Array.from(rest, (line) => line[x]! / scale);
    subtract(rest, column, row);
    products.push({ row, column });
  }
  return products;
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

function largestOf(grid: readonly Float64Array[]): [x: number, y: number] {
  let [atX, atY, largest] = [0, 0, -1];
  for (const [y, line] of grid.entries()) {
    for (let x = 0; x < line.length; x++) {
      if (Math.abs(line[x]!) > largest) [atX, atY, largest] = [x, y, Math.abs(line[x]!)];
    }
  }
  return [atX, atY];
}

function subtract(grid: readonly Float64Array[], column: Float64Array, row: Float64Array): void {
  for (const [y, line] of grid.entries()) {
    for (let x = 0; x < line.length; x++) line[x] = line[x]! - column[y]! * row[x]!;
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
