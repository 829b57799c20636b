// The input of the choice of a method: taps, properties of the samples, and the size of the map.

import type { Size } from '../core/image.js';
import type { OutputScaling } from './accumulator.js';
import type { Plan } from './plan.js';
import type { RefusalReason } from './sample-range.js';

/** What the sums are computed from, and the size of the map. */
export interface Range extends Size, Pick<Plan, 'taps' | 'sumChannels' | 'stride'> {
  /** The largest sample if samples are integers from 0; else null. */
  readonly largest: number | null;
  readonly constant: number;
  /** Whether every sample is finite and at most full scale; false for float images. */
  readonly isBounded: boolean;
  /** Why the samples rule out a method whose rounding is relative to the largest of them; null if they do not. */
  readonly refusalReason: RefusalReason;
  /** How sums are scaled to output values. */
  readonly scaling: OutputScaling;
  readonly planes: number;
}
