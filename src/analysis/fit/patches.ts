// The equations of one row as columns of a matrix: one row of it for each weight, holding the samples under that weight,
// then one of ones, then the responses. Positions whose value may have been cut off have no column. Sums nothing.

import type { Equations } from './equations.js';
import { Rows } from './rows.js';

/** Rows of the matrix: weights, ones, responses. */
export function unknownsOf({ width, height }: Pick<Equations, 'width' | 'height'>): number {
  return width * height + 2;
}

/** Columns of the matrix at most. */
export const MOST_COLUMNS = 256;

/** Takes the matrix once it holds something: `count` columns of rows that are `pitch` numbers apart. */
export type Take = (count: number) => void;

/** Reads the equations of a pair, row after row, into memory of the caller's. */
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
   * Reads row `y` of the image after, one pair of channels.
   * @returns how many of its positions were left out.
   */
  read(y: number, pair: number, take: Take): number {
    const { x, toX } = this.#equations;
    const kept = this.#rows.readResponses(y, pair);
    if (kept > 0) this.#rows.readBefore(y, pair);
    for (let from = 0; from < kept; from += MOST_COLUMNS) {
      const count = Math.min(MOST_COLUMNS, kept - from);
      this.#fill(from, count);
      take(count);
    }
    return toX - x - kept;
  }

  /** Columns of the matrix from kept positions. */
  #fill(from: number, count: number): void {
    const { width, height, flip } = this.#equations;
    const { before, responses, places } = this.#rows;
    const [matrix, pitch] = [this.#matrix, this.#pitch];
    const area = width * height;
    const first = places[from]!;
    const isDense = places[from + count - 1]! - first === count - 1;
    for (let k = 0; k < area; k++) {
      const row = before[Math.floor(k / width)]!;
      const shift = k % width;
      // Weights as written: flipped, the first lies under the last.
      const at = (flip ? area - 1 - k : k) * pitch;
      if (isDense) matrix.set(row.subarray(first + shift, first + shift + count), at);
      else for (let m = 0; m < count; m++) matrix[at + m] = row[places[from + m]! + shift]!;
    }
    matrix.fill(1, area * pitch, area * pitch + count);
    matrix.set(responses.subarray(from, from + count), (area + 1) * pitch);
  }
}
