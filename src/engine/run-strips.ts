// Computes works strip by strip: jobs read one ring buffer of image rows, or the image, and write to a few reused
// buffers, since allocating fresh memory for a large image and its maps takes longer than filtering.

import { arrayOver, type Rows, type SampleArray } from '../core/image.js';
import type { StripPlan } from '../plan/streaming/strips.js';
import type { Executor } from './executor.js';
import type { Stats } from './output/requantize.js';
import { discardPrepared, type PreparedWork, prepareWork } from './prepare.js';
import { mergeStats } from './runner.js';
import { type MapWork, mapsOf, rowBytes, rowSamples } from './stages.js';

/** A strip of one map: rows that the encoder has not taken from earlier strips, then the strip's own. */
export interface StripBuffer {
  readonly samples: SampleArray;
  /** The index of the strip's first sample. */
  readonly start: number;
}

export class StripRunner {
  readonly #ring: SampleArray;
  readonly #prepared: readonly PreparedWork[];
  readonly #carried: readonly number[];
  readonly #executor: Executor;
  readonly #memory: readonly (readonly ArrayBufferLike[])[];
  readonly #stats: Stats[][][];
  #ms = 0;

  /**
   * @param ring of image rows: row y is at index y modulo its rows.
   * @param carried rows of each work's earlier strips that a buffer has space for.
   * @throws RangeError for a lack of memory.
   */
  constructor(
    ring: SampleArray,
    works: readonly MapWork[],
    { heights, concurrency }: Pick<StripPlan, 'heights' | 'concurrency'>,
    carried: readonly number[],
    executor: Executor,
  ) {
    this.#ring = ring;
    this.#prepared = works.map(prepareWork);
    this.#carried = carried;
    this.#executor = executor;
    const bytes = works.map((work, i) => {
      const rows = Math.min(heights[i]!, work.plans[0]!.output.height) + carried[i]!;
      return work.onlyStats ? 0 : rowBytes(work) * rows;
    });
    const maps = largest(works.map(mapsOf));
    this.#memory = Array.from({ length: concurrency }, () =>
      Array.from({ length: maps }, () => executor.allocate(largest(bytes))),
    );
    this.#stats = works.map((work) => Array.from({ length: mapsOf(work) }, () => []));
  }

  /** The buffers of a strip, one per map of its work; strips whose places differ by the concurrency share them. */
  buffersOf(place: number, work: number): StripBuffer[] {
    const memory = this.#memory[place % this.#memory.length]!;
    const { work: some } = this.#prepared[work]!;
    const start = this.#carried[work]! * rowSamples(some);
    return memory.slice(0, mapsOf(some)).map((buffer) => ({ samples: arrayOver(buffer, some.depth), start }));
  }

  /** Computes a strip whose input is in the ring. Carried rows are not changed. */
  async run(place: number, work: number, rows: Rows): Promise<void> {
    const prepared = this.#prepared[work]!;
    const buffers = prepared.work.onlyStats ? [] : this.buffersOf(place, work);
    const targets = buffers.map(({ samples, start }) => samples.subarray(start));
    try {
      const ran = await this.#executor.run({ prepared, source: this.#ring, targets, rows });
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

  /** Milliseconds of work, summed over all threads. */
  get ms(): number {
    return this.#ms;
  }
}

function largest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}
