// The preconditioner of the descent. Neighbouring samples of an image are similar, so that smooth patterns of
// weights change responses a thousand times more than fine ones, and plain gradient steps would need as many
// iterations. Along the cosine waves of the kernel's grid samples are almost uncorrelated: the gradient's
// component along each wave is divided by the power of the samples in it. (LeCun, Bottou, Orr & Müller 1998,
// Efficient BackProp, section 5.)

import { outerProduct } from '../../kernels/sampling/plane.js';
import { dot } from '../../math/svd.js';
import type { Sums } from './sums.js';

/** Iterations after which the largest eigenvalue is accurate enough for the step size. */
const POWER_ITERATIONS = 40;
/** Allowance for the error of that eigenvalue. */
const EIGENVALUE_MARGIN = 1.1;

/** The preconditioner for width × height weights and an optional bias. */
export function createPreconditioner(
  { products, count }: Sums,
  width: number,
  height: number,
  bias: boolean,
) {
  const area = width * height;
  const waves = cosineWaves(width, height).map((wave) => Float64Array.from(bias ? [...wave, 0] : wave));
  if (bias) {
    // The bias removes what a wave changes in all responses together, so that both directions are
    // independent.
    const ones = products[area]!;
    for (const wave of waves) wave[area] = -dot(wave.subarray(0, area), ones) / ones[area]!;
    waves.push(Float64Array.from({ length: area + 1 }, (_, i) => (i === area ? 1 : 0)));
  }
  const means = products.slice(0, waves.length).map((row) => row.map((value) => value / count));
  const turned = waves.map((wave) => means.map((row) => dot(wave, row)));
  const powers = waves.map((wave, k) => dot(wave, turned[k]!));
  const correlations = waves.map((_, k) =>
    waves.map((other, l) => dot(other, turned[k]!) / Math.sqrt(powers[k]! * powers[l]!)),
  );
  return {
    /** Converts a gradient of the weights (and bias) to a direction. */
    precondition(gradient: Float64Array): Float64Array {
      const direction = new Float64Array(gradient.length);
      waves.forEach((wave, k) => {
        const part = dot(wave, gradient) / powers[k]!;
        for (let i = 0; i < wave.length; i++) direction[i]! += part * wave[i]!;
      });
      return direction;
    },
    /** The largest curvature of half the mean square along such directions. */
    curvature: EIGENVALUE_MARGIN * largestEigenvalue(correlations),
  };
}

/** Orthonormal products of cosines (DCT-II), each as weights with x fastest. */
function cosineWaves(width: number, height: number): Float64Array[] {
  const wave = (n: number, k: number) =>
    Float64Array.from(
      { length: n },
      (_, i) => Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * (i + 0.5) * k) / n),
    );
  return Array.from({ length: width * height }, (_, k) => {
    return outerProduct(wave(height, Math.floor(k / width)), wave(width, k % width)).weights;
  });
}

/** The largest eigenvalue of a symmetric matrix, by power iteration. */
function largestEigenvalue(matrix: readonly (readonly number[])[]): number {
  // A start vector without the symmetry of any eigenvector.
  let vector = Float64Array.from({ length: matrix.length }, (_, i) => 1 / (i + 1));
  let value = 1;
  for (let round = 0; round < POWER_ITERATIONS; round++) {
    const next = Float64Array.from(matrix, (row) => dot(vector, row));
    value = Math.hypot(...next) / Math.hypot(...vector);
    vector = next;
  }
  return value;
}
