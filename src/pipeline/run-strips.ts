// A large picture on its way from file to file, band by band: rows are decoded into a ring, filtered, encoded and handed
// on while the next ones are decoded. The bytes are those that the whole picture would give. Knows no path.

import { STRIPS } from '../codecs/png/encode.js';
import { CorruptPngError } from '../codecs/png/unfilter.js';
import type { StripSource } from '../codecs/strip-source.js';
import { bytesPerSample, type SampleArray } from '../core/image.js';
import { warmPool } from '../engine/pool.js';
import { type MapFacts, StripRunner } from '../engine/run-strips.js';
import type { Plan } from '../plan/plan.js';
import { planStrips, type StripPlan } from '../plan/strips.js';
import { warmPool as warmThreads } from '../runtime/worker-pool.js';

/** What becomes of the bands of a map. */
export interface StripEncoder<Encoded = unknown> {
  /** The bytes in front of the first band. */
  head(): Promise<readonly Uint8Array[]>;
  /**
   * Encodes a band; several of them at a time.
   * @param samples the row above the band, then its rows; shared memory, which is written over once the chunks are taken.
   * @param from the first row of the band in the map.
   */
  encode(samples: SampleArray, from: number, rows: number): Promise<Encoded>;
  /** The bytes of a band; bands come in their order. */
  chunksOf(encoded: Encoded): readonly Uint8Array[];
  /** The bytes behind the last band. */
  end(): Promise<readonly Uint8Array[]>;
}

export interface StripRunOptions {
  readonly threads: number;
  /** Takes the bytes of the file, in order. */
  readonly write: (piece: Uint8Array) => Promise<void>;
  /** Told the share (0…1) that is done. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Told that all bands are done, and the bytes behind the last one are still to be made. */
  readonly onBandsDone?: (() => void) | undefined;
  /** Told that so many bytes that were made on the way are not needed any more. */
  readonly onLetGo?: ((bytes: number) => void) | undefined;
}

export interface StripRunResult {
  readonly map: MapFacts;
  readonly threads: number;
  /** The time that passed, shared out: reading was waited for, threads filtered, and the rest. */
  readonly ms: { readonly read: number; readonly run: number; readonly write: number };
}

/** Bands that are in the works beside those that threads have: one is being read, one written. */
const BESIDE_THREADS = 2;

/** Has threads come up while a picture is being opened. */
export function warmStripWorkers(threads: number): void {
  warmPool(threads);
  warmThreads(threads, [STRIPS]);
}

/** The bands of a picture, a multiple of `unit` rows; null where they would save little, or cannot be. */
export function planStripsOf(
  plan: Plan,
  picture: StripSource,
  unit: number,
  threads: number,
): StripPlan | null {
  return planStrips(plan, { unit, inWorks: threads + BESIDE_THREADS, ahead: picture.ahead });
}

/** Bytes of memory that a picture takes on its way. */
export function bytesHeld(plan: Plan, { kept, height, inWorks }: StripPlan): number {
  const { source, output } = plan;
  const row = (width: number, channels: number, depth: Plan['output']['depth']) =>
    width * channels * bytesPerSample(depth);
  const ring = kept * row(source.width, source.channels, source.depth);
  // Each band, and what becomes of it.
  return ring + 2 * inWorks * (height + 1) * row(output.width, output.channels, output.depth);
}

/**
 * Sends a picture through.
 * @throws Irregular for a picture that is not sound after all; what reading and writing throw, RangeError and
 *   ImageError for a lack of memory.
 */
export async function runStrips(
  picture: StripSource,
  plan: Plan,
  bandPlan: StripPlan,
  encoder: StripEncoder,
  options: StripRunOptions,
): Promise<StripRunResult> {
  const passage = new Passage(plan, bandPlan, encoder, options);
  return passage.run(picture);
}

class Passage {
  readonly #bandPlan: StripPlan;
  readonly #runner: StripRunner;
  readonly #encoder: StripEncoder;
  readonly #options: StripRunOptions;
  readonly #written: Promise<void>[] = [];
  readonly #rowSamples: number;
  /** The last row of the band that was begun last, once it is made. */
  #lastRow: Promise<Uint8Array> = Promise.resolve(new Uint8Array());
  /** What went wrong first; nobody goes on after that. */
  #failure: { readonly by: unknown } | null = null;

  constructor(plan: Plan, bandPlan: StripPlan, encoder: StripEncoder, options: StripRunOptions) {
    this.#bandPlan = bandPlan;
    this.#runner = new StripRunner(plan, bandPlan, options.threads);
    this.#encoder = encoder;
    this.#options = options;
    this.#rowSamples = plan.output.width * plan.output.channels;
  }

  async run(picture: StripSource): Promise<StripRunResult> {
    const started = performance.now();
    const { bands, inWorks } = this.#bandPlan;
    const rows = picture.open(this.#runner.ring);
    let read = 0;
    try {
      for (const piece of await this.#encoder.head()) await this.#options.write(piece);
      for (const [i, band] of bands.entries()) {
        if (i >= inWorks) await this.#written[i - inWorks];
        const asked = performance.now();
        await rows.readTo(band.readsTo);
        read += performance.now() - asked;
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
      // Nobody works on its memory, and nobody writes, once this is over.
      await Promise.allSettled(this.#written);
    }
    const threads = Math.min(this.#options.threads, bands.length);
    const passed = performance.now() - started;
    const run = Math.min(this.#runner.ms / threads, passed - read);
    return { map: this.#runner.facts, threads, ms: { read, run, write: passed - read - run } };
  }

  /** Begins a band whose input is there. */
  #begin(index: number): void {
    const made = this.#filter(index);
    const written = this.#finish(index, made, this.#lastRow);
    this.#lastRow = made;
    this.#written[index] = written;
    for (const work of [made, written]) {
      work.catch((by) => {
        this.#failure ??= { by };
      });
    }
  }

  /** Filters a band; its last row. */
  async #filter(index: number): Promise<Uint8Array> {
    const { from, to } = this.#bandPlan.bands[index]!.output;
    await this.#runner.run(index, { from, to });
    const samples = this.#runner.stretchOf(index);
    const last = samples.subarray((to - from) * this.#rowSamples, (to - from + 1) * this.#rowSamples);
    return bytesOf(last).slice();
  }

  /** Encodes a band and hands it on. */
  async #finish(index: number, made: Promise<unknown>, above: Promise<Uint8Array>): Promise<void> {
    const { from, to } = this.#bandPlan.bands[index]!.output;
    const samples = this.#runner.stretchOf(index);
    await made;
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
    onProgress?.((index + 1) / this.#bandPlan.bands.length);
  }

  /** @throws what went wrong elsewhere. */
  #check(): void {
    if (this.#failure) throw this.#failure.by;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: SampleArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
