// What a bank is for patches at a stride: orthonormal, a tight frame, a frame, or none. Its frame operator over an
// endless plane falls apart into one small matrix for each frequency, between the samples of a stride; the smallest and
// the largest eigenvalue of them are the frame's bounds. Patches side by side have one such matrix, which is a Gram
// matrix of the kernels. Knows weights. Source: Vetterli & Kovačević 1995, polyphase matrices of filter banks.

import type { Kernel } from '../../kernels/kernel.js';
import { decompose } from '../../math/svd.js';
import type { Patch } from './patches.js';

/**
 * orthonormal: as many coefficients as samples, A = B = 1. orthogonal: the same with A = B ≠ 1. basis: as many
 * coefficients as samples. tight: more of them, A = B. frame: A < B. none: A = 0, some images have no coefficients.
 */
export type FrameKind = 'orthonormal' | 'orthogonal' | 'basis' | 'tight' | 'frame' | 'none';

export interface Frame {
  readonly kind: FrameKind;
  /** A · Σ samples² ≤ Σ coefficients² ≤ B · Σ samples², over all images. A is 0 where there is no frame. */
  readonly lower: number;
  readonly upper: number;
  /** Coefficients a sample. */
  readonly redundancy: number;
  /** Samples of a stride, and how many of them the bank tells apart at the worst frequency. */
  readonly dimensions: number;
  readonly rank: number;
  /** Where the lower bound is reached, in cycles a stride along [x, y]; null where all frequencies are alike. */
  readonly weakest: readonly [number, number] | null;
  /** How many frequencies along each axis were looked at; the bounds are exact where it is 1. */
  readonly frequencies: number;
}

/** Bounds are told from 0 and from each other to this share of the upper one: tables of ten digits pass. */
const TOLERANCE = 1e-9;
/** Multiplications that take about a second. */
const MOST_WORK = 1e9;
const GRIDS = [128, 64, 32, 16, 8];

