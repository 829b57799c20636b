// Runs plans over samples: small jobs on this thread, large ones on the pool. The bytes are the same either way.
// Knows nothing of files.

import { ImageError } from '../core/errors.js';
import { arrayOver, bytesPerSample, type Depth, type FeatureMap, type SampleArray } from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import type { Join } from './output/combine-tile.js';
import type { Stats } from './output/requantize.js';
import { isWarm, runOnPool, warmPool } from './pool.js';
import { forgetPrepared, type Prepared, prepare } from './prepare.js';
import { type GroupShape, TileRunner } from './tile.js';
import { instantiateLoops, type Loops, loopsModule } from './wasm-module.js';

/** A thread takes this long to come up; a job that takes no longer than that stays on this one. */
export const MIN_MS_TO_START_THREADS = 60;
/** A job of so many milliseconds gains from threads that are up already. */
export const MIN_MS_TO_SHARE = 1;
/** After a job of so many milliseconds threads come up for the next one. */
const WORTH_WARMING = 15;
/** Longer than this no tile may keep this thread from answering signals, in milliseconds. */
const LONG = 150;
/** This thread answers signals, and says how far a run is, at least this often, in milliseconds. */
const BREATH = 40;

export interface RunOptions {
  readonly threads: number;
  /**
   * Arrays that are no longer needed, one for each map: their memory becomes the map's where type and length fit,
   * since fresh memory can cost more time than filtering does.
   */
  readonly reuse?: readonly (SampleArray | undefined)[];
  /** Told the share (0…1) that is done, now and then. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface RunResult {
  readonly map: FeatureMap;
  /** Threads that computed it. */
  readonly threads: number;
}

/** Milliseconds that plans take on one thread, roughly. */
export function estimate(plans: readonly Plan[]): number {
  return plans.reduce((sum, { cost, output: { width, height, channels } }) => {
    return sum + (cost * width * height * channels) / 1e6;
  }, 0);
}

/**
 * Computes the maps of a bank's plans over one image, in their order. What they share is done once.
 * @throws ImageError where memory for the maps or their tiles cannot be had.
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
  for (const prepared of prepare(plans, null)) {
    const { plans: members, places } = prepared;
    const share = total > 0 ? estimate(members) / total : 1;
    const before = done;
    const report = onProgress && ((part: number) => onProgress(before + part * share));
    const pooled = wantsPool(prepared, threads);
    const targets = members.map((plan, i) =>
      allocate(plan, plan.output.depth, pooled, spare(reuse[places[i]!], inUse)),
    );
    const ran = await run({ prepared, source, targets, pooled, threads, report });
    members.forEach((plan, i) => {
      const map = mapOf(plan, plan.output.depth, targets[i]!, ran.stats[i]!);
      results[places[i]!] = { map, threads: ran.threads };
    });
    done += share;
  }
  return results;
}

/**
 * Computes one map out of the responses of all plans, which must agree in the shape of their maps, tile by tile:
 * no map of a single kernel is ever there as a whole.
 */
export async function runJoined(
  plans: readonly Plan[],
  source: SampleArray,
  join: Join,
  { threads, reuse = [], onProgress }: RunOptions,
): Promise<RunResult> {
  const prepared = prepare(plans, join)[0]!;
  const pooled = wantsPool(prepared, threads);
  const plan = plans[0]!;
  const target = allocate(plan, join.depth, pooled, spare(reuse[0], new Set([source.buffer])));
  const ran = await run({ prepared, source, targets: [target], pooled, threads, report: onProgress });
  return { map: mapOf(plan, join.depth, target, ran.stats[0]!), threads: ran.threads };
}

/** The smallest and largest response of what `runJoined` would compute; no map is made. */
export async function extremesOf(
  plans: readonly Plan[],
  source: SampleArray,
  join: Join,
  { threads, onProgress }: RunOptions,
): Promise<Stats> {
  const prepared = prepare(plans, join)[0]!;
  const pooled = wantsPool(prepared, threads);
  const ran = await run({ prepared, source, targets: [], pooled, threads, report: onProgress });
  return ran.stats[0]!;
}

interface Work {
  readonly prepared: Prepared;
  readonly source: SampleArray;
  readonly targets: readonly SampleArray[];
  readonly pooled: boolean;
  readonly threads: number;
  readonly report: ((share: number) => void) | undefined;
}

async function run(work: Work): Promise<{ stats: readonly Stats[]; threads: number }> {
  try {
    return work.pooled ? await onPool(work) : { stats: await onThisThread(work), threads: 1 };
  } catch (error) {
    forgetPrepared();
    throw error;
  }
}

