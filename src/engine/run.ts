// Runs a plan over samples: small jobs on this thread, large ones on the pool. The bytes are the same either
// way. Knows nothing of files.

import { ImageError } from '../errors.js';
import type { Plan } from '../plan/plan.js';
import type { FeatureMap, SampleArray } from '../samples.js';
import { packPlan } from './packed.js';
import { isWarm, runOnPool } from './pool.js';
import { claimCount, type Stats, TileRunner } from './tile.js';
import { instantiateLoops, type Loops, loopsModule } from './wasm.js';

/** A thread takes this long to come up; a job that takes no longer than that stays on this one. */
const THREAD_START = 60;
/** A job of so many milliseconds gains from threads that are up already. */
const WARM_GAIN = 3;
/** Longer than this no tile may keep this thread from answering signals, in milliseconds. */
const LONG = 150;
/** This thread answers signals at least this often, in milliseconds. */
const BREATH = 40;

export interface RunResult {
  readonly map: FeatureMap;
  /** Threads that computed it. */
  readonly threads: number;
}

/** Milliseconds that a plan takes on one thread, roughly. */
export function estimate({ cost, output: { width, height, channels } }: Plan): number {
  return (cost * width * height * channels) / 1e6;
}

/** Whether a plan is worth the pool; a single claim is too, where this thread would be busy for long. */
export function wantsPool(plan: Plan, threads: number): boolean {
  const milliseconds = estimate(plan);
  if (claimCount(plan) === 1) return milliseconds > LONG;
  return milliseconds > (isWarm(threads) ? WARM_GAIN : THREAD_START);
}

/**
 * Computes the map of a plan over `source`, the samples of the shape planned for.
 * @param reuse an array that is no longer needed: its memory becomes the map's where type and length fit, since
 *   fresh memory can cost more time than filtering does.
 * @throws ImageError where memory for the map or its tiles cannot be had.
 */
export async function runPlan(
  plan: Plan,
  source: SampleArray,
  threads: number,
  reuse?: SampleArray,
): Promise<RunResult> {
  const pooled = wantsPool(plan, threads);
  const target = allocate(plan, pooled, reuse);
  const used = pooled ? Math.min(threads, claimCount(plan)) : 1;
  const stats = pooled
    ? await onPool(plan, source, target, used)
    : [await onThisThread(plan, source, target)];
  const { width, height, channels, depth } = plan.output;
  const map: FeatureMap = {
    width,
    height,
    channels,
    depth,
    data: target,
    sourceScale: plan.source.scale,
    min: Math.min(...stats.map((s) => s.min)),
    max: Math.max(...stats.map((s) => s.max)),
    clipped: stats.reduce((sum, s) => sum + s.clipped, 0) / target.length,
  };
  return { map, threads: used };
}

async function onPool(
  plan: Plan,
  source: SampleArray,
  target: SampleArray,
  threads: number,
): Promise<Stats[]> {
  const next = new Int32Array(new SharedArrayBuffer(4));
  return runOnPool({ ...packPlan(plan), source: shared(source), target, next }, threads);
}

let loops: Loops | undefined;
let lastTurn: Promise<unknown> = Promise.resolve();

/** One plan at a time: all of them use the one instance of this thread. */
function onThisThread(plan: Plan, source: SampleArray, target: SampleArray): Promise<Stats> {
  const turn = lastTurn.then(async () => {
    loops ??= instantiateLoops(loopsModule());
    const runner = new TileRunner(plan, loops, source, target);
    let breath = performance.now();
    for (let claim = 0; claim < claimCount(plan); claim++) {
      runner.run(claim);
      if (performance.now() - breath < BREATH) continue;
      await new Promise((resolve) => setImmediate(resolve));
      breath = performance.now();
    }
    return runner.stats;
  });
  lastTurn = turn.catch(() => undefined);
  return turn;
}

/** The same samples in memory that threads share; themselves where they lie in such memory already. */
export function shared<T extends SampleArray>(samples: T): T {
  if (samples.buffer instanceof SharedArrayBuffer) return samples;
  const copy = makeArray(samples, samples.length, true);
  copy.set(samples);
  return copy as T;
}

function allocate(plan: Plan, sharedMemory: boolean, reuse: SampleArray | undefined): SampleArray {
  const { width, height, channels, depth } = plan.output;
  const like = depth === 8 ? new Uint8Array() : depth === 16 ? new Uint16Array() : new Float32Array();
  const length = width * height * channels;
  const fits = reuse?.constructor === like.constructor && reuse.length === length;
  if (reuse && fits && reuse.buffer instanceof SharedArrayBuffer === sharedMemory) return reuse;
  try {
    return makeArray(like, length, sharedMemory);
  } catch (cause) {
    const problem = `no memory for a map of ${width}×${height}×${channels} samples`;
    throw new ImageError({ subject: `kernel ${plan.kernel}`, problem }, { cause });
  }
}

function makeArray(like: SampleArray, length: number, sharedMemory: boolean): SampleArray {
  const bytes = length * like.BYTES_PER_ELEMENT;
  const buffer = sharedMemory ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  if (like instanceof Uint8Array) return new Uint8Array(buffer);
  return like instanceof Uint16Array ? new Uint16Array(buffer) : new Float32Array(buffer);
}
