// Computes maps strip by strip on the worker pool: jobs read one ring buffer of image rows and write to a few reused
// buffers, since allocating fresh memory for a large image and its maps takes longer than filtering.

import { arrayOver, bytesPerSample, type FeatureMap, type Rows, type SampleArray } from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import type { StripPlan, StripWork } from '../plan/strips.js';
import type { CombineSpec } from './output/combine-tile.js';
import type { Stats } from './output/requantize.js';
import { runRowsOnPool } from './pool.js';
import { discardPrepared, type PreparedGroup, prepareGroups } from './prepare.js';
import { makeArray, mergeStats } from './run.js';

/** A map without its samples. */
export type MapFacts = Omit<FeatureMap, 'data'>;

/** What a work computes: one map per plan, or one map of all plans. */
export interface RunnableWork extends StripWork {
  readonly combine: CombineSpec | null;
  /** Whether only the extremes of the responses are computed. */
  readonly onlyStats?: boolean;
}

/** Where the strips of a map are computed: the last row of the strip above, then the rows of the strip. */
type Buffers = readonly SampleArray[];

export class StripRunner {
  /** The ring of image rows: row y is at index y modulo the ring's length. */
  readonly ring: SampleArray;
  readonly #works: readonly RunnableWork[];
  readonly #prepared: readonly PreparedGroup[];
  readonly #threads: number;
  readonly #memory: readonly (readonly SharedArrayBuffer[])[];
  readonly #stats: Stats[][][];
  #ms = 0;

  /** @throws RangeError for a lack of memory. */
  constructor(
    works: readonly RunnableWork[],
    { ringRows, heights, concurrency }: StripPlan,
    threads: number,
  ) {
    this.#works = works;
    this.#prepared = works.map(({ plans, combine }) => prepareGroups(plans, combine)[0]!);
    this.#threads = threads;
    const { source } = works[0]!.plans[0]!;
    this.ring = makeArray(source.depth, ringRows * source.width * source.channels, true);
    const bytes = works.map((work, i) =>
      work.onlyStats ? 0 : rowSamples(work) * (heights[i]! + 1) * bytesPerSample(work.depth),
    );
    const maps = largest(works.map(mapsOf));
    this.#memory = Array.from({ length: concurrency }, () =>
      Array.from({ length: maps }, () => new SharedArrayBuffer(largest(bytes))),
    );
    this.#stats = works.map((work) => Array.from({ length: mapsOf(work) }, () => []));
  }

  /** The buffers of a strip, one per map of its work; strips whose positions differ by `concurrency` share them. */
  buffersOf(place: number, work: number): Buffers {
    const memory = this.#memory[place % this.#memory.length]!;
    const { depth } = this.#works[work]!;
    return memory.slice(0, mapsOf(this.#works[work]!)).map((buffer) => arrayOver(buffer, depth));
  }

  /** Computes a strip whose input is in the ring. The row above it is not changed. */
  async run(place: number, work: number, rows: Rows): Promise<void> {
    const some = this.#works[work]!;
    const { shape } = this.#prepared[work]!;
    const row = rowSamples(some);
    const targets = some.onlyStats ? [] : this.buffersOf(place, work).map((buffer) => buffer.subarray(row));
    try {
      const job = { ...shape, source: this.ring, targets, work: { rows }, addsAlpha: some.copiesAlpha };
      const ran = await runRowsOnPool(job, this.#threads);
      for (const [map, stats] of ran.stats.entries()) this.#stats[work]![map]!.push(stats);
      this.#ms += ran.ms;
    } catch (error) {
      discardPrepared();
      throw error;
    }
  }

  /** The statistics of a map once all its strips are computed. */
  statsOf(work: number, map: number): Stats {
    return mergeStats(this.#stats[work]![map]!);
  }

  /** Bytes of an image row. */
  get rowBytes(): number {
    const { width, channels, depth } = this.#works[0]!.plans[0]!.source;
    return width * channels * bytesPerSample(depth);
  }

  /** Milliseconds of work, summed over all threads. */
  get ms(): number {
    return this.#ms;
  }
}

/** The number of maps of a work. */
export function mapsOf({ plans, combine }: Pick<RunnableWork, 'plans' | 'combine'>): number {
  return combine ? 1 : plans.length;
}

/** Samples per written row, including copied alpha. */
export function rowSamples({ plans, copiesAlpha }: StripWork): number {
  const { width, channels } = plans[0]!.output;
  return width * (channels + (copiesAlpha ? 1 : 0));
}

/** The properties of a map, from its merged statistics. */
export function mapFacts(
  { output, source }: Plan,
  depth: MapFacts['depth'],
  { min, max, clipped }: Stats,
): MapFacts {
  const { width, height, channels } = output;
  const share = clipped / (width * height * channels);
  return { width, height, channels, depth, sourceScale: source.scale, min, max, clipped: share };
}

function largest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}
