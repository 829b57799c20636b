// Runs the layers of a stack over one tensor, on all threads or, where that is little, on this one. Knows no file.

import { isWarm, runOnThreads } from '../../runtime/worker-pool.js';
import type { Task } from '../../runtime/worker-task.js';
import type { Normalise, NormaliseOver } from '../layer.js';
import type { StackPlan } from '../plan/fuse-layers.js';
import { macsOf } from '../plan/shape-inference.js';
import { sizeOf, type Tensor } from '../tensor.js';
import { instantiateLayerLoops, type LayerLoops, layersModule } from '../wasm.js';
import { BandRun, bandCount, type FusedGroup } from './band-run.js';
import type { BandJob } from './band-worker.js';
import { BufferPool, sharedFloats } from './buffer-pool.js';

const BANDS: Task<BandJob> = {
  module: new URL('./band-worker.js', import.meta.url),
  name: 'layers',
  setup: layersModule,
};

/** Milliseconds of work that are worth the threads, and that are worth starting them. */
const MIN_MS_TO_SHARE = 4;
const MIN_MS_TO_START_THREADS = 60;
/** So long this thread works without letting others, such as a signal, have their turn. */
const YIELD_INTERVAL_MS = 100;

export interface LayersRun {
  /** The outputs that were wanted, by the number of their layer. */
  readonly kept: ReadonlyMap<number, Tensor>;
  /** Milliseconds by layer; where threads share a stretch of layers, its time is shared out by theirs. */
  readonly ms: readonly number[];
  /** Threads that took part. */
  readonly threads: number;
}

export interface LayersOptions {
  readonly threads: number;
  /** Memory of earlier runs, and what this one leaves. Results are given back by whoever is done with them. */
  readonly spares?: BufferPool | undefined;
  /** Told the share (0…1) of layers that are done. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/**
 * Runs the layers.
 * @param takeInput makes the input, or hands it over: nothing here holds it longer than it is needed.
 * @throws RangeError where there is not as much memory as was planned.
 */
export async function runLayers(
  { stretches, bytes }: StackPlan,
  takeInput: () => Tensor,
  kept: ReadonlySet<number>,
  { threads, spares = new BufferPool(), onProgress }: LayersOptions,
): Promise<LayersRun> {
  const results = new Map<number, Tensor>();
  const ms: number[] = [];
  let current = takeInput();
  let isOurs = false;
  let used = 1;
  for (const planned of stretches) {
    const started = performance.now();
    const stretch = withMeans(planned, current);
    const shape = stretch.shapes.at(-1)!;
    const target: Tensor = { ...shape, values: spares.take(sizeOf(shape)) };
    spares.keepTo(bytes - planned.bytes);
    const source = inSharedMemory(current.values);
    const ran = await runStretch(stretch, source, target.values, threads);
    used = Math.max(used, ran.threads);
    const wall = performance.now() - started;
    const total = ran.took.reduce((sum, one) => sum + one, 0) || 1;
    ms.push(...ran.took.map((one) => (one / total) * wall));
    // The input is the caller's, and what is wanted stays; other memory is soon wanted again.
    if (isOurs) spares.give(source);
    current = target;
    const last = planned.first + planned.layers.length - 1;
    isOurs = !kept.has(last);
    if (!isOurs) results.set(last, target);
    onProgress?.((last + 1) / (stretches.at(-1)!.first + stretches.at(-1)!.layers.length));
  }
  return { kept: results, ms, threads: used };
}

function inSharedMemory(values: Float32Array): Float32Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = sharedFloats(values.length);
  copy.set(values);
  return copy;
}

async function runStretch(
  stretch: FusedGroup,
  source: Float32Array,
  target: Float32Array,
  threads: number,
): Promise<{ readonly took: readonly number[]; readonly threads: number }> {
  const bands = bandCount(stretch);
  const count = Math.min(threads, bands);
  const isWorthIt = estimate(stretch) > (isWarm(count) ? MIN_MS_TO_SHARE : MIN_MS_TO_START_THREADS);
  if (count === 1 || !isWorthIt) return { took: await runHere(stretch, source, target), threads: 1 };
  const next = new Int32Array(new SharedArrayBuffer(4));
  const all = await runOnThreads<BandJob, readonly number[]>(BANDS, { stretch, source, target, next }, count);
  const took = stretch.layers.map((_, i) => all.reduce((sum, one) => sum + one[i]!, 0));
  return { took, threads: count };
}

let ownLoops: LayerLoops | undefined;
let lastTurn: Promise<unknown> = Promise.resolve();

/** One run at a time: all use the one memory of this thread. */
function runHere(stretch: FusedGroup, source: Float32Array, target: Float32Array): Promise<number[]> {
  const turn = lastTurn.then(async () => {
    ownLoops ??= instantiateLayerLoops(layersModule());
    const run = new BandRun(stretch, ownLoops);
    let breath = performance.now();
    for (let band = 0; band < bandCount(stretch); band++) {
      run.run(band, source, target);
      if (performance.now() - breath < YIELD_INTERVAL_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      breath = performance.now();
    }
    return run.took;
  });
  lastTurn = turn.catch(() => undefined);
  return turn;
}

/** Milliseconds on one thread, roughly: 15 GMAC/s, and 2 ns for each value that is made. */
function estimate({ layers, shapes }: FusedGroup): number {
  return layers.reduce((sum, layer, i) => {
    return sum + macsOf(layer, shapes[i]!, shapes[i + 1]!) / 15e6 + (2 * sizeOf(shapes[i + 1]!)) / 1e6;
  }, 0);
}

/** The stretch with numbers for a first layer that normalises by those of the maps that are there. */
function withMeans(stretch: FusedGroup, input: Tensor): FusedGroup {
  const [first, ...others] = stretch.layers;
  if (first?.type !== 'normalise-over') return stretch;
  return { ...stretch, layers: [measured(first, input), ...others] };
}

/** Means and deviations (of all values, not one less), summed in float64. */
function measured({ name, over, epsilon }: NormaliseOver, { values, ...shape }: Tensor): Normalise {
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
