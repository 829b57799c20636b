// Reads rows of both images as numbers: from the image before, the samples under a row of weights, including
// borders; from the image after, usable responses and their columns.

import { BORDERS, OUTSIDE } from '../../plan/border.js';
import type { Blend } from './channels.js';
import type { Equations, Raster } from './equations.js';

/** Reads rows of a pair into arrays that are reused. */
export class Rows {
  readonly #equations: Equations;
  /** Rows of the image before under the kernel, top first, each `width` − 1 longer than a row of the image after. */
  readonly before: readonly Float64Array[];
  /** Responses and their columns, counted from the first used column. */
  readonly responses: Float64Array;
  readonly columns: Int32Array;
  readonly #columns: Int32Array;
  readonly #rowOf: (y: number) => number;

  /** @param count number of rows of the image before to hold. */
  constructor(equations: Equations, count = equations.height) {
    this.#equations = equations;
    const { width, x, toX, before, border, low, origin } = equations;
    const span = toX - x + width - 1;
    this.before = Array.from({ length: count }, () => new Float64Array(span));
    this.responses = new Float64Array(toX - x);
    this.columns = new Int32Array(toX - x);
    const { map } = BORDERS[border?.mode ?? 'replicate'];
    this.#columns = Int32Array.from({ length: span }, (_, i) =>
      map(x + origin[0] + low[0] + i, before.width),
    );
    this.#rowOf = (y) => map(y + origin[1] + low[1], before.height);
  }

  /** Reads the responses of row `y` of the image after. @returns their number. */
  readResponses(y: number, pair: number): number {
    const { after, channels, conversion, x, toX } = this.#equations;
    const { data, width, channels: step } = after;
    const { channels: indices, weights } = channels[pair]!.after;
    const { shift, scale, lowest, highest } = conversion;
    let usable = 0;
    for (let i = 0, at = (y * width + x) * step; i < toX - x; i++, at += step) {
      let value = 0;
      let isWhole = true;
      for (let c = 0; c < indices.length; c++) {
        const stored = data[at + indices[c]!]!;
        isWhole &&= stored > lowest && stored < highest;
        value += weights[c]! * stored;
      }
      if (!isWhole) continue;
      this.columns[usable] = i;
      this.responses[usable++] = (value - shift) * scale;
    }
    return usable;
  }

  /** Reads the rows of the image before that are under the weights for row `y` of the image after. */
  readBefore(y: number, pair: number): void {
    const { before, channels } = this.#equations;
    this.before.forEach((row, j) => {
      this.#readRow(before, channels[pair]!.before, this.#rowOf(y + j), row);
    });
  }

  #readRow(
    { data, width, channels }: Raster,
    { channels: indices, weights }: Blend,
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
    const first = indices[0]!;
    const isOne = indices.length === 1;
    for (let i = 0; i < row.length; i++) {
      const column = columns[i]!;
      if (column === OUTSIDE) row[i] = outside;
      else if (isOne) row[i] = data[base + column * channels + first]!;
      else {
        let value = 0;
        for (let c = 0; c < indices.length; c++) {
          value += weights[c]! * data[base + column * channels + indices[c]!]!;
        }
        row[i] = value;
      }
    }
  }
}
