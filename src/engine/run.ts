// Runs plans over samples: small jobs on this thread, large ones on the worker pool. The bytes are the same either way.

import { ImageError } from '../core/errors.js';
import { arrayOver, bytesPerSample, type Depth, type FeatureMap, type SampleArray } from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import type { CombineSpec } from './output/combine-tile.js';
import type { Stats } from './output/requantize.js';
import { isWarm, runOnPool, warmPool } from './pool.js';
import { discardPrepared, type PreparedGroup, prepareGroups } from './prepare.js';
import { type GroupShape, TileRunner } from './tile.js';
import { instantiateLoops, type Loops, loopsModule } from './wasm-module.js';

/** Estimated run time in milliseconds above which starting threads pays off: it takes about as long. */
export const MIN_MS_TO_START_THREADS = 60;
/** Estimated run time in milliseconds above which already running threads are used. */
export const MIN_MS_TO_SHARE = 1;
/** Estimated run time in milliseconds above which threads are started for the next job. */
const MIN_MS_TO_WARM = 15;
/** The longest time in milliseconds that one tile may block this thread from handling signals. */
const MAX_BLOCKING_MS = 150;
/** How often, in milliseconds, this thread handles signals and reports progress. */
const YIELD_INTERVAL_MS = 40;

export interface RunOptions {
  readonly threads: number;
  /**
   * Arrays that are no longer needed, one per map: a map is written to its array if type and length match, since
   * allocating fresh memory can take longer than filtering.
   */
  readonly reuse?: readonly (SampleArray | undefined)[];
  /** Called from time to time with the fraction done, 0…1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface RunResult {
  readonly map: FeatureMap;
  /** The number of threads that computed it. */
  readonly threads: number;
}

/** Estimated milliseconds of plans on one thread. */
export function estimate(plans: readonly Plan[]): number {
  return plans.reduce((sum, { cost, output: { width, height, channels } }) => {
    return sum + (cost * width * height * channels) / 1e6;
  }, 0);
}

/**
 * Computes the maps of a bank's plans over one image, in their order. Shared input is read once.
 * @throws ImageError if memory for the maps or tiles cannot be allocated.
 */
export async function runPlans(
  plans: readonly Plan[],
  source: SampleArray,
  { threads, reuse = [], onProgress }: RunOptions,
): Promise<RunResult[]> {
  const results: RunResult[] = [];
  const total = estimate(plans);
  const inUse = new Set<ArrayBufferLike>([source.buffer]);
  let done = 0;
  for (const prepared of prepareGroups(plans, null)) {
    const { plans: members, indices } = prepared;
    const share = total > 0 ? estimate(members) / total : 1;
    const before = done;
    const onShare = onProgress && ((part: number) => onProgress(before + part * share));
    const pooled = shouldUsePool(prepared, threads);
    const targets = members.map((plan, i) =>
      allocate(plan, plan.output.depth, pooled, takeReusable(reuse[indices[i]!], inUse)),
    );
    const outcome = await run({ prepared, source, targets, pooled, threads, onShare });
    members.forEach((plan, i) => {
      const map = toFeatureMap(plan, plan.output.depth, targets[i]!, outcome.stats[i]!);
      results[indices[i]!] = { map, threads: outcome.threads };
    });
    done += share;
  }
  return results;
}

/**
 * Computes one map from the responses of all plans, whose maps must agree in shape, tile by tile: no map of a single
 * kernel is stored as a whole.
 */
export async function runCombined(
  plans: readonly Plan[],
  source: SampleArray,
  combine: CombineSpec,
  { threads, reuse = [], onProgress }: RunOptions,
): Promise<RunResult> {
  const prepared = prepareGroups(plans, combine)[0]!;
  const pooled = shouldUsePool(prepared, threads);
  const plan = plans[0]!;
  const target = allocate(plan, combine.depth, pooled, takeReusable(reuse[0], new Set([source.buffer])));
  const outcome = await run({ prepared, source, targets: [target], pooled, threads, onShare: onProgress });
  return { map: toFeatureMap(plan, combine.depth, target, outcome.stats[0]!), threads: outcome.threads };
}

/** The smallest and largest response of what `runCombined` would compute, without storing a map. */
export async function findExtremes(
  plans: readonly Plan[],
  source: SampleArray,
  combine: CombineSpec,
  { threads, onProgress }: RunOptions,
): Promise<Stats> {
  const prepared = prepareGroups(plans, combine)[0]!;
  const pooled = shouldUsePool(prepared, threads);
  const outcome = await run({ prepared, source, targets: [], pooled, threads, onShare: onProgress });
  return outcome.stats[0]!;
}

interface GroupRun {
  readonly prepared: PreparedGroup;
  readonly source: SampleArray;
  readonly targets: readonly SampleArray[];
  readonly pooled: boolean;
  readonly threads: number;
  readonly onShare: ((share: number) => void) | undefined;
}

async function run(work: GroupRun): Promise<{ stats: readonly Stats[]; threads: number }> {
  try {
    return work.pooled ? await runPooled(work) : { stats: await runInline(work), threads: 1 };
  } catch (error) {
    discardPrepared();
    throw error;
  }
}

