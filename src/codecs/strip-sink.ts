// The interface of encoders that take an image strip by strip.

import type { SampleArray } from '../core/image.js';

/** Encodes an image strip by strip. pipeline/run-strips.ts describes the order of calls. */
export interface StripSink<Encoded = unknown> {
  /** Whether the file is written only at the end. */
  readonly isBuffered: boolean;
  head(): Promise<readonly Uint8Array[]>;
  encode(samples: SampleArray, from: number, rows: number): Promise<Encoded>;
  chunksOf(encoded: Encoded): readonly Uint8Array[];
  end(): Promise<readonly Uint8Array[]>;
}
