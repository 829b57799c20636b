// The taps of a kernel of one plane as a matrix.

import { countTaps, TAP_NUMBERS } from '../taps.js';

/** Taps of one plane as a matrix: grid[y][x], with the distances of its rows and columns. */
export interface Grid {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly grid: readonly Float64Array[];
  readonly taps: number;
  readonly isWhole: boolean;
}

/** The matrix of taps; null where there are none, or they lie in several planes. */
export function gridOf(taps: Float64Array): Grid | null {
  const [columns, rows] = [new Places([]), new Places([])];
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
  const [across, down] = [new Places(xs), new Places(ys)];
  for (let i = 0; i < taps.length; i += TAP_NUMBERS)
    grid[down.of(taps[i + 1]!)]![across.of(taps[i]!)] = taps[i + 3]!;
  return { xs, ys, grid, taps: countTaps(taps), isWhole };
}

/** Places of distances in a list, which takes new ones. Taps come row by row, so that the next place is tried first. */
class Places {
  readonly values: number[];
  readonly #places: Map<number, number>;
  #last = 0;

  constructor(values: number[]) {
    this.values = values;
    this.#places = new Map(values.map((value, place) => [value, place]));
  }

  of(value: number): number {
    if (this.values[this.#last] === value) return this.#last;
    if (this.values[this.#last + 1] === value) return ++this.#last;
    let place = this.#places.get(value);
    if (place === undefined) {
      place = this.values.push(value) - 1;
      this.#places.set(value, place);
    }
    this.#last = place;
    return place;
  }
}
