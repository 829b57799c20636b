// Runs works over the samples of a whole image: small ones on this thread, large ones on the worker pool. The bytes are
// the same either way.

import { ImageError } from '../core/errors.js';
import {
  arrayOver,
  bytesPerSample,
  type FeatureMap,
  type SampleArray,
  toSharedMemory,
} from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import { isWarm } from '../runtime/worker-pool.js';
import { type Executor, inlineExecutor, poolExecutor } from './executor.js';
import type { Stats } from './output/requantize.js';
import { warmPool } from './pool.js';
import { discardPrepared, type PreparedWork, prepareWork } from './prepare.js';
import { allPlans, type MapWork, mapsOf, rowSamples } from './stages.js';

/** Estimated run time in milliseconds above which starting threads pays off: it takes about as long. */
export const MIN_MS_TO_START_THREADS = 60;
/** Estimated run time in milliseconds above which already running threads are used. */
export const MIN_MS_TO_SHARE = 1;
/** The longest time in milliseconds that one tile may block this thread from handling signals. */
const MAX_BLOCKING_MS = 150;
/** Nanoseconds per sample for the stages around a kernel: conversion to float, tone curve, mapping. */
const STAGES_COST = 20;

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

/** The maps of a work: their samples, if it stores any, and their statistics. */
export interface WorkResult {
  readonly data: readonly SampleArray[];
  readonly stats: readonly Stats[];
  /** The number of threads that computed it. */
  readonly threads: number;
}

/** Estimated milliseconds of plans on one thread. */
export function estimate(plans: readonly Plan[]): number {
  return plans.reduce((sum, { cost, output: { width, height, channels } }) => {
    return sum + (cost * width * height * channels) / 1e6;
  }, 0);
}

/** The same for a work, with its stages. */
export function estimateWork(work: MapWork): number {
  const stages = work.stages.kind === 'rows' || work.copiesAlpha ? STAGES_COST : 0;
  return estimate(allPlans(work)) + (stages * rowSamples(work) * work.plans[0]!.output.height) / 1e6;
}

/**
 * Runs works over one image, in their order.
 * @throws ImageError if memory for the maps or tiles cannot be allocated.
 */
export async function runWorks(
  works: readonly MapWork[],
  source: SampleArray,
  { threads, reuse = [], onProgress }: RunOptions,
): Promise<WorkResult[]> {
  const results: WorkResult[] = [];
  const costs = works.map(estimateWork);
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const inUse = new Set<ArrayBufferLike>([source.buffer]);
  let done = 0;
  let map = 0;
  for (const [i, work] of works.entries()) {
    const share = total > 0 ? costs[i]! / total : 1;
    const before = done;
    const onShare = onProgress && ((part: number) => onProgress(before + part * share));
    const prepared = prepareWork(work);
    const executor = executorFor(prepared, threads);
    const count = work.onlyStats ? 0 : mapsOf(work);
    const targets = Array.from({ length: count }, () => {
      return allocate(work, executor, takeReusable(reuse[map++], inUse));
    });
    const samples = executor.needsSharedMemory ? toSharedMemory(source) : source;
    try {
      const ran = await executor.run({ prepared, source: samples, targets, rows: null, onShare });
      results.push({ data: targets, ...ran });
    } catch (error) {
      discardPrepared();
      throw error;
    }
    done += share;
  }
  return results;
}

/** The pool for works that take long enough; even a single work unit is one if it would block this thread too long. */
function executorFor({ work, unitCount }: PreparedWork, threads: number): Executor {
  if (unitCount === 1 && estimateWork(work) <= MAX_BLOCKING_MS) return inlineExecutor;
  return chooseExecutor([work], threads);
}

/** Estimated milliseconds of the work on this thread that worker threads would have done if they had been running. */
let inlineMs = 0;

/** This thread for works that end sooner than threads would start. */
export function chooseExecutor(works: readonly MapWork[], threads: number): Executor {
  const milliseconds = works.reduce((sum, work) => sum + estimateWork(work), 0);
  const least = isWarm(threads) ? MIN_MS_TO_SHARE : MIN_MS_TO_START_THREADS;
  if (milliseconds > least) return poolExecutor(threads);
  if (milliseconds <= MIN_MS_TO_SHARE) return inlineExecutor;
  // Threads are not started for the first work, which is often the only one: starting them would slow it down.
  inlineMs += milliseconds;
  if (inlineMs > MIN_MS_TO_START_THREADS && threads > 1) warmPool(threads);
  return inlineExecutor;
}

/** A map of a work as a feature map. */
export function toFeatureMap(work: MapWork, data: SampleArray, stats: Stats): FeatureMap {
  return { ...mapFacts(work, stats), data };
}

/** A map without its samples. */
export type MapFacts = Omit<FeatureMap, 'data'>;

/** The properties of a work's maps. Copied alpha is not part of a map. */
export function mapFacts(
  { plans, stages, depth, channels: stored, copiesAlpha }: MapWork,
  { min, max, clipped }: Stats,
): MapFacts {
  const { output, source } = plans[0]!;
  const { width, height } = output;
  const channels = copiesAlpha ? stored - 1 : stored;
  const counted = stages.kind === 'rows' ? stages.mappedChannels : channels;
  const share = clipped / (width * height * counted);
  return { width, height, channels, depth, sourceScale: source.scale, min, max, clipped: share };
}

/** The array to reuse, or undefined if its memory is the image's or already taken; marks it as in use. */
function takeReusable(reuse: SampleArray | undefined, inUse: Set<ArrayBufferLike>): SampleArray | undefined {
  if (!reuse || inUse.has(reuse.buffer)) return undefined;
  inUse.add(reuse.buffer);
  return reuse;
}

function allocate(work: MapWork, executor: Executor, reuse: SampleArray | undefined): SampleArray {
  const { kernel, output } = work.plans[0]!;
  const length = rowSamples(work) * output.height;
  const isSameType = reuse?.BYTES_PER_ELEMENT === bytesPerSample(work.depth);
  const fits = isSameType && reuse.length === length;
  if (fits && (reuse.buffer instanceof SharedArrayBuffer || !executor.needsSharedMemory)) return reuse;
  try {
    return arrayOver(executor.allocate(length * bytesPerSample(work.depth)), work.depth);
  } catch (cause) {
    const problem = `no memory for a map of ${output.width}×${output.height}×${work.channels} samples`;
    throw new ImageError({ subject: `kernel ${kernel}`, problem }, { cause });
  }
}
