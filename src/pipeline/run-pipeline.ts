// Streams an image through its planned maps to their outputs: groups maps into works, plans strips, reserves memory,
// and runs one pass, or two where a map needs the range of its responses first.

import { STRIP_TASK } from '../codecs/png/compress-rows.js';
import type { StripSource } from '../codecs/strip-source.js';
import { arrayOver, bytesPerSample, type SampleArray } from '../core/image.js';
import { type Executor, inlineExecutor, poolExecutor } from '../engine/executor.js';
import type { Stats } from '../engine/output/requantize.js';
import { warmPool } from '../engine/pool.js';
import { chooseExecutor, type MapFacts, mapFacts } from '../engine/run.js';
import { StripRunner } from '../engine/run-strips.js';
import { allPlans, type MapWork, mapsOf, rowBytes, rowSamples } from '../engine/stages.js';
import { planStrips, type StripPlan, type StripRequest } from '../plan/streaming/strips.js';
import { warmPool as warmThreads } from '../runtime/worker-pool.js';
import { Driver, type DriverOptions } from './driver.js';
import { groupWorks, type PlacedWork } from './group-works.js';
import { OutputStrips, type PipelineOutput } from './output-strips.js';
import { complete, type PlannedMap } from './plan-map.js';

/** Strips in progress in addition to one per thread: one is being read, one written. */
const ADDITIONAL_STRIPS = 2;
/** Strips in progress on this thread: one is computed while another is written. */
const STRIPS_HERE = 2;
/** Maps of fewer bytes are computed at once on this thread, instead of strip by strip. */
export const MIN_BYTES_FOR_STRIPS = 2 * 2 ** 20;
/** The most maps per job: each has its own buffers. */
const MAPS_PER_WORK = 8;

export interface PipelineOptions extends DriverOptions {
  readonly threads: number;
  /** Default: chosen by size. */
  readonly execution?: Execution;
  /** Waits until this many bytes may be held; returns a function that gives them back. */
  readonly reserve?: (bytes: number) => Promise<() => void>;
}

/** How the strips of a pass run. The bytes do not depend on it. */
export interface Execution extends Pick<StripRequest, 'rows' | 'concurrency'> {
  readonly executor: Executor;
}

/** The result for one map: its properties, or why its output could not be encoded or written. */
export type MapOutcome = { readonly facts: MapFacts } | { readonly failed: unknown };

export interface PipelineResult {
  readonly maps: readonly MapOutcome[];
  readonly threads: number;
  /** Elapsed milliseconds: waiting for rows, filtering, and the rest. */
  readonly ms: { readonly read: number; readonly run: number; readonly write: number };
}

/** Starts threads while an image is being opened. */
export function warmPipeline(threads: number): void {
  warmPool(threads);
  warmThreads(threads, [STRIP_TASK]);
}

/**
 * Streams an image to outputs, one per map. An output that fails does not stop the others.
 * @throws CorruptPngError for a damaged image; what reading throws; RangeError and ImageError for a lack of memory.
 */
export async function runPipeline(
  source: StripSource,
  planned: readonly PlannedMap[],
  outputs: readonly PipelineOutput[],
  options: PipelineOptions,
): Promise<PipelineResult> {
  const started = performance.now();
  const hasTwoPasses = planned.some(({ firstPass }) => firstPass);
  const progressFrom = (from: number) => (share: number) =>
    options.onProgress?.(hasTwoPasses ? from + share / 2 : share);
  const first = groupWorks(planned.flatMap(({ firstPass }) => firstPass ?? []));
  const firstOptions = { ...options, onStripsDone: undefined, onProgress: progressFrom(0) };
  const found = first.length > 0 ? await runPass(source, first, [], firstOptions) : null;
  let next = 0;
  const completed = planned.map((map) => complete(map, map.firstPass ? found!.stats[next++]! : null));
  const works = groupWorks(completed, (place) => `${outputs[place]!.sink.unit}`, MAPS_PER_WORK);
  const { stats, failed, threads, ms, read } = await runPass(source, works, outputs, {
    ...options,
    onProgress: progressFrom(0.5),
  });
  const maps = completed.map((work, place): MapOutcome => {
    const failure = failed[place];
    return failure ? { failed: failure.by } : { facts: mapFacts(work, stats[place]!) };
  });
  const elapsed = performance.now() - started;
  const waited = read + (found?.read ?? 0);
  const run = Math.min((ms + (found?.ms ?? 0)) / threads, elapsed - waited);
  return { maps, threads, ms: { read: waited, run, write: elapsed - waited - run } };
}

