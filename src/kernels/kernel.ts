// Kernels (weights with anchor, divisor and bias) and banks of kernels, as plain values, with the properties
// that follow from their weights.

import type { Combine } from './combine.js';
import type { Group } from './groups.js';

/** How a kernel or bank is named and described. */
export interface Labels {
  /** Used in output names and reports. */
  readonly name: string;
  /** The group under which it is listed. */
  readonly group?: Group;
  readonly description?: string;
  /** Search words, in addition to name and description. */
  readonly keywords?: readonly string[];
  readonly source?: string;
}

/** One validated kernel: every number is finite, every size is at least 1. Immutable. */
export interface Kernel extends Labels {
  readonly width: number;
  readonly height: number;
  /**
   * null: the weights are one plane [y][x], applied to each channel separately. A number: the weights are
   * [inChannel][y][x], and the map is the sum over that many input channels.
   */
  readonly inChannels: number | null;
  /** (inChannels ?? 1) · height · width numbers: x varies fastest, then y, then channel. */
  readonly weights: Float64Array;
  /** response = Σ(weights · samples) / divisor + bias. Never 0. */
  readonly divisor: number;
  readonly bias: number;
  /** [x, y] of the weight that is applied at the output position, in the kernel as written. */
  readonly anchor: readonly [number, number];
}

/** Ordered kernels over one image. */
export interface Bank extends Labels {
  readonly kernels: readonly Kernel[];
  /** Runs of consecutive kernels whose maps are combined by default, in order; none if left out. */
  readonly joins?: readonly Join[];
}

/** `count` kernels from index `from`, whose maps are combined into one map with a name of its own. */
export interface Join {
  readonly name: string;
  readonly combine: Combine;
  readonly from: number;
  readonly count: number;
}

/** The largest float32 number; the engine and the layers compute in float32. */
export const FLOAT32_MAX = 3.4028234663852886e38;

/** The maximum number of kernels in a bank. */
export const BANK_SIZE_LIMIT = 4096;

/** The default anchor: the centre; for even sizes, right of and below the centre. */
export function defaultAnchor(width: number, height: number): readonly [number, number] {
  return [width >> 1, height >> 1];
}

/** The kernel rotated by 180° together with its anchor: correlating with it convolves with the original. */
export function rotate180(kernel: Kernel): Kernel {
  const { width, height, anchor } = kernel;
  const area = width * height;
  const weights = kernel.weights.slice();
  for (let at = 0; at < weights.length; at += area) weights.subarray(at, at + area).reverse();
  return { ...kernel, weights, anchor: [width - 1 - anchor[0], height - 1 - anchor[1]] };
}

/** A plane of weights; x varies fastest. */
export type Plane = Pick<Kernel, 'width' | 'height' | 'weights'>;

/** The planes of a kernel: one, or one per input channel. */
export function planesOf({ width, height, inChannels, weights }: Kernel): Plane[] {
  const area = width * height;
  return Array.from({ length: inChannels ?? 1 }, (_, c) => {
    return { width, height, weights: weights.subarray(c * area, (c + 1) * area) };
  });
}

/** Visits all weights in order, each with its offset [x, y] from the anchor and its plane. */
export function forEachWeight(
  kernel: Pick<Kernel, 'width' | 'height' | 'anchor'> & { readonly weights: ArrayLike<number> },
  visit: (weight: number, x: number, y: number, plane: number) => void,
): void {
  const { weights, width, height, anchor } = kernel;
  const planes = weights.length / width / height;
  let i = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) visit(weights[i++]!, x - anchor[0], y - anchor[1], plane);
    }
  }
}

/** A kernel of one plane with divisor 1, no bias and the default anchor. */
export function plainKernel(name: string, { width, height, weights }: Plane): Kernel {
  const anchor = defaultAnchor(width, height);
  return { name, width, height, inChannels: null, weights, divisor: 1, bias: 0, anchor };
}

/** Whether all weights are whole numbers, so that sums over integer samples are exact integers. */
export function hasIntegerWeights(kernel: Kernel): boolean {
  return kernel.weights.every(Number.isInteger);
}

/** Σ w over all planes. */
export function sumOfWeights(kernel: Kernel): number {
  return kernel.weights.reduce((sum, w) => sum + w, 0);
}

/** Σ |w| over all planes: with the largest sample it bounds every response. */
export function sumOfMagnitudes(kernel: Kernel): number {
  // Called in every run: this loop takes a tenth of the time of `reduce`.
  let sum = 0;
  const { weights } = kernel;
  for (let i = 0; i < weights.length; i++) sum += Math.abs(weights[i]!);
  return sum;
}

/** Weights stored as float32, or published with six decimals, sum to 0 within this share of Σ |w|. */
const ROUNDED_WEIGHTS = 1e-5;

/**
 * Whether the response to every constant image is 0: no bias, and a weight sum of 0 to within rounding of the
 * weights.
 */
export function hasZeroDcResponse(kernel: Kernel): boolean {
  return kernel.bias === 0 && Math.abs(sumOfWeights(kernel)) <= ROUNDED_WEIGHTS * sumOfMagnitudes(kernel);
}

/** Whether the weights sum to 0 up to floating-point error: 0.1 + 0.2 − 0.3 is not exactly 0. */
export function hasZeroSum(kernel: Kernel): boolean {
  const rest = Number.EPSILON * kernel.weights.length * sumOfMagnitudes(kernel);
  return Math.abs(sumOfWeights(kernel)) <= rest;
}
