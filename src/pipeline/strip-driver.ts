// The streaming driver: decodes rows of a large image into a ring buffer while earlier strips of its maps are computed,
// encoded and written. The bytes are the same as for the whole image.

import { CorruptPngError } from '../codecs/png/unfilter.js';
import type { StripSink } from '../codecs/strip-sink.js';
import type { StripSource } from '../codecs/strip-source.js';
import { isExpected } from '../core/errors.js';
import type { SampleArray } from '../core/image.js';
import type { Stats } from '../engine/output/requantize.js';
import { type RunnableWork, rowSamples, StripRunner } from '../engine/run-strips.js';
import type { PlannedStrip, StripPlan } from '../plan/strips.js';

/** The destination of the strips of one map. */
export interface StripOutput {
  readonly sink: StripSink;
  /** Receives the bytes of the file, in order; resolves when they are written. */
  readonly write: (piece: Uint8Array) => Promise<void>;
}

export interface StripRunOptions {
  readonly threads: number;
  /** Called with the fraction done, 0…1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Called when all strips are done and only the end of the files remains. */
  readonly onStripsDone?: (() => void) | undefined;
  /** Called with the number of bytes of intermediate results that are no longer needed. */
  readonly onReleased?: ((bytes: number) => void) | undefined;
}

/** The result for one map: its statistics, or why its output could not be encoded or written. */
export type MapOutcome = { readonly stats: Stats } | { readonly failed: unknown };

export interface StripRunResult {
  /** By work, then by map. */
  readonly maps: readonly (readonly MapOutcome[])[];
  readonly threads: number;
  /** Elapsed milliseconds: waiting for rows, filtering, and the rest. */
  readonly ms: { readonly read: number; readonly run: number; readonly write: number };
}

/** An output in progress. */
interface Writing extends StripOutput {
  /** The last row of the most recently started strip. */
  lastRow: Promise<Uint8Array>;
  /** Resolves when the previous strip has been written. */
  written: Promise<void>;
  failed: { readonly by: unknown } | null;
}

export class StripDriver {
  readonly #works: readonly RunnableWork[];
  readonly #plan: StripPlan;
  readonly #runner: StripRunner;
  readonly #outputs: readonly (readonly Writing[])[];
  readonly #options: StripRunOptions;
  readonly #finished: Promise<void>[] = [];
  #done = 0;
  /** The first failure that ends the run. */
  #failure: { readonly by: unknown } | null = null;

  constructor(
    works: readonly RunnableWork[],
    plan: StripPlan,
    outputs: readonly (readonly StripOutput[])[],
    options: StripRunOptions,
  ) {
    this.#works = works;
    this.#plan = plan;
    this.#runner = new StripRunner(works, plan, options.threads);
    this.#outputs = outputs.map((all) =>
      all.map((output) => ({
        ...output,
        lastRow: Promise.resolve(new Uint8Array()),
        written: Promise.resolve(),
        failed: null,
      })),
    );
    this.#options = options;
  }

  async run(source: StripSource): Promise<StripRunResult> {
    const started = performance.now();
    const { strips, concurrency } = this.#plan;
    const rows = source.open(this.#runner.ring);
    let read = 0;
    try {
      await this.#eachOutput((output) => this.#writeAll(output, () => output.sink.head()));
      for (const [place, strip] of strips.entries()) {
        if (place >= concurrency) await this.#finished[place - concurrency];
        this.#check();
        const asked = performance.now();
        await rows.readTo(strip.readsTo);
        read += performance.now() - asked;
        this.#begin(place, strip);
      }
      if (!(await rows.readRest())) throw new CorruptPngError();
      for (const finished of this.#finished) await finished;
      this.#options.onStripsDone?.();
      await this.#eachOutput((output) => this.#writeAll(output, () => output.sink.end()));
      this.#check();
    } catch (by) {
      this.#failure ??= { by };
      throw this.#failure.by;
    } finally {
      rows.close();
      // Afterwards nothing uses its memory, and nothing is written.
      await Promise.allSettled(this.#finished);
    }
    const threads = Math.min(this.#options.threads, strips.length);
    const elapsed = performance.now() - started;
    const run = Math.min(this.#runner.ms / threads, elapsed - read);
    return { maps: this.#outcomes(), threads, ms: { read, run, write: elapsed - read - run } };
  }

  statsOf(work: number, map: number): Stats {
    return this.#runner.statsOf(work, map);
  }

  #outcomes(): MapOutcome[][] {
    return this.#outputs.map((all, work) =>
      all.map(({ failed }, map) =>
        failed ? { failed: failed.by } : { stats: this.#runner.statsOf(work, map) },
      ),
    );
  }

  /** Begins a strip whose input is in the ring. */
  #begin(place: number, strip: PlannedStrip): void {
    const { work, output: rows } = strip;
    const buffers = this.#outputs[work]!.length > 0 ? this.#runner.buffersOf(place, work) : [];
    const computed = this.#runner.run(place, work, rows);
    const height = rows.to - rows.from;
    const written = this.#outputs[work]!.map((output, map) => {
      const buffer = buffers[map]!;
      const above = output.lastRow;
      const row = rowSamples(this.#works[work]!);
      output.lastRow = computed.then(() =>
        bytesOf(buffer.subarray(height * row, (height + 1) * row)).slice(),
      );
      // The failure itself is that of `computed`.
      output.lastRow.catch(() => undefined);
      const before = output.written;
      output.written = this.#finish(output, buffer, strip, { computed, above, before });
      return output.written;
    });
    const finished = Promise.all([computed, ...written]).then(() => {
      // Decoding leaves garbage on a pass without outputs, too.
      if (written.length === 0) this.#options.onReleased?.(this.#runner.rowBytes * height);
      this.#options.onProgress?.(++this.#done / this.#plan.strips.length);
    });
    this.#finished[place] = finished;
    finished.catch((by) => {
      this.#failure ??= { by };
    });
  }

  /** Encodes a strip of one map and writes it after the previous one. */
  async #finish(
    output: Writing,
    buffer: SampleArray,
    { output: { from, to } }: PlannedStrip,
    {
      computed,
      above,
      before,
    }: Readonly<{ computed: Promise<void>; above: Promise<Uint8Array>; before: Promise<void> }>,
  ): Promise<void> {
    await computed;
    bytesOf(buffer).set(await above);
    let bytes = buffer.byteLength;
    await this.#writeAll(output, async () => {
      const encoded = await output.sink.encode(buffer, from, to - from);
      await before;
      const pieces = output.sink.chunksOf(encoded);
      bytes += pieces.reduce((sum, { length }) => sum + length, 0);
      return pieces;
    });
    await before;
    this.#options.onReleased?.(bytes);
  }

  async #eachOutput(act: (output: Writing) => Promise<void>): Promise<void> {
    for (const output of this.#outputs.flat()) await act(output);
  }

  /** Writes the result of `make` to an output; a failure affects this output only. */
  async #writeAll(output: Writing, make: () => Promise<readonly Uint8Array[]>): Promise<void> {
    if (output.failed) return;
    try {
      for (const piece of await make()) {
        if (this.#failure || output.failed) return;
        await output.write(piece);
      }
    } catch (by) {
      // An error that no input or system can cause ends the run, so that it is reported.
      if (!isExpected(by)) this.#failure ??= { by };
      output.failed ??= { by };
    }
  }

  /** @throws what ends the run: a failure, or the failure of every output. */
  #check(): void {
    const all = this.#outputs.flat();
    if (all.length > 0 && all.every(({ failed }) => failed)) this.#failure ??= all[0]!.failed;
    if (this.#failure) throw this.#failure.by;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: SampleArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
