// An encoder that takes a picture band by band.

import type { SampleArray } from '../core/image.js';

/** What encodes a picture of a format band by band. `passing.ts` says what each function is for. */
export interface StripSink<Encoded = unknown> {
  /** Whether all bytes come at the end. */
  readonly gathers: boolean;
  head(): Promise<readonly Uint8Array[]>;
  encode(samples: SampleArray, from: number, rows: number): Promise<Encoded>;
  chunksOf(encoded: Encoded): readonly Uint8Array[];
  end(): Promise<readonly Uint8Array[]>;
}
