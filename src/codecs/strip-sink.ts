// The interface of encoders that take an image strip by strip.

import type { Rows, SampleArray } from '../core/image.js';

export interface StripSink<Encoded = unknown> {
  /** Rows of an encoder strip: all calls of `encode` but the last take a multiple of it. */
  readonly unit: number;
  /** Bytes that are held until the end; 0 if the file is written while rows arrive. */
  readonly bytesHeld: number;
  head(): Promise<readonly Uint8Array[]>;
  /**
   * Encodes rows; calls may overlap in time. The samples are valid until the pieces of the rows are written.
   * @param rows samples that follow the row above them in memory, unless `from` is 0.
   * @param from the first of the rows.
   */
  encode(rows: SampleArray, from: number): Promise<Encoded>;
  /** The pieces of the file for encoded rows, given in order. They may be views of the samples. */
  chunksOf(encoded: Encoded): readonly Uint8Array[];
  end(): Promise<readonly Uint8Array[]>;
}

/** Divides the rows of an image into strips of `rows` rows; the last one may be shorter. */
export function stripsOfRows(height: number, rows: number): Rows[] {
  return Array.from({ length: Math.ceil(height / rows) }, (_, i) => {
    return { from: i * rows, to: Math.min(height, (i + 1) * rows) };
  });
}
