// The equations of a pair summed up, on threads where that is worth it: all that least squares needs of the images.

import type { SampleArray } from '../../core/image.js';
import { loopsModule } from '../../engine/wasm-module.js';
import { runOnThreads } from '../../runtime/worker-pool.js';
import type { Task } from '../../runtime/worker-task.js';
import type { Equations } from './equations.js';
import { type BandSums, bandSums, bandsOf, type GramJob, sizeOf } from './gram-job.js';
import { unknownsOf } from './patches.js';

export interface Sums {
  /** Products of all pairs of: the samples under each weight, ones, the responses; symmetric, row by row. */
  readonly products: readonly Float64Array[];
  /** Equations that were summed. */
  readonly count: number;
  /** Positions left out because their value may have been cut off. */
  readonly leftOut: number;
}

const GRAMS: Task<GramJob> = {
  module: new URL('./gram-job.js', import.meta.url),
  name: 'fitting',
  setup: loopsModule,
};

/** Fewer multiplications than this are done before a thread has come up. */
const MIN_PRODUCTS_TO_SHARE = 3e8;

const PROGRESS_INTERVAL = 100;

/** Sums the equations. @throws RangeError for a lack of memory. */
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
    ? await onThreads(equations, Math.min(threads, count), count, onProgress)
    : await here(equations, count, onProgress);
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

async function onThreads(
  equations: Equations,
  threads: number,
  count: number,
  onProgress?: (share: number) => void,
): Promise<BandSums[]> {
  const raster = <T extends { readonly data: SampleArray }>(one: T): T => ({
    ...one,
    data: shared(one.data),
  });
  const job = {
    equations: { ...equations, before: raster(equations.before), after: raster(equations.after) },
    next: new Int32Array(new SharedArrayBuffer(4)),
  };
  const tell = () => onProgress?.(Math.min(1, Atomics.load(job.next, 0) / count));
  const timer = onProgress && setInterval(tell, PROGRESS_INTERVAL).unref();
  const done = runOnThreads<GramJob, readonly BandSums[]>(GRAMS, job, threads);
  const parts = await done.finally(() => clearInterval(timer));
  return parts.flat().sort((a, b) => a.band - b.band);
}

/** Samples that all threads see; large images lie in such memory already. */
function shared(data: SampleArray): SampleArray {
  if (data.buffer instanceof SharedArrayBuffer) return data;
  const memory = new SharedArrayBuffer(data.byteLength);
  const copy = new (data.constructor as new (buffer: SharedArrayBuffer) => SampleArray)(memory);
  copy.set(data);
  return copy;
}

async function here(
  equations: Equations,
  count: number,
  onProgress?: (share: number) => void,
): Promise<BandSums[]> {
  const sum = bandSums(equations, loopsModule());
  const bands: BandSums[] = [];
  for (let band = 0; band < count; band++) {
    bands.push(sum(band));
    onProgress?.((band + 1) / count);
    // Signals are answered in between.
    if (band % 8 === 7) await new Promise((resolve) => setImmediate(resolve));
  }
  return bands;
}
