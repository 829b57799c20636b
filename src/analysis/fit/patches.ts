// Writes the equations of one image row as columns of a matrix: one matrix row per weight with the samples
// under it, then a row of ones, then the responses. Positions with possibly clipped values have no column.

import type { Equations } from './equations.js';
import { Rows } from './rows.js';

/** Number of matrix rows: weights, ones, responses. */
export function unknownsOf({ width, height }: Pick<Equations, 'width' | 'height'>): number {
  return width * height + 2;
}

/** Maximum number of matrix columns. */
export const MAX_COLUMNS = 256;

/** Receives the filled matrix: `count` columns, rows `pitch` numbers apart. */
export type OnMatrix = (count: number) => void;

/** Reads the equations of a pair row by row into the caller's memory. */
export class Patches {
  readonly #equations: Equations;
  readonly #matrix: Float64Array;
  readonly #pitch: number;
  readonly #rows: Rows;

  /** @param matrix `unknownsOf` rows, `pitch` numbers apart, of MOST_COLUMNS columns. */
  constructor(equations: Equations, matrix: Float64Array, pitch: number) {
    this.#equations = equations;
    this.#matrix = matrix;
    this.#pitch = pitch;
    this.#rows = new Rows(equations);
  }

  /**
   * Reads row `y` of the image after, for one pair of channels.
   * @returns the number of positions ignored.
   */
  read(y: number, pair: number, take: OnMatrix): number {
    const { x, toX } = this.#equations;
    const usable = this.#rows.readResponses(y, pair);
    if (usable > 0) this.#rows.readBefore(y, pair);
    for (let from = 0; from < usable; from += MAX_COLUMNS) {
      const count = Math.min(MAX_COLUMNS, usable - from);
      this.#fill(from, count);
      take(count);
    }
    return toX - x - usable;
  }

  /** Fills columns of the matrix from used positions. */
  #fill(from: number, count: number): void {
    const { width, height, flip } = this.#equations;
    const { before, responses, columns } = this.#rows;
    const [matrix, pitch] = [this.#matrix, this.#pitch];
    const area = width * height;
    const first = columns[from]!;
    const isDense = columns[from + count - 1]! - first === count - 1;
    for (let k = 0; k < area; k++) {
      const row = before[Math.floor(k / width)]!;
      const shift = k % width;
      // Weights as written: if flipped, the first weight is over the last sample.
      const at = (flip ? area - 1 - k : k) * pitch;
      if (isDense) matrix.set(row.subarray(first + shift, first + shift + count), at);
      else for (let m = 0; m < count; m++) matrix[at + m] = row[columns[from + m]! + shift]!;
    }
    matrix.fill(1, area * pitch, area * pitch + count);
    matrix.set(responses.subarray(from, from + count), (area + 1) * pitch);
  }
}
