// Filters a large picture from file to file, strip by strip: rows are decoded into a ring, filtered, encoded and
// written while later rows are decoded. The bytes are the same as for the whole picture.

import { STRIP_TASK } from '../codecs/png/encode.js';
import { CorruptPngError } from '../codecs/png/unfilter.js';
import type { StripSource } from '../codecs/strip-source.js';
import { bytesPerSample, type SampleArray } from '../core/image.js';
import { warmPool } from '../engine/pool.js';
import { type MapFacts, StripRunner } from '../engine/run-strips.js';
import type { Plan } from '../plan/plan.js';
import { planStrips, type StripPlan } from '../plan/strips.js';
import { warmPool as warmThreads } from '../runtime/worker-pool.js';

/** Encodes the strips of a map. */
export interface StripEncoder<Encoded = unknown> {
  /** The bytes before the first strip. */
  head(): Promise<readonly Uint8Array[]>;
  /**
   * Encodes a strip; several run concurrently.
   * @param samples the row above the strip, then its rows; in shared memory, which is reused once the chunks are
   * written.
   * @param from the first row of the strip in the map.
   */
  encode(samples: SampleArray, from: number, rows: number): Promise<Encoded>;
  /** The bytes of a strip; called in the order of strips. */
  chunksOf(encoded: Encoded): readonly Uint8Array[];
  /** The bytes after the last strip. */
  end(): Promise<readonly Uint8Array[]>;
}

export interface StripRunOptions {
  readonly threads: number;
  /** Receives the bytes of the file, in order. */
  readonly write: (piece: Uint8Array) => Promise<void>;
  /** Called with the fraction done, 0…1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Called when all strips are done and the bytes after the last one are still to come. */
  readonly onBandsDone?: (() => void) | undefined;
  /** Called with a number of bytes that have become unreachable. */
  readonly onLetGo?: ((bytes: number) => void) | undefined;
}

export interface StripRunResult {
  readonly map: MapFacts;
  readonly threads: number;
  /** The time passed, divided into waiting for input, filtering, and the rest. */
  readonly ms: { readonly read: number; readonly run: number; readonly write: number };
}

/** Strips in progress in addition to one per thread: one is being read, one written. */
const EXTRA_STRIPS = 2;

/** Starts threads while a picture is being opened. */
export function warmStripWorkers(threads: number): void {
  warmPool(threads);
  warmThreads(threads, [STRIP_TASK]);
}

/** The strips of a picture, a multiple of `unit` rows; null if strips would save little memory or are not possible. */
export function planStripsOf(
  plan: Plan,
  picture: StripSource,
  unit: number,
  threads: number,
): StripPlan | null {
  return planStrips(plan, { unit, concurrency: threads + EXTRA_STRIPS, ahead: picture.ahead });
}

/** Bytes of memory for a picture in progress. */
export function bytesHeld(plan: Plan, { ringRows, height, concurrency }: StripPlan): number {
  const { source, output } = plan;
  const row = (width: number, channels: number, depth: Plan['output']['depth']) =>
    width * channels * bytesPerSample(depth);
  const ring = ringRows * row(source.width, source.channels, source.depth);
  // Each strip, and its encoded form.
  return ring + 2 * concurrency * (height + 1) * row(output.width, output.channels, output.depth);
}

/**
 * Filters a picture and writes it.
 * @throws CorruptPngError if the picture turns out to be damaged; what reading and writing throw; RangeError and
 * ImageError for a lack of memory.
 */
export async function runStrips(
  picture: StripSource,
  plan: Plan,
  stripPlan: StripPlan,
  encoder: StripEncoder,
  options: StripRunOptions,
): Promise<StripRunResult> {
  const run = new StripRun(plan, stripPlan, encoder, options);
  return run.run(picture);
}

class StripRun {
  readonly #stripPlan: StripPlan;
  readonly #runner: StripRunner;
  readonly #encoder: StripEncoder;
  readonly #options: StripRunOptions;
  readonly #written: Promise<void>[] = [];
  readonly #rowSamples: number;
  /** The last row of the most recently started strip, once it is computed. */
  #lastRow: Promise<Uint8Array> = Promise.resolve(new Uint8Array());
  /** The first failure; all work stops after it. */
  #failure: { readonly by: unknown } | null = null;

  constructor(plan: Plan, stripPlan: StripPlan, encoder: StripEncoder, options: StripRunOptions) {
    this.#stripPlan = stripPlan;
    this.#runner = new StripRunner(plan, stripPlan, options.threads);
    this.#encoder = encoder;
    this.#options = options;
    this.#rowSamples = plan.output.width * plan.output.channels;
  }

  async run(picture: StripSource): Promise<StripRunResult> {
    const started = performance.now();
    const { strips, concurrency } = this.#stripPlan;
    const rows = picture.open(this.#runner.ring);
    let read = 0;
    try {
      for (const piece of await this.#encoder.head()) await this.#options.write(piece);
      for (const [i, strip] of strips.entries()) {
        if (i >= concurrency) await this.#written[i - concurrency];
        const requested = performance.now();
        await rows.readTo(strip.readsTo);
        read += performance.now() - requested;
        this.#check();
        this.#begin(i);
      }
      if (!(await rows.isWhole())) throw new CorruptPngError();
      for (const written of this.#written) await written;
      this.#options.onBandsDone?.();
      for (const piece of await this.#encoder.end()) await this.#options.write(piece);
    } catch (by) {
      this.#failure ??= { by };
      throw this.#failure.by;
    } finally {
      rows.close();
      // Wait until nothing uses its memory, and nothing writes.
      await Promise.allSettled(this.#written);
    }
    const threads = Math.min(this.#options.threads, strips.length);
    const passed = performance.now() - started;
    const run = Math.min(this.#runner.ms / threads, passed - read);
    return { map: this.#runner.facts, threads, ms: { read, run, write: passed - read - run } };
  }

  /** Starts a strip whose input is in the ring. */
  #begin(index: number): void {
    const filtered = this.#filter(index);
    const written = this.#finish(index, filtered, this.#lastRow);
    this.#lastRow = filtered;
    this.#written[index] = written;
    for (const work of [filtered, written]) {
      work.catch((by) => {
        this.#failure ??= { by };
      });
    }
  }

  /** Filters a strip; returns its last row. */
  async #filter(index: number): Promise<Uint8Array> {
    const { from, to } = this.#stripPlan.strips[index]!.output;
    await this.#runner.run(index, { from, to });
    const samples = this.#runner.bufferFor(index);
    const last = samples.subarray((to - from) * this.#rowSamples, (to - from + 1) * this.#rowSamples);
    return bytesOf(last).slice();
  }

  /** Encodes a strip and writes it. */
  async #finish(index: number, filtered: Promise<unknown>, above: Promise<Uint8Array>): Promise<void> {
    const { from, to } = this.#stripPlan.strips[index]!.output;
    const samples = this.#runner.bufferFor(index);
    await filtered;
    bytesOf(samples).set(await above);
    const encoded = await this.#encoder.encode(samples, from, to - from);
    await this.#written[index - 1];
    let bytes = samples.byteLength;
    for (const piece of this.#encoder.chunksOf(encoded)) {
      this.#check();
      await this.#options.write(piece);
      bytes += piece.length;
    }
    const { onLetGo, onProgress } = this.#options;
    onLetGo?.(bytes);
    onProgress?.((index + 1) / this.#stripPlan.strips.length);
  }

  /** @throws the first failure of other work. */
  #check(): void {
    if (this.#failure) throw this.#failure.by;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: SampleArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
