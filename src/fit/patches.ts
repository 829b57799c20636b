// The equations of one row as columns of a matrix: one row of it for each weight, holding the samples under that weight,
// then one of ones, then the responses. Positions whose value may have been cut off have no column. Sums nothing.

import { BORDERS, OUTSIDE } from '../plan/border.js';
import type { Blend } from './channels.js';
import type { Equations, Raster } from './equations.js';

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
  /** The image before under the kernel's rows, widened, border and all. */
  readonly #rows: readonly Float64Array[];
  readonly #columns: Int32Array;
  readonly #targets: Float64Array;
  readonly #kept: Int32Array;

  /** @param matrix `unknownsOf` rows, `pitch` numbers apart, of MOST_COLUMNS columns. */
  constructor(equations: Equations, matrix: Float64Array, pitch: number) {
    this.#equations = equations;
    this.#matrix = matrix;
    this.#pitch = pitch;
    const { width, height, x, toX, before, border, low, origin } = equations;
    const span = toX - x + width - 1;
    this.#rows = Array.from({ length: height }, () => new Float64Array(span));
    this.#targets = new Float64Array(toX - x);
    this.#kept = new Int32Array(toX - x);
    const map = BORDERS[border?.mode ?? 'replicate'].map;
    this.#columns = Int32Array.from({ length: span }, (_, i) =>
      map(x + origin[0] + low[0] + i, before.width),
    );
  }

  /**
   * Reads row `y` of the image after, one pair of channels.
   * @returns how many of its positions were left out.
   */
  read(y: number, pair: number, take: Take): number {
    const { channels, after, before, height, low, origin, border, x, toX } = this.#equations;
    const blends = channels[pair]!;
    const kept = this.#readTargets(after, blends.after, y, x, toX);
    if (kept > 0) {
      const map = BORDERS[border?.mode ?? 'replicate'].map;
      for (let j = 0; j < height; j++) {
        this.#widen(before, blends.before, map(y + origin[1] + low[1] + j, before.height), this.#rows[j]!);
      }
    }
    for (let from = 0; from < kept; from += MOST_COLUMNS) {
      const count = Math.min(MOST_COLUMNS, kept - from);
      this.#fill(from, count);
      take(count);
    }
    return toX - x - kept;
  }

  /** The responses of a row that tell something, and their places. */
  #readTargets(
    { data, width, channels }: Raster,
    { channels: picks, weights }: Blend,
    y: number,
    x: number,
    toX: number,
  ): number {
    const { shift, scale, lowest, highest } = this.#equations.reading;
    let kept = 0;
    for (let i = 0, at = (y * width + x) * channels; i < toX - x; i++, at += channels) {
      let value = 0;
      let isWhole = true;
      for (let c = 0; c < picks.length; c++) {
        const stored = data[at + picks[c]!]!;
        isWhole &&= stored > lowest && stored < highest;
        value += weights[c]! * stored;
      }
      if (!isWhole) continue;
      this.#kept[kept] = i;
      this.#targets[kept++] = (value - shift) * scale;
    }
    return kept;
  }

  #widen(
    { data, width, channels }: Raster,
    { channels: picks, weights }: Blend,
    y: number,
    row: Float64Array,
  ): void {
    const outside = this.#equations.border?.value ?? 0;
    if (y === OUTSIDE) {
      row.fill(outside);
      return;
    }
    const columns = this.#columns;
    const base = y * width * channels;
    const first = picks[0]!;
    const isOne = picks.length === 1;
    for (let i = 0; i < row.length; i++) {
      const column = columns[i]!;
      if (column === OUTSIDE) row[i] = outside;
      else if (isOne) row[i] = data[base + column * channels + first]!;
      else {
        let value = 0;
        for (let c = 0; c < picks.length; c++)
          value += weights[c]! * data[base + column * channels + picks[c]!]!;
        row[i] = value;
      }
    }
  }

  /** Columns of the matrix from kept positions. */
  #fill(from: number, count: number): void {
    const { width, height, flip } = this.#equations;
    const [matrix, pitch, kept] = [this.#matrix, this.#pitch, this.#kept];
    const area = width * height;
    const first = kept[from]!;
    const isDense = kept[from + count - 1]! - first === count - 1;
    for (let k = 0; k < area; k++) {
      const row = this.#rows[Math.floor(k / width)]!;
      const shift = k % width;
      // Weights as written: flipped, the first lies under the last.
      const at = (flip ? area - 1 - k : k) * pitch;
      if (isDense) matrix.set(row.subarray(first + shift, first + shift + count), at);
      else for (let m = 0; m < count; m++) matrix[at + m] = row[kept[from + m]! + shift]!;
    }
    matrix.fill(1, area * pitch, area * pitch + count);
    matrix.set(this.#targets.subarray(from, from + count), (area + 1) * pitch);
  }
}
