// Rows of the one-dimensional Gaussian and its derivatives, in three variants: sampled at integer positions,
// integrated over each sample, or Lindeberg's discrete kernel.

import { discreteGaussian, erf, erfc } from '../../math/special-functions.js';
import type { Plane } from '../kernel.js';
import { outerProduct } from './plane.js';

export const GAUSSIAN_KINDS = ['sampled', 'integrated', 'discrete'] as const;
export type GaussianKind = (typeof GAUSSIAN_KINDS)[number];

/** The radius in samples at which the Gaussian is truncated, by SciPy's rule. */
export function gaussianRadius(sigma: number, truncate: number): number {
  return Math.floor(truncate * sigma + 0.5);
}

/** For a smaller sigma, a Gaussian is a single sample, as in SciPy. */
const NO_WIDTH = 1e-15;

/** Whether a Gaussian is a single sample, so that filtering with it changes nothing. */
export function isSingleSample(sigma: number): boolean {
  return sigma <= NO_WIDTH;
}

/**
 * The 2 · radius + 1 weights of a Gaussian (order 0, sum 1) or of its derivative of order 1 to 3. With
 * correlation, the response has the sign of the derivative: order 1 is positive where brightness rises.
 * Computed as in SciPy: the weights of the Gaussian are divided by their sum, then differentiated.
 */
export function gaussianRow(sigma: number, radius: number, kind: GaussianKind = 'sampled', order = 0) {
  const from = (weight: (x: number) => number) =>
    Float64Array.from({ length: 2 * radius + 1 }, (_, i) => weight(i - radius));
  if (isSingleSample(sigma)) return from((x) => (x === 0 ? 1 : 0));
  const smooth = { sampled, integrated, discrete }[kind](sigma, radius);
  const row = from((x) => smooth(x));
  const sum = row.reduce((a, b) => a + b, 0);
  if (order === 0) return row.map((weight) => weight / sum);
  if (kind === 'sampled') return row.map((weight, i) => (hermite(order, i - radius, sigma) * weight) / sum);
  if (kind === 'discrete') return from((x) => difference(smooth, order, x) / sum);
  // The integral of a derivative over a sample is the difference of the next lower derivative at its ends.
  const below = (x: number) => hermite(order - 1, x, sigma) * density(sigma, x);
  return from((x) => (below(x - 0.5) - below(x + 0.5)) / sum);
}

/** The plane of a Gaussian with this radius on each side; its weights add up to 1. */
export function gaussianPlane(sigma: number, radius: number): Plane {
  const row = gaussianRow(sigma, radius);
  return outerProduct(row, row);
}

/** The factor between a Gaussian and its n-th derivative, signed for correlation: Heₙ(x/σ)/σⁿ. */
export function hermite(order: number, x: number, sigma: number): number {
  const u = x / sigma;
  return ([1, u, u * u - 1, u * (u * u - 3)][order] as number) / sigma ** order;
}

function sampled(sigma: number): (x: number) => number {
  return (x) => Math.exp(-(x ** 2) / (2 * sigma ** 2));
}

function integrated(sigma: number): (x: number) => number {
  const unit = sigma * Math.SQRT2;
  return (x) => {
    if (x === 0) return erf(0.5 / unit);
    const [near, far] = [(Math.abs(x) - 0.5) / unit, (Math.abs(x) + 0.5) / unit];
    return (near < 1 ? erf(far) - erf(near) : erfc(near) - erfc(far)) / 2;
  };
}

// Two more samples than the radius, for the differences at both ends.
function discrete(sigma: number, radius: number): (x: number) => number {
  const values = discreteGaussian(sigma ** 2, radius + 2);
  return (x) => values[Math.abs(x)]!;
}

function density(sigma: number, x: number): number {
  return Math.exp(-(x ** 2) / (2 * sigma ** 2)) / (sigma * Math.sqrt(2 * Math.PI));
}

// Central differences, mirrored for correlation. Grouped so that both sides of the centre round equally.
function difference(f: (x: number) => number, order: number, x: number): number {
  if (order === 1) return (f(x - 1) - f(x + 1)) / 2;
  if (order === 2) return f(x - 1) + f(x + 1) - 2 * f(x);
  return (f(x - 2) - f(x + 2)) / 2 - (f(x - 1) - f(x + 1));
}