async function onPool({ prepared, source, targets, threads, report }: Work) {
  const { shape, claims } = prepared;
  const used = Math.min(threads, claims);
  const next = new Int32Array(new SharedArrayBuffer(4));
  const watch = report && setInterval(() => report(Math.min(1, Atomics.load(next, 0) / claims)), BREATH);
  try {
    const work = { next, claims };
    const all = await runOnPool({ ...shape, source: shared(source), targets, work }, used);
    return { stats: all[0]!.stats.map((_, i) => merge(all.map(({ stats }) => stats[i]!))), threads: used };
  } finally {
    clearInterval(watch);
  }
}

/** Whether a group is worth the pool; a single claim is too, where this thread would be busy for long. */
function wantsPool({ plans, claims }: Prepared, threads: number): boolean {
  const milliseconds = estimate(plans);
  if (claims === 1) return milliseconds > LONG;
  return milliseconds > (isWarm(threads) ? MIN_MS_TO_SHARE : MIN_MS_TO_START_THREADS);
}

let loops: Loops | undefined;
let lastTurn: Promise<unknown> = Promise.resolve();

let held: { readonly shape: GroupShape; readonly runner: TileRunner } | undefined;

/** One run at a time: all of them use the one instance of this thread. */
function onThisThread({ prepared, source, targets, threads, report }: Work): Promise<Stats[]> {
  if (estimate(prepared.plans) > WORTH_WARMING && threads > 1) warmPool(threads);
  const turn = lastTurn.then(async () => {
    const runner = runnerFor(prepared.shape);
    runner.begin(source, targets);
    let breath = performance.now();
    for (let claim = 0; claim < prepared.claims; claim++) {
      runner.run(claim);
      if (performance.now() - breath < BREATH) continue;
      report?.((claim + 1) / prepared.claims);
      await new Promise((resolve) => setImmediate(resolve));
      breath = performance.now();
    }
    const { stats } = runner;
    runner.end();
    return stats;
  });
  lastTurn = turn.catch(() => undefined);
  return turn;
}

function runnerFor(shape: GroupShape): TileRunner {
  loops ??= instantiateLoops(loopsModule());
  if (held?.shape !== shape) {
    // The memory is the new runner's from here on, even where it fails.
    held = undefined;
    held = { shape, runner: new TileRunner(shape, loops) };
  }
  return held.runner;
}

/** What several threads noted of one map, as one. */
export function merge(stats: readonly Stats[]): Stats {
  return {
    min: Math.min(...stats.map((s) => s.min)),
    max: Math.max(...stats.map((s) => s.max)),
    clipped: stats.reduce((sum, s) => sum + s.clipped, 0),
  };
}

function mapOf({ output, source }: Plan, depth: Depth, data: SampleArray, stats: Stats): FeatureMap {
  const { width, height, channels } = output;
  const { min, max, clipped } = stats;
  const shape = { width, height, channels, depth, data };
  return { ...shape, sourceScale: source.scale, min, max, clipped: clipped / data.length };
}

/** The same samples in memory that threads share; themselves where they lie in such memory already. */
export function shared<T extends SampleArray>(samples: T): T {
  if (samples.buffer instanceof SharedArrayBuffer) return samples;
  const memory = new SharedArrayBuffer(samples.byteLength);
  const copy = new (samples.constructor as new (buffer: SharedArrayBuffer) => SampleArray)(memory);
  copy.set(samples);
  return copy as T;
}

/** An array to reuse, unless its memory is the image's or another map's; from now on it is in use. */
function spare(reuse: SampleArray | undefined, inUse: Set<ArrayBufferLike>): SampleArray | undefined {
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
  const isAlike = reuse?.BYTES_PER_ELEMENT === bytesPerSample(depth);
  const fits = isAlike && reuse.length === length;
  if (fits && (reuse.buffer instanceof SharedArrayBuffer || !sharedMemory)) return reuse;
  try {
    return makeArray(depth, length, sharedMemory);
  } catch (cause) {
    const problem = `no memory for a map of ${width}×${height}×${channels} samples`;
    throw new ImageError({ subject: `kernel ${kernel}`, problem }, { cause });
  }
}

/** @throws RangeError where memory cannot be had. */
export function makeArray(depth: Depth, length: number, sharedMemory: boolean): SampleArray {
  const bytes = length * bytesPerSample(depth);
  const buffer = sharedMemory ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  return arrayOver(buffer, depth);
}