async function runPooled({ prepared, source, targets, threads, onShare }: GroupRun) {
  const { shape, unitCount } = prepared;
  const used = Math.min(threads, unitCount);
  const next = new Int32Array(new SharedArrayBuffer(4));
  const timer =
    onShare && setInterval(() => onShare(Math.min(1, Atomics.load(next, 0) / unitCount)), YIELD_INTERVAL_MS);
  try {
    const work = { next, unitCount };
    const all = await runOnPool({ ...shape, source: toSharedMemory(source), targets, work }, used);
    return {
      stats: all[0]!.stats.map((_, i) => mergeStats(all.map(({ stats }) => stats[i]!))),
      threads: used,
    };
  } finally {
    clearInterval(timer);
  }
}

/** Whether a group should run on the pool; even a single work unit should if it would block this thread too long. */
function shouldUsePool({ plans, unitCount }: PreparedGroup, threads: number): boolean {
  const milliseconds = estimate(plans);
  if (unitCount === 1) return milliseconds > MAX_BLOCKING_MS;
  return milliseconds > (isWarm(threads) ? MIN_MS_TO_SHARE : MIN_MS_TO_START_THREADS);
}

let loops: Loops | undefined;
let lastRun: Promise<unknown> = Promise.resolve();

let cachedRunner: { readonly shape: GroupShape; readonly runner: TileRunner } | undefined;

/** One run at a time, since all of them use this thread's single instance of the loops. */
function runInline({ prepared, source, targets, threads, onShare }: GroupRun): Promise<Stats[]> {
  if (estimate(prepared.plans) > MIN_MS_TO_WARM && threads > 1) warmPool(threads);
  const current = lastRun.then(async () => {
    const runner = runnerFor(prepared.shape);
    runner.begin(source, targets);
    let lastYield = performance.now();
    for (let unit = 0; unit < prepared.unitCount; unit++) {
      runner.run(unit);
      if (performance.now() - lastYield < YIELD_INTERVAL_MS) continue;
      onShare?.((unit + 1) / prepared.unitCount);
      await new Promise((resolve) => setImmediate(resolve));
      lastYield = performance.now();
    }
    const { stats } = runner;
    runner.end();
    return stats;
  });
  lastRun = current.catch(() => undefined);
  return current;
}

function runnerFor(shape: GroupShape): TileRunner {
  loops ??= instantiateLoops(loopsModule());
  if (cachedRunner?.shape !== shape) {
    // From here on the memory belongs to the new runner, even if its constructor fails.
    cachedRunner = undefined;
    cachedRunner = { shape, runner: new TileRunner(shape, loops) };
  }
  return cachedRunner.runner;
}

/** Merges the statistics that several threads collected for one map. */
export function mergeStats(stats: readonly Stats[]): Stats {
  return {
    min: Math.min(...stats.map((s) => s.min)),
    max: Math.max(...stats.map((s) => s.max)),
    clipped: stats.reduce((sum, s) => sum + s.clipped, 0),
  };
}

function toFeatureMap({ output, source }: Plan, depth: Depth, data: SampleArray, stats: Stats): FeatureMap {
  const { width, height, channels } = output;
  const { min, max, clipped } = stats;
  const shape = { width, height, channels, depth, data };
  return { ...shape, sourceScale: source.scale, min, max, clipped: clipped / data.length };
}

/** The samples in shared memory: a copy, or the array itself if it already is. */
export function toSharedMemory<T extends SampleArray>(samples: T): T {
  if (samples.buffer instanceof SharedArrayBuffer) return samples;
  const memory = new SharedArrayBuffer(samples.byteLength);
  const copy = new (samples.constructor as new (buffer: SharedArrayBuffer) => SampleArray)(memory);
  copy.set(samples);
  return copy as T;
}

/** The array to reuse, or undefined if its memory is the image's or already taken; marks it as in use. */
function takeReusable(reuse: SampleArray | undefined, inUse: Set<ArrayBufferLike>): SampleArray | undefined {
  if (!reuse || inUse.has(reuse.buffer)) return undefined;
  inUse.add(reuse.buffer);
  return reuse;
}

function allocate(
  { kernel, output: { width, height, channels } }: Plan,
  depth: Depth,
  sharedMemory: boolean,
  reuse: SampleArray | undefined,
): SampleArray {
  const length = width * height * channels;
  const isSameType = reuse?.BYTES_PER_ELEMENT === bytesPerSample(depth);
  const fits = isSameType && reuse.length === length;
  if (fits && (reuse.buffer instanceof SharedArrayBuffer || !sharedMemory)) return reuse;
  try {
    return makeArray(depth, length, sharedMemory);
  } catch (cause) {
    const problem = `no memory for a map of ${width}×${height}×${channels} samples`;
    throw new ImageError({ subject: `kernel ${kernel}`, problem }, { cause });
  }
}

/** @throws RangeError if memory cannot be allocated. */
export function makeArray(depth: Depth, length: number, sharedMemory: boolean): SampleArray {
  const bytes = length * bytesPerSample(depth);
  const buffer = sharedMemory ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  return arrayOver(buffer, depth);
}
