// The driver reads rows of an image into a ring while earlier strips of its maps are computed, encoded and written, and
// decides when a strip may begin. The bytes are the same as for the whole image.

import type { StripReader } from '../codecs/strip-source.js';
import { isExpected } from '../core/errors.js';
import type { StripRunner } from '../engine/run-strips.js';
import type { PlannedStrip, StripPlan } from '../plan/streaming/strips.js';
import type { OutputStrips } from './output-strips.js';

/** Rows that are read at once: decoding leaves garbage, which is collected in between. */
const ROWS_PER_READ = 64;

export interface DriverOptions {
  /** Called with the fraction done, 0…1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Called when all strips are done and only the end of the files remains. */
  readonly onStripsDone?: (() => void) | undefined;
  /** Called with the number of bytes of intermediate results that are no longer needed. */
  readonly onReleased?: ((bytes: number) => void) | undefined;
}

/** Strips that are computed from the rows of an image. */
export interface Pass {
  readonly plan: StripPlan;
  readonly runner: StripRunner;
  /** By work, then by map; none for works that only collect statistics. */
  readonly outputs: readonly (readonly OutputStrips[])[];
  readonly rows: StripReader;
  /** Bytes of a row that decoding leaves behind; 0 for images in memory. */
  readonly decodedRowBytes: number;
}

export class Driver {
  readonly #pass: Pass;
  readonly #options: DriverOptions;
  readonly #finished: Promise<void>[] = [];
  #done = 0;
  #rowsRead = 0;
  /** The first failure that ends the run. */
  #failure: { readonly by: unknown } | null = null;

  constructor(pass: Pass, options: DriverOptions) {
    this.#pass = pass;
    this.#options = options;
  }

  /**
   * Runs to the end. An output that fails does not stop the others.
   * @returns milliseconds of waiting for rows.
   * @throws what reading and computing throw, and errors of outputs that no input or system can cause.
   */
  async run(): Promise<number> {
    const { plan, rows } = this.#pass;
    const { strips, concurrency } = plan;
    let waited = 0;
    try {
      await this.#eachOutput((output) => output.begin());
      for (const [place, strip] of strips.entries()) {
        if (place >= concurrency) await this.#finished[place - concurrency];
        if (this.#hasFailed()) break;
        const asked = performance.now();
        await this.#readTo(strip.readsTo);
        waited += performance.now() - asked;
        this.#begin(place, strip);
      }
      if (!this.#hasFailed()) await rows.readRest();
      for (const finished of this.#finished) await finished;
      this.#options.onStripsDone?.();
      await this.#eachOutput((output) => output.end());
      this.#hasFailed();
      return waited;
    } catch (by) {
      this.#failure ??= { by };
      throw this.#failure.by;
    } finally {
      rows.close();
      // Afterwards nothing uses its memory, and nothing is written.
      await Promise.allSettled(this.#finished);
    }
  }

  async #readTo(to: number): Promise<void> {
    const { rows, decodedRowBytes } = this.#pass;
    while (this.#rowsRead < to) {
      const next = Math.min(to, this.#rowsRead + ROWS_PER_READ);
      await rows.readTo(next);
      this.#options.onReleased?.((next - this.#rowsRead) * decodedRowBytes);
      this.#rowsRead = next;
    }
  }

  /** Begins a strip whose input is in the ring. */
  #begin(place: number, { work, output: rows }: PlannedStrip): void {
    const { plan, runner, outputs: ofWorks } = this.#pass;
    const outputs = ofWorks[work]!;
    const buffers = outputs.length > 0 ? runner.buffersOf(place, work) : [];
    const computed = runner.run(place, work, rows);
    const written = outputs.map((output, map) => output.add(buffers[map]!, rows, computed));
    const finished = Promise.all([computed, ...written]).then(([, ...bytes]) => {
      this.#options.onReleased?.(bytes.reduce((sum, count) => sum + count, 0));
      this.#options.onProgress?.(++this.#done / plan.strips.length);
    });
    this.#finished[place] = finished;
    finished.catch((by) => {
      this.#failure ??= { by };
    });
  }

  async #eachOutput(act: (output: OutputStrips) => Promise<void>): Promise<void> {
    for (const output of this.#pass.outputs.flat()) await act(output);
  }

  /** Whether there is nothing left to do. @throws what ends the run. */
  #hasFailed(): boolean {
    const all = this.#pass.outputs.flat();
    const failures = all.flatMap(({ failed }) => failed ?? []);
    // An error that no input or system can cause is reported as such.
    this.#failure ??= failures.find(({ by }) => !isExpected(by)) ?? null;
    if (this.#failure) throw this.#failure.by;
    return all.length > 0 && failures.length === all.length;
  }
}
