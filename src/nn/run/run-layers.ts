// Runs the layers of a stack on one tensor, group by group, and on several threads where that saves time. Returns the
// outputs of the requested layers, and the time that each layer took.

import { toSharedMemory } from '../../core/image.js';
import { instantiate } from '../../io/wasm-file.js';
import { runUnitsHere, runUnitsOnThreads, type SharedUnits } from '../../runtime/units.js';
import { isWarm } from '../../runtime/worker-pool.js';
import type { Task } from '../../runtime/worker-task.js';
import type { Normalise, NormaliseOver } from '../layer.js';
import type { StackPlan } from '../plan/fuse-layers.js';
import { macsOf } from '../plan/shape-inference.js';
import { sizeOf, type Tensor } from '../tensor.js';
import { type LayerLoops, layersModule } from '../wasm.js';
import { bandCount, createBandRun, type FusedGroup } from './band-run.js';
import type { BandJob } from './band-worker.js';
import { BufferPool } from './buffer-pool.js';

const BANDS: Task<BandJob> = {
  module: new URL('./band-worker.js', import.meta.url),
  name: 'layers',
  setup: layersModule,
};

/** Milliseconds of work for which using threads, or starting them, is worthwhile. */
const MIN_MS_TO_SHARE = 4;
const MIN_MS_TO_START_THREADS = 60;

export interface LayersRun {
  /** The requested outputs, by layer index. */
  readonly kept: ReadonlyMap<number, Tensor>;
  /** Milliseconds per layer; the time of a group on several threads is divided in proportion to their times. */
  readonly ms: readonly number[];
  /** Number of threads used. */
  readonly threads: number;
}

export interface LayersOptions {
  readonly threads: number;
  /** Memory of earlier runs, to which this one returns its own. The caller returns the memory of results. */
  readonly buffers?: BufferPool | undefined;
  /** Called with the share (0…1) of layers done. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/**
 * Runs the layers.
 * @param takeInput creates or hands over the input, which is released as soon as possible.
 * @throws RangeError if the planned memory is not available.
 */
export async function runLayers(
  { groups, bytes }: StackPlan,
  takeInput: () => Tensor,
  kept: ReadonlySet<number>,
  { threads, buffers = new BufferPool(), onProgress }: LayersOptions,
): Promise<LayersRun> {
  const results = new Map<number, Tensor>();
  const ms: number[] = [];
  let current = takeInput();
  let isOurs = false;
  let used = 1;
  for (const planned of groups) {
    const started = performance.now();
    const group = resolveNormalisation(planned, current);
    const shape = group.shapes.at(-1)!;
    const target: Tensor = { ...shape, values: buffers.take(sizeOf(shape)) };
    buffers.shrinkTo(bytes - planned.bytes);
    const source = toSharedMemory(current.values);
    const outcome = await runGroup(group, source, target.values, threads);
    used = Math.max(used, outcome.threads);
    const elapsed = performance.now() - started;
    const total = outcome.elapsedMs.reduce((sum, one) => sum + one, 0) || 1;
    ms.push(...outcome.elapsedMs.map((one) => (one / total) * elapsed));
    // The input belongs to the caller and requested outputs are kept; other memory is returned for reuse.
    if (isOurs) buffers.release(source);
    current = target;
    const last = planned.first + planned.layers.length - 1;
    isOurs = !kept.has(last);
    if (!isOurs) results.set(last, target);
    onProgress?.((last + 1) / (groups.at(-1)!.first + groups.at(-1)!.layers.length));
  }
  return { kept: results, ms, threads: used };
}

async function runGroup(
  group: FusedGroup,
  source: Float32Array,
  target: Float32Array,
  threads: number,
): Promise<{ readonly elapsedMs: readonly number[]; readonly threads: number }> {
  const bands = bandCount(group);
  const count = Math.min(threads, bands);
  const isWorthIt = estimate(group) > (isWarm(count) ? MIN_MS_TO_SHARE : MIN_MS_TO_START_THREADS);
  if (count === 1 || !isWorthIt)
    return { elapsedMs: await runOnThisThread(group, source, target), threads: 1 };
  const jobOf = (units: SharedUnits): BandJob => ({ group, source, target, bands: units });
  const all = await runUnitsOnThreads<BandJob, readonly number[]>(BANDS, jobOf, bands, count);
  const elapsedMs = group.layers.map((_, i) => all.reduce((sum, one) => sum + one[i]!, 0));
  return { elapsedMs, threads: count };
}

let ownLoops: LayerLoops | undefined;
let lastRun: Promise<unknown> = Promise.resolve();

/** Runs are serialized, because they share this thread's memory. */
function runOnThisThread(group: FusedGroup, source: Float32Array, target: Float32Array): Promise<number[]> {
  const current = lastRun.then(async () => {
    ownLoops ??= instantiate<LayerLoops>(layersModule());
    const run = createBandRun(group, ownLoops);
    await runUnitsHere(bandCount(group), (band) => run.run(band, source, target));
    return run.elapsedMs;
  });
  // The next run waits for its end only; the caller gets its error.
  lastRun = current.catch(() => undefined);
  return current;
}

/** Estimated milliseconds on one thread: 15 GMAC/s, and 2 ns per output value. */
function estimate({ layers, shapes }: FusedGroup): number {
  return layers.reduce((sum, layer, i) => {
    return sum + macsOf(layer, shapes[i]!, shapes[i + 1]!) / 15e6 + (2 * sizeOf(shapes[i + 1]!)) / 1e6;
  }, 0);
}

/** Replaces a first layer that normalises by statistics of its input by one with the computed numbers. */
function resolveNormalisation(group: FusedGroup, input: Tensor): FusedGroup {
  const [first, ...others] = group.layers;
  if (first?.type !== 'normalise-over') return group;
  return { ...group, layers: [measureNormalisation(first, input), ...others] };
}

/** Means and population standard deviations, summed in float64. */
function measureNormalisation(
  { name, over, epsilon }: NormaliseOver,
  { values, ...shape }: Tensor,
): Normalise {
  const { channels } = shape;
  const size = over === 'map' ? sizeOf(shape) / channels : sizeOf(shape);
  const mean = new Float32Array(channels);
  const std = new Float32Array(channels);
  for (let start = 0, c = 0; start < values.length; start += size, c++) {
    let sum = 0;
    for (let i = start; i < start + size; i++) sum += values[i]!;
    const middle = sum / size;
    let squares = 0;
    for (let i = start; i < start + size; i++) squares += (values[i]! - middle) ** 2;
    const [from, to] = over === 'map' ? [c, c + 1] : [0, channels];
    mean.fill(middle, from, to);
    std.fill(Math.sqrt(squares / size + epsilon), from, to);
  }
  return { type: 'normalise', name, mean, std };
}
