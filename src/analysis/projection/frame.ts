// Classifies a bank applied at a stride: orthonormal, tight frame, frame, or none. Over an infinite plane,
// its frame operator decomposes into one small matrix per frequency, over the samples of a stride; their
// smallest and largest eigenvalues are the frame bounds. For patches that do not overlap there is one, a Gram
// matrix of the kernels. Source: Vetterli & Kovačević 1995, polyphase matrices of filter banks.

import { spectrumOf, wavesOf } from '../../kernels/analysis/frequency-response.js';
import type { Kernel, Plane } from '../../kernels/kernel.js';
import { decompose, dot } from '../../math/svd.js';
import type { Patch } from './patches.js';

/**
 * orthonormal: as many coefficients as samples, A = B = 1. orthogonal: the same with A = B ≠ 1. basis: as
 * many coefficients as samples. tight: more coefficients, A = B. frame: A < B. none: A = 0, some images have
 * only zero coefficients.
 */
export type FrameKind = 'orthonormal' | 'orthogonal' | 'basis' | 'tight' | 'frame' | 'none';

export interface Frame {
  readonly kind: FrameKind;
  /** A · Σ samples² ≤ Σ coefficients² ≤ B · Σ samples² for all images. A is 0 if there is no frame. */
  readonly lower: number;
  readonly upper: number;
  /** Coefficients per sample. */
  readonly redundancy: number;
  /** Samples per stride, and how many of them the bank distinguishes at the worst frequency. */
  readonly dimensions: number;
  readonly rank: number;
  /** Frequency of the lower bound in cycles per stride along [x, y]; null if all frequencies are equal. */
  readonly weakest: readonly [number, number] | null;
  /** Number of frequencies evaluated along each axis; the bounds are exact if it is 1. */
  readonly frequencies: number;
}

/** Relative tolerance for bounds that are 0 or equal: weights published with ten digits pass. */
const TOLERANCE = 1e-9;
/** Multiplications in about a second. */
const MAX_MULTIPLICATIONS = 1e9;
const GRIDS = [128, 64, 32, 16, 8];

/** Classifies a bank; null if it would take too long. */
export function frameOf(
  kernels: readonly Kernel[],
  patch: Patch,
  stride: readonly [number, number],
): Frame | null {
  const dimensions = stride[0] * stride[1];
  const taps = Math.max(Math.ceil(patch.width / stride[0]), Math.ceil(patch.height / stride[1]));
  const least = taps === 1 ? 1 : Math.min(128, Math.max(16, 2 * taps));
  const grid = taps === 1 ? 1 : GRIDS.find((size) => size < 2 * least && workOf(size) <= MAX_MULTIPLICATIONS);
  function workOf(size: number): number {
    const own = kernels.length * dimensions ** 2 + (dimensions === 1 ? 0 : 30 * (2 * dimensions) ** 3);
    const spectra = kernels.reduce((sum, { weights, height }) => sum + weights.length + size * height, 0);
    return ((size * size) / 2) * own + size * spectra;
  }
  if (grid === undefined || (grid === 1 && kernels.length * dimensions ** 2 > MAX_MULTIPLICATIONS))
    return null;
  const phases = kernels.map((kernel, k) => phasesOf(kernel, patch.places[k]!, stride));
  let [lower, upper, rank] = [Number.POSITIVE_INFINITY, 0, dimensions];
  let weakest: [number, number] = [0, 0];
  const angle = (f: number, position: number) => (2 * Math.PI * ((f * position) % grid)) / grid;
  const spectra = phases.map((planes) => {
    const { width, height } = planes[0]!;
    // Weights are real, so that half of the frequencies suffice.
    const waves = [wavesOf(width, grid, angle), wavesOf(height, (grid >> 1) + 1, angle)] as const;
    return planes.map((plane) => spectrumOf(plane, ...waves));
  });
  for (let v = 0; v <= grid >> 1; v++) {
    for (let u = 0; u < grid; u++) {
      const values = eigenvalues(spectra, v * grid + u, dimensions, grid === 1);
      if (values === null) return null;
      const [largest, smallest] = [Math.max(...values), Math.max(0, Math.min(...values))];
      const there = values.filter((value) => value > TOLERANCE * largest).length;
      upper = Math.max(upper, largest);
      rank = Math.min(rank, there);
      if (smallest < lower)
        [lower, weakest] = [smallest, [signedFrequency(u / grid), signedFrequency(v / grid)]];
    }
  }
  const redundancy = kernels.length / dimensions;
  const isNone = lower <= TOLERANCE * upper;
  const bounds = { lower: isNone ? 0 : lower, upper };
  const kind = kindOf({ ...bounds, redundancy });
  const isFlat = grid === 1 || upper - lower <= TOLERANCE * upper;
  return {
    kind,
    ...bounds,
    redundancy,
    dimensions,
    rank,
    weakest: isFlat ? null : weakest,
    frequencies: grid,
  };
}

