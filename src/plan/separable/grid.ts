// Arranges the taps of a single-plane kernel as a matrix.

import { countTaps, TAP_NUMBERS } from '../taps.js';

/** Taps of one plane as a matrix: grid[y][x], with the distances of its rows and columns. */
export interface Grid {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly grid: readonly Float64Array[];
  readonly taps: number;
  readonly isWhole: boolean;
}

/** The matrix of taps; null if there are none, or they are in several planes. */
export function gridOf(taps: Float64Array): Grid | null {
  const [columns, rows] = [new DistanceIndex([]), new DistanceIndex([])];
  let isWhole = true;
  for (let i = 0; i < taps.length; i += TAP_NUMBERS) {
    if (taps[i + 2] !== 0) return null;
    columns.of(taps[i]!);
    rows.of(taps[i + 1]!);
    isWhole &&= Number.isInteger(taps[i + 3]);
  }
  if (taps.length === 0) return null;
  const xs = columns.values.sort((a, b) => a - b);
  const ys = rows.values.sort((a, b) => a - b);
  const grid = ys.map(() => new Float64Array(xs.length));
  const [columnIndex, rowIndex] = [new DistanceIndex(xs), new DistanceIndex(ys)];
  for (let i = 0; i < taps.length; i += TAP_NUMBERS)
    grid[rowIndex.of(taps[i + 1]!)]![columnIndex.of(taps[i]!)] = taps[i + 3]!;
  return { xs, ys, grid, taps: countTaps(taps), isWhole };
}

/**
 * Indices of distances in a list, which grows with new ones. Taps come row by row, so the next index is tried first.
 */
class DistanceIndex {
  readonly values: number[];
  readonly #indices: Map<number, number>;
  #last = 0;

  constructor(values: number[]) {
    this.values = values;
    this.#indices = new Map(values.map((value, index) => [value, index]));
  }

  of(value: number): number {
    if (this.values[this.#last] === value) return this.#last;
    if (this.values[this.#last + 1] === value) return ++this.#last;
    let index = this.#indices.get(value);
    if (index === undefined) {
      index = this.values.push(value) - 1;
      this.#indices.set(value, index);
    }
    this.#last = index;
    return index;
  }
}
