// Encodes a JPEG strip by strip, with the same bytes as encode.ts.

import type { Rows, SampleArray, Samples } from '../../core/image.js';
import { mapWithConcurrency } from '../../runtime/concurrency.js';
import { encodingError } from '../encoding-error.js';
import type { LossyOptions } from '../lossy-options.js';
import type { StripSink } from '../strip-sink.js';
import { CONCURRENT_STRIPS, jpegStrip } from './encode.js';
import { JpegJoiner, jpegStripsOf } from './restart-intervals.js';

export class JpegStripSink implements StripSink<Uint8Array[]> {
  readonly unit: number;
  readonly bytesHeld = 0;
  readonly #picture: Omit<Samples, 'data'>;
  readonly #path: string;
  readonly #options: LossyOptions;
  readonly #strips: readonly Rows[];
  readonly #chain: JpegJoiner;

  /** @param path the path of the file, for errors. */
  constructor(picture: Omit<Samples, 'data'>, path: string, options: LossyOptions) {
    this.#picture = picture;
    this.#path = path;
    this.#options = options;
    this.#strips = jpegStripsOf(picture, options);
    this.#chain = new JpegJoiner(picture, options);
    this.unit = this.#strips[0]!.to;
  }

  /** Empty: the header is part of the first strip. */
  async head(): Promise<Uint8Array[]> {
    return [];
  }

  /** @throws OutputError. */
  async encode(samples: SampleArray, from: number, rows: number): Promise<Uint8Array[]> {
    const row = this.#picture.width * this.#picture.channels;
    const strips = this.#strips.filter((strip) => strip.from >= from && strip.from < from + rows);
    const encode = (strip: Rows) => {
      const [first, last] = [strip.from - from + 1, strip.to - from + 1];
      return jpegStrip(this.#picture, samples.subarray(first * row, last * row), strip, this.#options);
    };
    try {
      return await mapWithConcurrency(strips, CONCURRENT_STRIPS, encode);
    } catch (cause) {
      throw encodingError(cause, 'jpeg', this.#path);
    }
  }

  chunksOf(strips: readonly Uint8Array[]): Uint8Array[] {
    return strips.flatMap((strip) => this.#chain.add(strip));
  }

  async end(): Promise<Uint8Array[]> {
    return [this.#chain.end()];
  }
}
