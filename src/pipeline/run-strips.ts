// Streams an image through works; for those that stretch their responses, a first pass finds the extremes.

import { STRIP_TASK } from '../codecs/png/encode.js';
import type { StripSource } from '../codecs/strip-source.js';
import { bytesPerSample } from '../core/image.js';
import { warmPool } from '../engine/pool.js';
import { mapsOf, type RunnableWork, rowSamples } from '../engine/run-strips.js';
import type { StripPlan } from '../plan/strips.js';
import { warmPool as warmThreads } from '../runtime/worker-pool.js';
import { type PlacedWork, type StreamedStages, stretched } from './plan-strips.js';
import { StripDriver, type StripOutput, type StripRunOptions, type StripRunResult } from './strip-driver.js';

/** Strips in progress in addition to one per thread: one is being read, one written. */
const BESIDES_THREADS = 2;

/** The number of strips in progress at once. */
export function stripConcurrency(threads: number): number {
  return threads + BESIDES_THREADS;
}

/** Starts threads while an image is being opened. */
export function warmStripWorkers(threads: number): void {
  warmPool(threads);
  warmThreads(threads, [STRIP_TASK]);
}

/** Bytes of memory of a run. */
export function bytesHeld(
  works: readonly RunnableWork[],
  { ringRows, heights, concurrency }: StripPlan,
): number {
  const { source } = works[0]!.plans[0]!;
  const ring = ringRows * source.width * source.channels * bytesPerSample(source.depth);
  const strips = works.map(
    (work, i) => mapsOf(work) * (heights[i]! + 1) * rowSamples(work) * bytesPerSample(work.depth),
  );
  // Each strip, and its encoded form.
  return ring + 2 * concurrency * strips.reduce((a, b) => Math.max(a, b));
}

/**
 * Streams an image through works to their outputs. An output that fails does not stop the others.
 * @param outputs by work, then by map.
 * @throws CorruptPngError for a damaged image; what reading throws; RangeError and ImageError for a lack of memory; the
 * first failure if every output failed.
 */
export function runStrips(
  source: StripSource,
  works: readonly RunnableWork[],
  plan: StripPlan,
  outputs: readonly (readonly StripOutput[])[],
  options: StripRunOptions,
): Promise<StripRunResult> {
  return new StripDriver(works, plan, outputs, options).run(source);
}

/**
 * The works with their minmax ranges filled in: if there are any, one pass over the image finds the extremes without
 * storing maps. @throws as `runStrips`.
 */
export async function worksWithRanges(
  source: StripSource,
  stages: readonly StreamedStages[],
  works: readonly PlacedWork[],
  plan: StripPlan,
  options: StripRunOptions,
): Promise<RunnableWork[]> {
  const stageOf = ({ places }: PlacedWork) => stages[places[0]!]!;
  if (stages.every(({ extremes }) => extremes === null)) return works.map(({ work }) => work);
  const first = works.map((placed) => {
    return { ...placed.work, combine: stageOf(placed).extremes ?? placed.work.combine, onlyStats: true };
  });
  const driver = new StripDriver(
    first,
    plan,
    works.map(() => []),
    options,
  );
  await driver.run(source);
  return works.map((placed, i) => {
    const { extremes, request } = stageOf(placed);
    if (!extremes) return placed.work;
    return { ...placed.work, combine: stretched(placed.work.combine!, driver.statsOf(i, 0), request) };
  });
}
