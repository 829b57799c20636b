// One output of a running pipeline: hands the strips of a map to its encoder, in the encoder's own strips, and writes
// what it returns in order.

import type { StripSink } from '../codecs/strip-sink.js';
import type { Rows, SampleArray } from '../core/image.js';
import type { StripBuffer } from '../engine/run-strips.js';

/** The destination of a map. */
export interface PipelineOutput {
  readonly sink: StripSink;
  /** Receives the bytes of the file, in order; resolves when they are written. */
  readonly write: (piece: Uint8Array) => Promise<void>;
}

export class OutputStrips {
  readonly #output: PipelineOutput;
  readonly #rowSamples: number;
  readonly #height: number;
  /** Rows that the encoder has not taken, after the last one that it has. */
  #carried: Promise<SampleArray> = Promise.resolve(new Uint8Array());
  #written: Promise<void> = Promise.resolve();
  #failed: { readonly by: unknown } | null = null;

  /** @param height rows of the map. */
  constructor(output: PipelineOutput, rowSamples: number, height: number) {
    this.#output = output;
    this.#rowSamples = rowSamples;
    this.#height = height;
  }

  /** Why the output could not be encoded or written. */
  get failed(): { readonly by: unknown } | null {
    return this.#failed;
  }

  begin(): Promise<void> {
    return this.#writeAll(() => this.#output.sink.head());
  }

  end(): Promise<void> {
    return this.#writeAll(() => this.#output.sink.end());
  }

  /**
   * Encodes and writes a strip. Strips are given from the top.
   * @param computed resolves when the strip is in the buffer.
   * @returns bytes of encoded pieces, once the strip is written and its buffer is free.
   */
  add(buffer: StripBuffer, { from, to }: Rows, computed: Promise<void>): Promise<number> {
    const { sink } = this.#output;
    const row = this.#rowSamples;
    // The encoder's strips that are complete with this one.
    const first = from - (from % sink.unit);
    const end = to === this.#height ? to : to - (to % sink.unit);
    const at = (y: number) => buffer.start + (y - from) * row;
    const earlier = this.#carried;
    const ready = computed.then(async () => {
      const carried = await earlier;
      buffer.samples.set(carried, buffer.start - carried.length);
    });
    const keptFrom = Math.max(end, first) - 1;
    this.#carried = ready.then(() => buffer.samples.slice(at(keptFrom), at(to)));
    // A failure is reported through `computed`.
    this.#carried.catch(() => undefined);
    const before = this.#written;
    const done = ready.then(async () => {
      let bytes = 0;
      await this.#writeAll(async () => {
        if (end <= first) return [];
        const encoded = await sink.encode(buffer.samples.subarray(at(first), at(end)), first);
        await before;
        const pieces = sink.chunksOf(encoded);
        bytes += pieces.reduce((sum, { length }) => sum + length, 0);
        return pieces;
      });
      await before;
      return bytes;
    });
    this.#written = done.then(() => undefined);
    this.#written.catch(() => undefined);
    return done;
  }

  /** Writes the result of `make`; a failure affects this output only. */
  async #writeAll(make: () => Promise<readonly Uint8Array[]>): Promise<void> {
    if (this.#failed) return;
    try {
      for (const piece of await make()) {
        if (this.#failed) return;
        await this.#output.write(piece);
      }
    } catch (by) {
      this.#failed ??= { by };
    }
  }
}
