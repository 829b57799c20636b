// The plan: every decision about one kernel over one image, as plain data without functions; the engine executes it
// without further decisions. All of it is JSON except `taps`, a packed typed array, which `--explain-plan` prints as a
// list of objects (`unpackTaps` in taps.ts).

import type { SampleShape, Size } from '../core/image.js';
import type { Kernel } from '../kernels/kernel.js';
import type { Border, ConvolutionOptions } from './convolution-options.js';

/** The type of sums. i16, u16 and i32 are exact; f32 is exact for integers up to 2²⁴, f64 up to 2⁵³. */
export type AccumulatorType = 'i16' | 'u16' | 'i32' | 'f32' | 'f64';

/** The type of a tile's input: integers as stored, or samples widened to float. */
export type Scratch = 'u8' | 'u16' | 'f32' | 'f64';

/** How responses become picture values: clamp, abs (|v|), signed (0 is mid-grey). */
export type FixedMap = 'clamp' | 'abs' | 'signed';

/** A non-zero weight: its distance from the output's position, and the plane it reads. */
export interface Tap {
  readonly x: number;
  readonly y: number;
  readonly plane: number;
  readonly weight: number;
}

/** A weight of a row or a column, at a distance along that axis. */
export interface AxisTap {
  readonly distance: number;
  readonly weight: number;
}

/** The product of a row and a column; a separable kernel is the sum of a few. */
export interface Term {
  readonly row: readonly AxisTap[];
  readonly column: readonly AxisTap[];
}

/** The methods that a plan can use. */
export type PlannedMethod = 'direct' | 'separable' | 'running-sums' | 'fft' | 'reference';

/** A method with its estimated cost; the cheapest that is possible and accurate is chosen. */
export interface Alternative {
  readonly method: PlannedMethod;
  /** Estimated nanoseconds per output sample on one thread; null if the method cannot compute this kernel. */
  readonly cost: number | null;
  /** The number of terms, if the method uses them. */
  readonly rank?: number;
  /** Lengths of the transforms, for the method fft. */
  readonly block?: readonly [number, number];
  /** Why it was not chosen, if not for its cost. */
  readonly refused?: string;
}

/** A rectangle of equal weights, starting at tap distance `first`. */
export interface Box extends Size {
  readonly first: readonly [number, number];
  readonly weight: number;
}

/**
 * Overlap-save: transforms of blocks of the input, two at once, one above the other; or, if there are terms, of its
 * rows and then its columns.
 */
export interface Blocks {
  /** The lengths of the transforms: powers of 2. */
  readonly size: readonly [number, number];
  /** The smallest tap distance, and the number of distances from it to the largest. */
  readonly first: readonly [number, number];
  readonly span: readonly [number, number];
}

/** The complete kernel, for the reference method. */
export interface Definition
  extends Pick<Kernel, 'width' | 'height' | 'inChannels' | 'anchor' | 'divisor' | 'bias'> {
  readonly weights: readonly number[];
  readonly convolution: ConvolutionOptions;
}

export interface Plan {
  readonly kernel: string;
  readonly method: PlannedMethod;
  readonly accumulator: AccumulatorType;
  readonly scratch: Scratch;
  /**
   * The type in which sums are scaled (divisor, bias, gain) and mapped to values. With i16 nothing is scaled: the tap
   * loop maps 16-bit sums to bytes itself.
   */
  readonly finish: 'i16' | 'f32' | 'f64';
  readonly source: SampleShape & {
    /** Full scale of the image's samples before any conversion to float. */
    readonly scale: number;
  };
  /** Source channels that are filtered, in order; `luma` computes one from three. */
  readonly channelIndices: readonly number[];
  readonly luma: boolean;
  /**
   * Whether each channel has its own plane of weights, all summed into one map; else each gives a channel of the map.
   */
  readonly sumChannels: boolean;
  readonly border: Border;
  readonly stride: readonly [number, number];
  /** Input position of the first output sample. */
  readonly origin: readonly [number, number];
  readonly output: SampleShape & {
    /** null for unmapped responses (float32). */
    readonly map: FixedMap | null;
    readonly gain: number;
  };
  /**
   * response = sum / divisor + bias; the divisor is folded into the weights (and is then 1) if sums are not integers.
   */
  readonly divisor: number;
  readonly bias: number;
  /** The taps in the order of the kernel as applied, packed as in taps.ts: x, y, plane and weight of each. */
  readonly taps: Float64Array;
  /** Present for the separable method, and for fft along rows and columns: the weights of `taps` as products. */
  readonly terms?: readonly Term[];
  /** Present for running sums only: the weights of `taps` as a box. */
  readonly box?: Box;
  /** Present for the method fft only. */
  readonly blocks?: Blocks;
  /**
   * Whether each sum is computed only from the samples under the kernel's own taps. If so, its rounding error is
   * relative to those samples, and a NaN affects only sums with that sample. Transforms and inexact sums of several
   * products are not faithful: samples under other or zero weights also contribute rounding errors or NaN.
   */
  readonly faithful: boolean;
  /** The methods that were considered. */
  readonly alternatives: readonly Alternative[];
  /** What the requested method cannot guarantee for these samples. */
  readonly caveat?: string;
  /** Present for the reference method only. */
  readonly definition?: Definition;
  /** Output samples per tile; the last of a row or column may be smaller. For fft the bytes depend on it. */
  readonly tile: Size;
  /** Estimated nanoseconds per output sample on one thread; affects the number of threads, never the bytes. */
  readonly cost: number;
  /** Multiply-adds of the whole run. */
  readonly multiplyAdds: number;
  /** |response − definition| is at most this, for samples up to full scale; 0 if exact. */
  readonly errorBound: number;
}
