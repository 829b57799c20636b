// Runs a plan strip by strip on the worker pool, from a ring of image rows into a few reused buffers: allocating fresh
// memory for a large image and its map takes longer than filtering it.

import type { FeatureMap, Rows, SampleArray } from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import type { StripPlan } from '../plan/strips.js';
import type { Stats } from './output/requantize.js';
import { runRowsOnPool } from './pool.js';
import { discardPrepared, type PreparedGroup, prepareGroups } from './prepare.js';
import { makeArray, mergeStats } from './run.js';

/** A map without its samples. */
export type MapFacts = Omit<FeatureMap, 'data'>;

export class StripRunner {
  /** The ring of image rows: row y is at index y modulo the ring's length. */
  readonly ring: SampleArray;
  readonly #plan: Plan;
  readonly #prepared: PreparedGroup;
  readonly #threads: number;
  readonly #buffers: readonly SampleArray[];
  readonly #stats: Stats[] = [];
  #ms = 0;

  /** @throws RangeError for a lack of memory. */
  constructor(plan: Plan, { ringRows, height, concurrency }: StripPlan, threads: number) {
    this.#plan = plan;
    this.#prepared = prepareGroups([plan], null)[0]!;
    this.#threads = threads;
    const { source, output } = plan;
    this.ring = makeArray(source.depth, ringRows * source.width * source.channels, true);
    // One more row, for the last row of the previous strip.
    const samples = (height + 1) * output.width * output.channels;
    this.#buffers = Array.from({ length: concurrency }, () => makeArray(output.depth, samples, true));
  }

  /** The buffer of a strip: the row above it, then its rows. Later strips reuse it. */
  bufferFor(index: number): SampleArray {
    return this.#buffers[index % this.#buffers.length]!;
  }

  /** Computes the rows of a strip whose input is in the ring. The row above them is not computed. */
  async run(index: number, rows: Rows): Promise<void> {
    const { width, channels } = this.#plan.output;
    const { shape } = this.#prepared;
    const targets = [this.bufferFor(index).subarray(width * channels)];
    try {
      const ran = await runRowsOnPool(
        { ...shape, source: this.ring, targets, work: { rows } },
        this.#threads,
      );
      this.#stats.push(ran.stats[0]!);
      this.#ms += ran.ms;
    } catch (error) {
      discardPrepared();
      throw error;
    }
  }

  /** The map's properties once all strips are done. */
  get facts(): MapFacts {
    const { output, source } = this.#plan;
    const { width, height, channels, depth } = output;
    const { min, max, clipped } = mergeStats(this.#stats);
    const share = clipped / (width * height * channels);
    return { width, height, channels, depth, sourceScale: source.scale, min, max, clipped: share };
  }

  /** Milliseconds of work, summed over all threads. */
  get ms(): number {
    return this.#ms;
  }
}
