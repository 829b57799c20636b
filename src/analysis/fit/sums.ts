// Sums up the equations of a pair, on threads if worthwhile: all that least squares needs from the images.

import { toSharedMemory } from '../../core/image.js';
import { loopsModule } from '../../engine/wasm-module.js';
import { runUnitsHere, runUnitsOnThreads, type SharedUnits } from '../../runtime/units.js';
import type { Task } from '../../runtime/worker-task.js';
import type { Equations, Raster } from './equations.js';
import { type BandSums, bandSums, bandsOf, type GramJob, sizeOf, unknownsOf } from './gram-job.js';

export interface Sums {
  /** Products of all pairs of: samples under each weight, ones, responses; symmetric, by rows. */
  readonly products: readonly Float64Array[];
  /** Number of equations. */
  readonly count: number;
  /** Number of positions ignored because their value may have been clipped. */
  readonly leftOut: number;
}

const GRAMS: Task<GramJob> = {
  module: new URL('./gram-job.js', import.meta.url),
  name: 'fitting',
  setup: loopsModule,
};

/** Fewer multiplications finish before a thread has started. */
const MIN_PRODUCTS_TO_SHARE = 3e8;

/** Sums the equations. @throws RangeError if memory is insufficient. */
export async function sumEquations(
  equations: Equations,
  threads: number,
  onProgress?: (share: number) => void,
): Promise<Sums> {
  const size = sizeOf(equations);
  const { count, rows } = bandsOf(equations);
  const { toX, x, channels } = equations;
  const work = count * rows * (toX - x) * channels.length * (size ** 2 / 2);
  let bands: BandSums[] = [];
  if (threads > 1 && count > 1 && work > MIN_PRODUCTS_TO_SHARE) {
    const shared = {
      ...equations,
      before: inSharedMemory(equations.before),
      after: inSharedMemory(equations.after),
    };
    const jobOf = (bands: SharedUnits): GramJob => ({ equations: shared, bands });
    const used = Math.min(threads, count);
    const parts: (readonly BandSums[])[] = await runUnitsOnThreads(GRAMS, jobOf, count, used, onProgress);
    bands = parts.flat().sort((a, b) => a.band - b.band);
  } else {
    const sum = bandSums(equations, loopsModule());
    await runUnitsHere(count, (band) => void bands.push(sum(band)), onProgress);
  }
  const total = new Float64Array(size * size);
  let leftOut = 0;
  for (const band of bands) {
    for (let i = 0; i < total.length; i++) total[i]! += band.sums[i]!;
    leftOut += band.leftOut;
  }
  const unknowns = unknownsOf(equations);
  const products = Array.from({ length: unknowns }, (_, i) =>
    Float64Array.from({ length: unknowns }, (_, j) => total[Math.min(i, j) * size + Math.max(i, j)]!),
  );
  return { products, count: products[unknowns - 2]![unknowns - 2]!, leftOut };
}

function inSharedMemory(raster: Raster): Raster {
  return { ...raster, data: toSharedMemory(raster.data) };
}
