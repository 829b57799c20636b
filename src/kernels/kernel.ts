// A kernel: weights with an anchor, a divisor and a bias; and a bank of them. Values only: this file does
// not know where a kernel comes from nor how it is slid.

import type { Combine } from './combine.js';
import type { Group } from './groups.js';

/** One kernel, checked: every number finite, every size at least 1. Never changed once made. */
export interface Kernel {
  /** As people call it; output names and reports use it. */
  readonly name: string;
  /** What it is listed under. */
  readonly group?: Group;
  readonly description?: string;
  /** What people search it by, beside its name and description. */
  readonly keywords?: readonly string[];
  readonly source?: string;
  readonly width: number;
  readonly height: number;
  /**
   * null: weights are one plane [y][x], slid over each channel for itself. A number: weights are
   * [inChannel][y][x], and the map is the sum over that many channels of the input.
   */
  readonly inChannels: number | null;
  /** (inChannels ?? 1) · height · width numbers, x fastest, then y, then channel. */
  readonly weights: Float64Array;
  /** response = Σ(weights · samples) / divisor + bias. Never 0. */
  readonly divisor: number;
  readonly bias: number;
  /** [x, y] of the weight that lies over the output's position, in the kernel as written. */
  readonly anchor: readonly [number, number];
}

/** Ordered kernels over one image. */
export interface Bank {
  readonly name: string;
  /** What it is listed under, what it is for and where it comes from, where its file says so. */
  readonly group?: Group;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly source?: string;
  readonly kernels: readonly Kernel[];
  /** Neighbours whose maps become one map unless something else is asked for, in order; left out, none do. */
  readonly joins?: readonly Join[];
}

/** Kernels of a bank, `count` of them from number `from`, whose maps become one map of its own name. */
export interface Join {
  readonly name: string;
  readonly combine: Combine;
  readonly from: number;
  readonly count: number;
}

/** The most kernels of a bank. */
export const BANK_SIZE_LIMIT = 4096;

/** The anchor a kernel has where none is given: the centre, right and below of it for even sizes. */
export function defaultAnchor(width: number, height: number): readonly [number, number] {
  return [width >> 1, height >> 1];
}

/** The kernel turned by 180° with its anchor: correlating with it convolves with the original. */
export function rotate180(kernel: Kernel): Kernel {
  const { width, height, anchor } = kernel;
  const area = width * height;
  const weights = new Float64Array(kernel.weights.length);
  for (let plane = 0; plane < weights.length; plane += area) {
    for (let i = 0; i < area; i++) weights[plane + i] = kernel.weights[plane + area - 1 - i]!;
  }
  return { ...kernel, weights, anchor: [width - 1 - anchor[0], height - 1 - anchor[1]] };
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
  // Asked for at every run: a loop takes a tenth of the time of `reduce`.
  let sum = 0;
  const { weights } = kernel;
  for (let i = 0; i < weights.length; i++) sum += Math.abs(weights[i]!);
  return sum;
}

/** Weights that are stored as float32, or published with six decimals, add up to 0 within this share of Σ |w|. */
const ROUNDED_WEIGHTS = 1e-5;

/** Whether the response to a constant image is 0 whatever its value: gain 0 to within rounding, and no bias. */
export function hasZeroDcResponse(kernel: Kernel): boolean {
  return kernel.bias === 0 && Math.abs(sumOfWeights(kernel)) <= ROUNDED_WEIGHTS * sumOfMagnitudes(kernel);
}

/** Whether the weights add up to 0 but for rounding: 0.1 + 0.2 − 0.3 is not 0 in floating point. */
export function hasZeroSum(kernel: Kernel): boolean {
  const rest = Number.EPSILON * kernel.weights.length * sumOfMagnitudes(kernel);
  return Math.abs(sumOfWeights(kernel)) <= rest;
}
