// Runs a plan band by band on the pool, over a ring of the image's rows and into a few stretches of memory that are used
// again and again: fresh memory for a large image and its map costs more time than filtering it. Knows no file.

import type { FeatureMap, Rows, SampleArray } from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import type { StripPlan } from '../plan/strips.js';
import type { Stats } from './output/requantize.js';
import { runRowsOnPool } from './pool.js';
import { forgetPrepared, type Prepared, prepare } from './prepare.js';
import { makeArray, merge } from './run.js';

/** A map but for its numbers. */
export type MapFacts = Omit<FeatureMap, 'data'>;

export class StripRunner {
  /** The rows of the image that are kept: row y in the place of y modulo their number. */
  readonly ring: SampleArray;
  readonly #plan: Plan;
  readonly #prepared: Prepared;
  readonly #threads: number;
  readonly #stretches: readonly SampleArray[];
  readonly #stats: Stats[] = [];
  #ms = 0;

  /** @throws RangeError for a lack of memory. */
  constructor(plan: Plan, { kept, height, inWorks }: StripPlan, threads: number) {
    this.#plan = plan;
    this.#prepared = prepare([plan], null)[0]!;
    this.#threads = threads;
    const { source, output } = plan;
    this.ring = makeArray(source.depth, kept * source.width * source.channels, true);
    // One row more, for the last row of the band before.
    const samples = (height + 1) * output.width * output.channels;
    this.#stretches = Array.from({ length: inWorks }, () => makeArray(output.depth, samples, true));
  }

  /** Where the band of that number is made: the row above it, then its rows; another band's some bands later. */
  stretchOf(index: number): SampleArray {
    return this.#stretches[index % this.#stretches.length]!;
  }

  /** Makes the rows of a band, whose input is in the ring. The row above them is not made. */
  async run(index: number, rows: Rows): Promise<void> {
    const { width, channels } = this.#plan.output;
    const { shape } = this.#prepared;
    const targets = [this.stretchOf(index).subarray(width * channels)];
    try {
      const ran = await runRowsOnPool(
        { ...shape, source: this.ring, targets, work: { rows } },
        this.#threads,
      );
      this.#stats.push(ran.stats[0]!);
      this.#ms += ran.ms;
    } catch (error) {
      forgetPrepared();
      throw error;
    }
  }

  /** What is known of the map once all bands are made. */
  get facts(): MapFacts {
    const { output, source } = this.#plan;
    const { width, height, channels, depth } = output;
    const { min, max, clipped } = merge(this.#stats);
    const share = clipped / (width * height * channels);
    return { width, height, channels, depth, sourceScale: source.scale, min, max, clipped: share };
  }

  /** Milliseconds that all threads together were at work. */
  get ms(): number {
    return this.#ms;
  }
}