interface PassResult {
  /** Of each map, in the order of the outputs. */
  readonly stats: readonly Stats[];
  readonly failed: readonly ({ readonly by: unknown } | null)[];
  readonly threads: number;
  /** Milliseconds of filtering, summed over threads, and of waiting for rows. */
  readonly ms: number;
  readonly read: number;
}

async function runPass(
  source: StripSource,
  placed: readonly PlacedWork[],
  outputs: readonly PipelineOutput[],
  options: PipelineOptions,
): Promise<PassResult> {
  const works = placed.map(({ work }) => work);
  const collected = outputs.reduce((sum, { sink }) => sum + sink.bytesHeld, 0);
  const { executor, rows, concurrency } =
    options.execution ?? executionFor(source, works, collected > 0, options.threads);
  const isWhole = source.samples !== null && isUsableBy(executor, source.samples);
  const units = placed.map(({ places: [first] }) => outputs[first!]?.sink.unit ?? 1);
  const plan = planStrips(
    works.map((work, i) => ({
      plans: allPlans(work),
      rowBytes: rowBytes(work),
      unit: units[i]!,
      copiesAlpha: work.copiesAlpha,
    })),
    { concurrency, ahead: source.ahead, isWhole, rows },
  );
  const carried = plan.heights.map((height, i) => (height % units[i]! === 0 ? 1 : units[i]!));
  const giveBack = await options.reserve?.(collected + bytesHeld(source, works, plan, isWhole));
  try {
    const ring = isWhole ? source.samples! : allocateRing(source, plan.ringRows, executor);
    const runner = new StripRunner(ring, works, plan, carried, executor);
    const strips = placed.map(({ work, places }) => {
      const { height } = work.plans[0]!.output;
      if (work.onlyStats) return [];
      return places.map((place) => new OutputStrips(outputs[place]!, rowSamples(work), height));
    });
    const decodedRowBytes = source.samples ? 0 : imageRowBytes(source);
    const pass = { plan, runner, outputs: strips, rows: source.open(ring), decodedRowBytes };
    const read = await new Driver(pass, options).run();
    const stats: Stats[] = [];
    const failed: ({ readonly by: unknown } | null)[] = [];
    for (const [w, { places }] of placed.entries()) {
      for (const [m, place] of places.entries()) {
        failed[place] = strips[w]![m]?.failed ?? null;
        if (!failed[place]) stats[place] = runner.statsOf(w, m);
      }
    }
    return { stats, failed, threads: Math.min(executor.threads, plan.strips.length), ms: runner.ms, read };
  } finally {
    giveBack?.();
  }
}

/**
 * Small images in memory are filtered on this thread, where threads would only delay them.
 * @param isCollected whether outputs collect the whole map.
 */
function executionFor(
  { samples }: StripSource,
  works: readonly MapWork[],
  isCollected: boolean,
  threads: number,
): Execution {
  const executor = samples ? chooseExecutor(works, threads) : poolExecutor(threads);
  if (executor !== inlineExecutor) return { executor, rows: null, concurrency: threads + ADDITIONAL_STRIPS };
  // Strips of several works in turn would prepare each work again and again.
  if (!isCollected && works.length === 1 && mapBytes(works[0]!) >= MIN_BYTES_FOR_STRIPS)
    return { executor, rows: null, concurrency: STRIPS_HERE };
  // Maps in one strip each are in memory together, until they are encoded.
  return { executor, rows: Number.POSITIVE_INFINITY, concurrency: works.length };
}

/** Bytes of the maps of a work. */
function mapBytes(work: MapWork): number {
  const { height } = work.plans[0]!.output;
  return mapsOf(work) * height * rowBytes(work);
}

/** Bytes of a row of an image. */
function imageRowBytes({ metadata: { width, channels, depth } }: StripSource): number {
  return width * channels * bytesPerSample(depth);
}

function isUsableBy(executor: Executor, { buffer }: SampleArray): boolean {
  return !executor.needsSharedMemory || buffer instanceof SharedArrayBuffer;
}

function allocateRing(source: StripSource, rows: number, executor: Executor): SampleArray {
  return arrayOver(executor.allocate(rows * imageRowBytes(source)), source.metadata.depth);
}

/** Bytes of memory of a pass. */
function bytesHeld(
  source: StripSource,
  works: readonly MapWork[],
  { ringRows, heights, concurrency }: StripPlan,
  isWhole: boolean,
): number {
  const ring = isWhole ? 0 : ringRows * imageRowBytes(source);
  const strips = works.map((work, i) => mapsOf(work) * (heights[i]! + 1) * rowBytes(work));
  // Each strip, and its encoded form.
  return ring + 2 * concurrency * strips.reduce((a, b) => Math.max(a, b));
}
