// Formats that store rows from the top, one after the other, behind a header that follows from the shape of the image:
// each encodes rows as they arrive, and a whole image as a single strip of rows.

import type { SampleArray, Samples } from '../core/image.js';
import type { StripSink } from './strip-sink.js';

export interface RowEncoder {
  /** The bytes before the first row. */
  readonly head: readonly Uint8Array[];
  /** The bytes of whole rows: a view of the samples if the file stores them as they are in memory. */
  encode(rows: SampleArray): Uint8Array;
}

/** Creates the encoder of an image. @throws OutputError if the format cannot hold it. */
export type RowFormat = (picture: Omit<Samples, 'data'>) => RowEncoder;

/** How a whole image and strips of it are encoded, for the entry of a format in registry.ts. */
export function byRows(format: RowFormat) {
  return {
    encode: (picture: Samples) => {
      const { head, encode } = format(picture);
      return [...head, encode(picture.data)];
    },
    strips: (picture: Omit<Samples, 'data'>): StripSink => new RowSink(format(picture), picture),
  };
}

/** The samples as bytes, without copying. */
export function sampleBytes({ buffer, byteOffset, byteLength }: SampleArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

class RowSink implements StripSink<Uint8Array> {
  readonly unit = 1;
  readonly bytesHeld = 0;
  readonly #encoder: RowEncoder;
  readonly #rowSamples: number;

  constructor(encoder: RowEncoder, { width, channels }: Pick<Samples, 'width' | 'channels'>) {
    this.#encoder = encoder;
    this.#rowSamples = width * channels;
  }

  async head(): Promise<readonly Uint8Array[]> {
    return this.#encoder.head;
  }

  async encode(samples: SampleArray, _from: number, rows: number): Promise<Uint8Array> {
    return this.#encoder.encode(samples.subarray(this.#rowSamples, (rows + 1) * this.#rowSamples));
  }

  chunksOf(bytes: Uint8Array): Uint8Array[] {
    return [bytes];
  }

  async end(): Promise<Uint8Array[]> {
    return [];
  }
}

/** Encodes raw: samples as in memory, rows from the top, channels interleaved, little-endian, no header. */
export const rawRows: RowFormat = () => ({ head: [], encode: sampleBytes });
