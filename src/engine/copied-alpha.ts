// Adds the image's alpha to the maps of another runner.

import { arrayOf, depthOf, type Rows, type SampleArray } from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import { addAlphaRows } from './output/alpha.js';
import type { Stats } from './output/requantize.js';
import { mergeStats, type Runner } from './runner.js';

/** Positions of alpha in the image, and the channels that it is added to. */
export interface AlphaCopy {
  readonly plan: Plan;
  readonly channels: number;
}

/** Computes rows of colour in memory of this thread, then stores them with the image's alpha. */
export class WithCopiedAlpha implements Runner {
  readonly #inner: Runner;
  readonly #copy: AlphaCopy;
  readonly #colour: SampleArray[] = [];
  #source: SampleArray = new Uint8Array();
  #targets: readonly SampleArray[] = [];
  #firstRow = 0;
  #stats: Stats[] = [];

  constructor(inner: Runner, copy: AlphaCopy) {
    this.#inner = inner;
    this.#copy = copy;
  }

  begin(source: SampleArray, targets: readonly SampleArray[], firstRow = 0): void {
    this.#source = source;
    this.#targets = targets;
    this.#firstRow = firstRow;
    this.#stats = [];
  }

  runRows(rows: Rows): void {
    const { plan, channels } = this.#copy;
    const { width } = plan.output;
    const colour = this.#targets.map((target, i) =>
      this.#colourFor(i, target, (rows.to - rows.from) * width * channels),
    );
    this.#inner.begin(this.#source, colour, rows.from);
    this.#inner.runRows(rows);
    const { stats } = this.#inner;
    this.#stats =
      this.#stats.length === 0 ? [...stats] : this.#stats.map((some, i) => mergeStats([some, stats[i]!]));
    this.#inner.end();
    const row = width * (channels + 1);
    for (const [i, target] of this.#targets.entries()) {
      const out = target.subarray((rows.from - this.#firstRow) * row, (rows.to - this.#firstRow) * row);
      addAlphaRows(colour[i]!, out, { depth: depthOf(target), plan, channels, rows, source: this.#source });
    }
  }

  end(): void {
    this.begin(new Uint8Array(), []);
  }

  get stats(): readonly Stats[] {
    return this.#stats;
  }

  #colourFor(map: number, target: SampleArray, length: number): SampleArray {
    const known = this.#colour[map];
    if (known?.constructor === target.constructor && known.length >= length) return known.subarray(0, length);
    this.#colour[map] = arrayOf(depthOf(target), length);
    return this.#colour[map];
  }
}