function kindOf({ lower, upper, redundancy }: Pick<Frame, 'lower' | 'upper' | 'redundancy'>): FrameKind {
  if (lower === 0) return 'none';
  if (upper - lower > TOLERANCE * upper) return redundancy === 1 ? 'basis' : 'frame';
  if (redundancy > 1) return 'tight';
  return Math.abs(upper - 1) <= TOLERANCE ? 'orthonormal' : 'orthogonal';
}

/** The frequency as −½ … ½ cycles. */
function signedFrequency(frequency: number): number {
  return frequency > 0.5 ? frequency - 1 : frequency;
}

/** The weights of a kernel at multiples of the stride: one phase per sample of a stride, x fastest. */
function phasesOf(
  { width, height, weights, divisor }: Kernel,
  [left, above]: readonly [number, number],
  [strideX, strideY]: readonly [number, number],
): Plane[] {
  const wide = Math.ceil((left + width) / strideX);
  const tall = Math.ceil((above + height) / strideY);
  const phases = Array.from({ length: strideX * strideY }, () => ({
    width: wide,
    height: tall,
    weights: new Float64Array(wide * tall),
  }));
  weights.forEach((weight, i) => {
    const [x, y] = [left + (i % width), above + Math.floor(i / width)];
    const { weights: own } = phases[(y % strideY) * strideX + (x % strideX)]!;
    own[Math.floor(y / strideY) * wide + Math.floor(x / strideX)] = weight / divisor;
  });
  return phases;
}

/**
 * The eigenvalues of the sum, over kernels, of the products of their phases at one frequency; null if it
 * takes too long.
 */
function eigenvalues(
  spectra: readonly (readonly ReturnType<typeof spectrumOf>[])[],
  at: number,
  dimensions: number,
  isReal: boolean,
): number[] | null {
  const re = spectra.map((phases) => phases.map(({ real }) => real[at]!));
  const im = spectra.map((phases) => phases.map(({ imaginary }) => imaginary[at]!));
  if (!isReal)
    return symmetricEigenvalues(realForm(re, im, dimensions))?.filter((_, i) => i % 2 === 0) ?? null;
  if (spectra.length >= dimensions) {
    const columns = re[0]!.map((_, column) => re.map((row) => row[column]!));
    return symmetricEigenvalues(gramMatrix(columns));
  }
  // With fewer kernels than samples, the products of kernels have the same non-zero eigenvalues.
  const own = symmetricEigenvalues(gramMatrix(re));
  return own && [...own, ...Array<number>(dimensions - spectra.length).fill(0)];
}

/** In descending order. */
function symmetricEigenvalues(matrix: readonly Float64Array[]): number[] | null {
  const diagonal = matrix.map((row, i) => row[i]!);
  const largest = Math.max(...diagonal);
  const isDiagonal = matrix.every((row, i) =>
    row.every((value, j) => i === j || Math.abs(value) <= 1e-13 * largest),
  );
  if (isDiagonal) return diagonal.sort((a, b) => b - a);
  if (30 * matrix.length ** 3 > MAX_MULTIPLICATIONS) return null;
  return [...decompose(matrix).values];
}

/** The products of all pairs of rows. */
function gramMatrix(rows: readonly (readonly number[])[]): Float64Array[] {
  return rows.map((a) => Float64Array.from(rows, (b) => dot(a, b)));
}

/** A Hermitian matrix as a real matrix of twice the size, which has each eigenvalue twice. */
function realForm(
  re: readonly (readonly number[])[],
  im: readonly (readonly number[])[],
  side: number,
): Float64Array[] {
  const matrix = Array.from({ length: 2 * side }, () => new Float64Array(2 * side));
  for (const [k, real] of re.entries()) {
    const imaginary = im[k]!;
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        const symmetricPart = real[i]! * real[j]! + imaginary[i]! * imaginary[j]!;
        const antisymmetricPart = real[i]! * imaginary[j]! - imaginary[i]! * real[j]!;
        matrix[i]![j]! += symmetricPart;
        matrix[side + i]![side + j]! += symmetricPart;
        matrix[i]![side + j]! -= antisymmetricPart;
        matrix[side + i]![j]! += antisymmetricPart;
      }
    }
  }
  return matrix;
}
