// Formats that store rows from the top, one after the other, behind a header that follows from the shape of the image:
// each encodes rows as they arrive.

import { bytesOfArray, type ImageInfo, type SampleArray } from '../core/image.js';
import type { StripSink } from './strip-sink.js';

/** Creates the encoder of an image. @throws OutputError if the format cannot hold it. */
export type RowFormat = (picture: ImageInfo) => StripSink<Uint8Array>;

/**
 * Encodes rows.
 * @param head the bytes before the first row.
 * @param encode the bytes of whole rows; by default a view of the samples, which the file stores as they are in memory.
 */
export function rowSink(
  head: readonly Uint8Array[],
  encode: (rows: SampleArray) => Uint8Array = bytesOfArray,
): StripSink<Uint8Array> {
  return {
    unit: 1,
    bytesHeld: 0,
    head: async () => head,
    encode: async (rows) => encode(rows),
    chunksOf: (bytes) => [bytes],
    end: async () => [],
  };
}

/** Encodes raw: samples as in memory, rows from the top, channels interleaved, little-endian, no header. */
export const rawRows: RowFormat = () => rowSink([]);