/** The verdict; null where it would take long. */
export function frameOf(
  kernels: readonly Kernel[],
  patch: Patch,
  stride: readonly [number, number],
): Frame | null {
  const dimensions = stride[0] * stride[1];
  const taps = Math.max(Math.ceil(patch.width / stride[0]), Math.ceil(patch.height / stride[1]));
  const least = taps === 1 ? 1 : Math.min(128, Math.max(16, 2 * taps));
  const grid = taps === 1 ? 1 : GRIDS.find((size) => size < 2 * least && workOf(size) <= MOST_WORK);
  function workOf(size: number): number {
    const own = kernels.length * dimensions ** 2 + (dimensions === 1 ? 0 : 30 * (2 * dimensions) ** 3);
    const spectra = kernels.reduce((sum, { weights, height }) => sum + weights.length + size * height, 0);
    return ((size * size) / 2) * own + size * spectra;
  }
  if (grid === undefined || (grid === 1 && kernels.length * dimensions ** 2 > MOST_WORK)) return null;
  const phases = kernels.map((kernel, k) => phasesOf(kernel, patch.places[k]!, stride));
  let [lower, upper, rank] = [Number.POSITIVE_INFINITY, 0, dimensions];
  let weakest: [number, number] = [0, 0];
  const spectra = phases.map((planes) => planes.map((plane) => spectrumOf(plane, grid)));
  // Weights are real, so half of the frequencies are like the others.
  for (let v = 0; v <= grid >> 1; v++) {
    for (let u = 0; u < grid; u++) {
      const values = eigenvalues(spectra, v * grid + u, dimensions, grid === 1);
      if (values === null) return null;
      const [largest, smallest] = [Math.max(...values), Math.max(0, Math.min(...values))];
      const there = values.filter((value) => value > TOLERANCE * largest).length;
      upper = Math.max(upper, largest);
      rank = Math.min(rank, there);
      if (smallest < lower) [lower, weakest] = [smallest, [centred(u / grid), centred(v / grid)]];
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

/** −½ … ½ cycles. */
function centred(frequency: number): number {
  return frequency > 0.5 ? frequency - 1 : frequency;
}

/** Weights that lie whole strides apart. */
interface Phase {
  readonly width: number;
  readonly height: number;
  readonly weights: Float64Array;
}

/** One phase for each sample of a stride, x fastest. */
function phasesOf(
  { width, height, weights, divisor }: Kernel,
  [left, above]: readonly [number, number],
  [across, down]: readonly [number, number],
): Phase[] {
  const wide = Math.ceil((left + width) / across);
  const tall = Math.ceil((above + height) / down);
  const phases = Array.from({ length: across * down }, () => ({
    width: wide,
    height: tall,
    weights: new Float64Array(wide * tall),
  }));
  weights.forEach((weight, i) => {
    const [x, y] = [left + (i % width), above + Math.floor(i / width)];
    const { weights: own } = phases[(y % down) * across + (x % across)]!;
    own[Math.floor(y / down) * wide + Math.floor(x / across)] = weight / divisor;
  });
  return phases;
}

interface Spectrum {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** Σ w · e^(−2πi(ux + vy)) at grid · grid frequencies from 0 on, u fastest; rows first, then columns. */
function spectrumOf({ width, height, weights }: Phase, grid: number): Spectrum {
  const [cos, sin] = [Math.cos, Math.sin].map((wave) =>
    Float64Array.from({ length: grid }, (_, i) => wave((2 * Math.PI * i) / grid)),
  ) as [Float64Array, Float64Array];
  const rows = { real: new Float64Array(height * grid), imaginary: new Float64Array(height * grid) };
  for (let y = 0; y < height; y++) {
    for (let u = 0; u < grid; u++) {
      let [re, im] = [0, 0];
      for (let x = 0; x < width; x++) {
        re += weights[y * width + x]! * cos[(u * x) % grid]!;
        im -= weights[y * width + x]! * sin[(u * x) % grid]!;
      }
      rows.real[y * grid + u] = re;
      rows.imaginary[y * grid + u] = im;
    }
  }
  const real = new Float64Array(grid * grid);
  const imaginary = new Float64Array(grid * grid);
  for (let v = 0; v <= grid >> 1; v++) {
    for (let u = 0; u < grid; u++) {
      let [re, im] = [0, 0];
      for (let y = 0; y < height; y++) {
        const [a, b] = [rows.real[y * grid + u]!, rows.imaginary[y * grid + u]!];
        const [c, s] = [cos[(v * y) % grid]!, sin[(v * y) % grid]!];
        re += a * c + b * s;
        im += b * c - a * s;
      }
      real[v * grid + u] = re;
      imaginary[v * grid + u] = im;
    }
  }
  return { real, imaginary };
}

/** The eigenvalues of Σ over kernels of the products of their phases at one frequency; null where it takes long. */
function eigenvalues(
  spectra: readonly (readonly Spectrum[])[],
  at: number,
  dimensions: number,
  isReal: boolean,
): number[] | null {
  const re = spectra.map((phases) => phases.map(({ real }) => real[at]!));
  const im = spectra.map((phases) => phases.map(({ imaginary }) => imaginary[at]!));
  if (!isReal) return valuesOf(hermitian(re, im, dimensions))?.filter((_, i) => i % 2 === 0) ?? null;
  if (spectra.length >= dimensions) return valuesOf(products(transposed(re)));
  // Kernels are fewer than samples: their own products have the same eigenvalues, but for zeros.
  const own = valuesOf(products(re));
  return own && [...own, ...Array<number>(dimensions - spectra.length).fill(0)];
}

/** In falling order. */
function valuesOf(matrix: readonly Float64Array[]): number[] | null {
  const diagonal = matrix.map((row, i) => row[i]!);
  const largest = Math.max(...diagonal);
  const isDiagonal = matrix.every((row, i) =>
    row.every((value, j) => i === j || Math.abs(value) <= 1e-13 * largest),
  );
  if (isDiagonal) return diagonal.sort((a, b) => b - a);
  if (30 * matrix.length ** 3 > MOST_WORK) return null;
  return [...decompose(matrix).values];
}

function transposed(rows: readonly (readonly number[])[]): number[][] {
  return rows[0]!.map((_, column) => rows.map((row) => row[column]!));
}

/** The products of all pairs of rows. */
function products(rows: readonly (readonly number[])[]): Float64Array[] {
  return rows.map((a) => Float64Array.from(rows, (b) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)));
}

/** A Hermitian matrix as a real one of twice the size, which has the same eigenvalues, each twice. */
function hermitian(
  re: readonly (readonly number[])[],
  im: readonly (readonly number[])[],
  side: number,
): Float64Array[] {
  const matrix = Array.from({ length: 2 * side }, () => new Float64Array(2 * side));
  for (const [k, real] of re.entries()) {
    const imaginary = im[k]!;
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        const alike = real[i]! * real[j]! + imaginary[i]! * imaginary[j]!;
        const across = real[i]! * imaginary[j]! - imaginary[i]! * real[j]!;
        matrix[i]![j]! += alike;
        matrix[side + i]![side + j]! += alike;
        matrix[i]![side + j]! -= across;
        matrix[side + i]![j]! += across;
      }
    }
  }
  return matrix;
}
