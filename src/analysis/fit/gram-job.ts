// Computes sums of products of all pairs of rows of the equations' matrix, by bands of image rows. The sums
// of a band do not depend on the thread, and bands are added in order, so that results are equal for any
// number of threads.

import { instantiateLoops } from '../../engine/wasm-module.js';
import { Arena } from '../../runtime/arena.js';
import { type SharedUnits, takeUnits } from '../../runtime/units.js';
import type { JobResult } from '../../runtime/worker-task.js';
import type { Equations } from './equations.js';
import { MAX_COLUMNS, Patches, unknownsOf } from './patches.js';

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

/** Maximum number of bands; their sums are held until all are computed. */
const MAX_BANDS = 64;

/** The number of bands, and the number of used rows in each. */
export function bandsOf({ y, toY, step }: Equations): { readonly count: number; readonly rows: number } {
  const rows = Math.ceil((toY - y) / step);
  const each = Math.ceil(rows / MAX_BANDS);
  return { count: Math.ceil(rows / each), rows: each };
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
  const patches = new Patches(equations, matrix, pitch);
  const rows = unknownsOf(equations);
  const take = (count: number) => {
    if (count % 2 === 1) for (let row = 0; row < rows; row++) matrix[row * pitch + count] = 0;
    loops.gramF64(matrixAt, pitch * 8, size, count + (count % 2), sumsAt);
  };
  return (band) => {
    sums.fill(0);
    const each = bandsOf(equations).rows;
    const { y, toY, step, channels } = equations;
    let leftOut = 0;
    for (let row = band * each; row < (band + 1) * each && y + row * step < toY; row++) {
      for (let pair = 0; pair < channels.length; pair++) leftOut += patches.read(y + row * step, pair, take);
    }
    return { band, sums: sums.slice(), leftOut };
  };
}
