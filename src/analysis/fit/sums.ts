// Sums up the equations of a pair, on threads if worthwhile. Returns everything that least squares needs from
// the images.

import { type SampleArray, toSharedMemory } from '../../core/image.js';
import { loopsModule } from '../../engine/wasm-module.js';
import { runUnitsHere, runUnitsOnThreads, type SharedUnits } from '../../runtime/units.js';
import type { Task } from '../../runtime/worker-task.js';
import type { Equations } from './equations.js';
import { type BandSums, bandSums, bandsOf, type GramJob, sizeOf } from './gram-job.js';
import { unknownsOf } from './patches.js';

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
  const isShared = threads > 1 && count > 1 && work > MIN_PRODUCTS_TO_SHARE;
  const bands = isShared
    ? await sumOnThreads(equations, Math.min(threads, count), count, onProgress)
    : await sumOnThisThread(equations, count, onProgress);
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

async function sumOnThreads(
  equations: Equations,
  threads: number,
  count: number,
  onProgress?: (share: number) => void,
): Promise<BandSums[]> {
  const raster = <T extends { readonly data: SampleArray }>(one: T): T => ({
    ...one,
    data: toSharedMemory(one.data),
  });
  const shared = { ...equations, before: raster(equations.before), after: raster(equations.after) };
  const jobOf = (bands: SharedUnits): GramJob => ({ equations: shared, bands });
  const parts = await runUnitsOnThreads<GramJob, readonly BandSums[]>(
    GRAMS,
    jobOf,
    count,
    threads,
    onProgress,
  );
  return parts.flat().sort((a, b) => a.band - b.band);
}

async function sumOnThisThread(
  equations: Equations,
  count: number,
  onProgress?: (share: number) => void,
): Promise<BandSums[]> {
  const sum = bandSums(equations, loopsModule());
  const bands: BandSums[] = [];
  await runUnitsHere(count, (band) => void bands.push(sum(band)), onProgress);
  return bands;
}
