// The input of the choice of a method: taps, what is known of the samples, and the size of the map.

import type { Finish } from './accumulator.js';
import type { RefusalReason } from './sample-range.js';

/** What the sums run over. */
export interface Range {
  /** Packed as in taps.ts. */
  readonly taps: Float64Array;
  /** The largest sample, where samples are whole numbers from 0; else null. */
  readonly largest: number | null;
  readonly constant: number;
  /** Whether every sample is finite and at most the full scale: not so in float images. */
  readonly bounded: boolean;
  /** What the samples have against a method whose rounding is a share of the largest of them. */
  readonly doubt: RefusalReason;
  readonly finish: Finish;
  /** Whether planes are summed into one map. */
  readonly across: boolean;
  readonly planes: number;
  readonly stride: readonly [number, number];
  /** Size of the map. */
  readonly width: number;
  readonly height: number;
}
