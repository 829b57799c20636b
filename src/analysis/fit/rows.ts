// Reads rows of both images as numbers: from the image before, the samples under a row of weights, including
// borders; from the image after, usable responses and their columns.

import { BORDERS, OUTSIDE } from '../../plan/border.js';
import type { Blend } from './channels.js';
import type { Equations } from './equations.js';

/**
 * Reads rows of a pair into arrays that are reused.
 * @param count number of rows of the image before to hold.
 */
export function createRowReader(equations: Equations, count = equations.height) {
  const { width, x, toX, channels, conversion, border, low, origin } = equations;
  const span = toX - x + width - 1;
  const { map } = BORDERS[border?.mode ?? 'replicate'];
  const columnsBefore = Int32Array.from({ length: span }, (_, i) =>
    map(x + origin[0] + low[0] + i, equations.before.width),
  );
  /** Rows of the image before under the kernel, top first, each `width` − 1 longer than a row of the image after. */
  const before: readonly Float64Array[] = Array.from({ length: count }, () => new Float64Array(span));
  /** Responses and their columns, counted from the first used column. */
  const responses = new Float64Array(toX - x);
  const columns = new Int32Array(toX - x);
  const readRow = ({ channels: indices, weights }: Blend, y: number, row: Float64Array) => {
    const { data, width, channels } = equations.before;
    const outside = border?.value ?? 0;
    if (y === OUTSIDE) {
      row.fill(outside);
      return;
    }
    const base = y * width * channels;
    const first = indices[0]!;
    const isOne = indices.length === 1;
    for (let i = 0; i < row.length; i++) {
      const column = columnsBefore[i]!;
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
  };
  return {
    before,
    responses,
    columns,
    /** Reads the responses of row `y` of the image after. @returns their number. */
    readResponses(y: number, pair: number): number {
      const { data, width, channels: step } = equations.after;
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
        columns[usable] = i;
        responses[usable++] = (value - shift) * scale;
      }
      return usable;
    },
    /** Reads the rows of the image before that are under the weights for row `y` of the image after. */
    readBefore(y: number, pair: number): void {
      const blend = channels[pair]!.before;
      before.forEach((row, j) => {
        readRow(blend, map(y + j + origin[1] + low[1], equations.before.height), row);
      });
    },
  };
}
