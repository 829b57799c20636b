// A kernel as a sum of products of a row and a column: rank 1 for Gaussians, boxes and Sobel's, 2 for Gabor's
// with a round envelope, more for others. Knows taps; whether it pays is decided elsewhere.

import type { AxisTap, Tap, Term } from './plan.js';
import { decompose } from './svd.js';

/** Larger kernels are not decomposed: it would take longer than it saves. */
const LARGEST_SIDE = 96;

/** What a decomposition may leave out, as a share of Σ|w|: below the noise of float32. */
const LEFT_OUT = 2e-8;

/**
 * The terms of taps of one plane, or null where there is no exact product (`whole`: only whole-number rows
 * and columns of rank 1 are taken, so that sums stay whole) or the kernel is too large to try.
 */
export function separate(taps: readonly Tap[], whole: boolean): Term[] | null {
  const xs = [...new Set(taps.map((tap) => tap.x))].sort((a, b) => a - b);
  const ys = [...new Set(taps.map((tap) => tap.y))].sort((a, b) => a - b);
  if (taps.length === 0 || taps.some((tap) => tap.plane !== 0)) return null;
  const grid = ys.map(() => new Float64Array(xs.length));
  for (const { x, y, weight } of taps) grid[ys.indexOf(y)]![xs.indexOf(x)] = weight;
  if (whole) {
    const product = wholeProduct(grid);
    return product && [{ row: axis(xs, product.row), column: axis(ys, product.column) }];
  }
  if (Math.max(xs.length, ys.length) > LARGEST_SIDE) return null;
  const { values, left, right } = decompose(grid);
  const terms: Term[] = [];
  const rest = grid.map((row) => row.slice());
  const magnitude = taps.reduce((sum, tap) => sum + Math.abs(tap.weight), 0);
  for (let k = 0; k < values.length && sumOfMagnitudes(rest) > LEFT_OUT * magnitude; k++) {
    // Both factors get the root of the value, so that neither is much smaller than the other.
    const scale = Math.sqrt(values[k]!);
    const column = left[k]!.map((x) => x * scale);
    const row = right[k]!.map((x) => x * scale);
    subtract(rest, column, row);
    terms.push({ row: axis(xs, row), column: axis(ys, column) });
  }
  return terms;
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
