// Formats that store rows from the top, one after the other, behind a header that follows from the shape of the image:
// each encodes rows as they arrive, and a whole image as a single strip of rows.

import type { ImageInfo, SampleArray, Samples } from '../core/image.js';
import { encodeWhole, type StripSink } from './strip-sink.js';

export interface RowEncoder {
  /** The bytes before the first row. */
  readonly head: readonly Uint8Array[];
  /** The bytes of whole rows: a view of the samples if the file stores them as they are in memory. */
  encode(rows: SampleArray): Uint8Array;
}

/** Creates the encoder of an image. @throws OutputError if the format cannot hold it. */
export type RowFormat = (picture: ImageInfo) => RowEncoder;

/** How a whole image and strips of it are encoded, for the entry of a format in registry.ts. */
export function byRows(format: RowFormat) {
  const strips = (picture: ImageInfo): StripSink<Uint8Array> => {
    const { head, encode } = format(picture);
    return {
      unit: 1,
      bytesHeld: 0,
      head: async () => head,
      encode: async (rows) => encode(rows),
      chunksOf: (bytes) => [bytes],
      end: async () => [],
    };
  };
  return { strips, encode: (picture: Samples) => encodeWhole(strips(picture), picture) };
}

/** The samples as bytes, without copying. */
export function sampleBytes({ buffer, byteOffset, byteLength }: SampleArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Encodes raw: samples as in memory, rows from the top, channels interleaved, little-endian, no header. */
export const rawRows: RowFormat = () => ({ head: [], encode: sampleBytes });
