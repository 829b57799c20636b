// Sums products of all pairs of rows of the equations' matrix, by bands of image rows. Results are equal for
// any number of threads: the sums of a band do not depend on the thread, and bands are added in order.

import { instantiateLoops } from '../../engine/wasm-module.js';
import { Arena } from '../../runtime/arena.js';
import { type SharedUnits, takeUnits } from '../../runtime/units.js';
import type { JobResult } from '../../runtime/worker-task.js';
import type { Equations } from './equations.js';
import { createRowReader } from './rows.js';

export interface GramJob {
  readonly equations: Equations;
  readonly bands: SharedUnits;
}

/** Sums of one band: size × size numbers, of which only those with row ≤ column are used. */
export interface BandSums {
  readonly band: number;
  readonly sums: Float64Array;
  readonly leftOut: number;
}

/** Maximum number of columns of the matrix. */
const MAX_COLUMNS = 256;

/** Maximum number of bands; their sums are held until all are computed. */
const MAX_BANDS = 64;

/** The number of bands, and the number of used rows in each. */
export function bandsOf({ y, toY, step }: Equations): { readonly count: number; readonly rows: number } {
  const rows = Math.ceil((toY - y) / step);
  const each = Math.ceil(rows / MAX_BANDS);
  return { count: Math.ceil(rows / each), rows: each };
}

/** Number of matrix rows: weights, ones, responses. */
export function unknownsOf({ width, height }: Pick<Equations, 'width' | 'height'>): number {
  return width * height + 2;
}

/** Number of matrix rows, rounded up to a multiple of 3 for the loops. */
export function sizeOf(equations: Equations): number {
  return Math.ceil(unknownsOf(equations) / 3) * 3;
}

/** Creates the thread's loops and the function that runs its jobs. */
export function open(loopsModule: WebAssembly.Module): (job: GramJob) => JobResult<readonly BandSums[]> {
  return ({ equations, bands }) => {
    const sum = bandSums(equations, loopsModule);
    const answer = Array.from(takeUnits(bands), sum);
    return { answer, transfer: answer.map(({ sums }) => sums.buffer as ArrayBuffer) };
  };
}

/** Returns a function that sums one band. */
export function bandSums(equations: Equations, loopsModule: WebAssembly.Module): (band: number) => BandSums {
  const loops = instantiateLoops(loopsModule);
  const arena = new Arena(loops);
  const size = sizeOf(equations);
  // Two more numbers than columns: rows spaced by a power of 2 would compete for few cache sets.
  const pitch = MAX_COLUMNS + 2;
  const matrixAt = arena.take(size * pitch * 8);
  const sumsAt = arena.take(size * size * 8);
  const memory = arena.commit();
  const matrix = new Float64Array(memory, matrixAt, size * pitch);
  const sums = new Float64Array(memory, sumsAt, size * size);
  const { width, height, flip, x, toX, y, toY, step, channels } = equations;
  const area = width * height;
  const rows = createRowReader(equations);
  /**
   * Writes equations as columns of the matrix: one matrix row per weight with the samples under it, then a row of
   * ones, then the responses. Adds the products of its rows.
   */
  const take = (from: number, count: number) => {
    const { before, responses, columns } = rows;
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
    if (count % 2 === 1) for (let row = 0; row < area + 2; row++) matrix[row * pitch + count] = 0;
    loops.gramF64(matrixAt, pitch * 8, size, count + (count % 2), sumsAt);
  };
  const each = bandsOf(equations).rows;
  return (band) => {
    sums.fill(0);
    let leftOut = 0;
    for (let i = band * each; i < (band + 1) * each && y + i * step < toY; i++) {
      for (let pair = 0; pair < channels.length; pair++) {
        // Positions with possibly clipped values have no column.
        const usable = rows.readResponses(y + i * step, pair);
        if (usable > 0) rows.readBefore(y + i * step, pair);
        for (let from = 0; from < usable; from += MAX_COLUMNS)
          take(from, Math.min(MAX_COLUMNS, usable - from));
        leftOut += toX - x - usable;
      }
    }
    return { band, sums: sums.slice(), leftOut };
  };
}
