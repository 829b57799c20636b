// The plan: every decision about one kernel over one image, as plain data. It holds no functions, and no typed array
// but its taps; the engine carries it out without deciding anything more.

import type { Depth } from '../core/image.js';
import type { Border, ConvolutionOptions } from './convolution-options.js';

/**
 * What sums are made of. i16 and u16: 16 bits, i32: 32 bits, all exact; f32: float32, exact for whole numbers
 * up to 2²⁴; f64: float64, exact for whole numbers up to 2⁵³.
 */
export type AccumulatorType = 'i16' | 'u16' | 'i32' | 'f32' | 'f64';

/** What a tile's input is kept as: whole numbers as they are stored, or samples widened to float. */
export type Scratch = 'u8' | 'u16' | 'f32' | 'f64';

/** How responses become picture values: clamp, abs (|v|), signed (0 is mid-grey). */
export type FixedMap = 'clamp' | 'abs' | 'signed';

/** One weight that is not zero: its distance from the output's position, and the plane it reads. */
export interface Tap {
  readonly x: number;
  readonly y: number;
  readonly plane: number;
  readonly weight: number;
}

/** One weight of a row or a column: its distance along that axis. */
export interface AxisTap {
  readonly distance: number;
  readonly weight: number;
}

/** A product of a row and a column; a separable kernel is the sum of a few. */
export interface Term {
  readonly row: readonly AxisTap[];
  readonly column: readonly AxisTap[];
}

/** The ways to compute sums. */
export type PlannedMethod = 'direct' | 'separable' | 'running-sums' | 'fft' | 'reference';

/** A method with its estimated cost; the cheapest that is possible and right is chosen. */
export interface Alternative {
  readonly method: PlannedMethod;
  /** Estimated nanoseconds an output sample on one thread; null where it cannot be taken at all. */
  readonly cost: number | null;
  /** Products of a row and a column, where it goes by them. */
  readonly rank?: number;
  /** Lengths of the transforms, for the method fft. */
  readonly block?: readonly [number, number];
  /** Why it was not taken, where cost is not the reason. */
  readonly refused?: string;
}

/** A rectangle of equal weights, from tap distance `first` on. */
export interface Box {
  readonly first: readonly [number, number];
  readonly width: number;
  readonly height: number;
  readonly weight: number;
}

/**
 * Overlap-save: transforms of blocks of the input, two at a time, one above the other; or, where there are terms, of
 * its rows and then of columns, each by themselves.
 */
export interface Blocks {
  /** Samples that a transform spans: powers of 2. */
  readonly size: readonly [number, number];
  /** The smallest tap distance, and how many distances there are from it to the largest. */
  readonly first: readonly [number, number];
  readonly span: readonly [number, number];
}

/** The kernel in full, for the method that follows the definition instead of a tap list. */
export interface Definition {
  readonly width: number;
  readonly height: number;
  readonly inChannels: number | null;
  readonly weights: readonly number[];
  readonly anchor: readonly [number, number];
  readonly divisor: number;
  readonly bias: number;
  readonly convolution: ConvolutionOptions;
}

export interface Plan {
  readonly kernel: string;
  readonly method: PlannedMethod;
  readonly accumulator: AccumulatorType;
  readonly scratch: Scratch;
  /** The arithmetic that turns sums into values; i16 stores |sum| or the clamped sum at once. */
  readonly finish: 'i16' | 'f32' | 'f64';
  readonly source: {
    readonly width: number;
    readonly height: number;
    readonly channels: number;
    readonly depth: Depth;
    /** Full scale of the image's samples, before any were turned to float. */
    readonly scale: number;
  };
  /** Source channels that are filtered, in order; `luma` reads three and makes one of them. */
  readonly channelIndices: readonly number[];
  readonly luma: boolean;
  /** Whether each pick is a plane of its own, summed into one map; else each gives a channel of the map. */
  readonly sumChannels: boolean;
  readonly border: Border;
  readonly stride: readonly [number, number];
  /** Input position of the first output sample. */
  readonly origin: readonly [number, number];
  readonly output: {
    readonly width: number;
    readonly height: number;
    readonly channels: number;
    readonly depth: Depth;
    /** null for responses as they are (float32). */
    readonly map: FixedMap | null;
    readonly gain: number;
  };
  /** response = sum / divisor + bias; folded into the weights (then 1) where sums are not whole numbers. */
  readonly divisor: number;
  readonly bias: number;
  /** The taps in the order of the kernel as applied, packed as in taps.ts: x, y, plane, weight of each. */
  readonly taps: Float64Array;
  /** Present for the separable method, and for fft along rows and columns: the same weights as taps, as products. */
  readonly terms?: readonly Term[];
  /** Present for the method running-sums only: the same weights as taps. */
  readonly box?: Box;
  /** Present for the method fft only. */
  readonly blocks?: Blocks;
  /**
   * Whether each sum is made of the kernel's own taps, each once, so that its rounding is a share of the samples under
   * them; not so for transforms and sums of several products.
   */
  readonly faithful: boolean;
  /** What was weighed against the method. */
  readonly alternatives: readonly Alternative[];
  /** What the method that was asked for cannot promise for these samples. */
  readonly caveat?: string;
  /** Present for the reference method only. */
  readonly definition?: Definition;
  /** Output samples a tile holds; the last of a row or column may be smaller. For fft the bytes depend on it. */
  readonly tile: { readonly width: number; readonly height: number };
  /** Estimated nanoseconds an output sample on one thread; steers the number of threads, never the bytes. */
  readonly cost: number;
  /** Multiply-adds of the whole run. */
  readonly multiplyAdds: number;
  /** |response − definition| is at most this, for samples of full scale; 0 where it is exact. */
  readonly errorBound: number;
}
