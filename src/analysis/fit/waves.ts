// Which way the steps of a descent go, and how far. Neighbouring samples of a picture are alike, so that coarse patterns of
// weights change responses a thousand times more than fine ones, and steps straight against the gradient would be as many.
// Along the cosine waves of the kernel's grid samples hardly depend on each other: a gradient's part along each wave is
// divided by the power that the samples have in it. (LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, section 5.)

import type { Sums } from './sums.js';

/** Rounds after which the largest eigenvalue is known well enough for the length of a step. */
const ROUNDS = 40;
/** What the largest eigenvalue may be more than those rounds found. */
const MARGIN = 1.1;

export interface Steps {
  /** Turns a gradient of the weights (and the bias behind them) into a direction. */
  readonly along: (gradient: Float64Array) => Float64Array;
  /** The largest curvature of half the mean square along such directions. */
  readonly curvature: number;
}

/** Directions for width × height weights, and for a bias behind them where there is one. */
export function stepsFor({ products, count }: Sums, width: number, height: number, bias: boolean): Steps {
  const area = width * height;
  const waves = wavesOf(width, height).map((wave) => padded(wave, area + (bias ? 1 : 0)));
  if (bias) {
    // What a wave changes of all responses together the bias takes back: else both would do the same work.
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
    along(gradient) {
      const direction = new Float64Array(gradient.length);
      waves.forEach((wave, k) => {
        const part = dot(wave, gradient) / powers[k]!;
        for (let i = 0; i < wave.length; i++) direction[i]! += part * wave[i]!;
      });
      return direction;
    },
    curvature: MARGIN * largestEigenvalue(correlations),
  };
}

/** Orthonormal products of cosines (DCT-II), each as weights with x fastest. */
function wavesOf(width: number, height: number): Float64Array[] {
  const row = (n: number, k: number) =>
    Array.from(
      { length: n },
      (_, i) => Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * (i + 0.5) * k) / n),
    );
  return Array.from({ length: width * height }, (_, k) => {
    const [across, down] = [row(width, k % width), row(height, Math.floor(k / width))];
    return Float64Array.from(
      { length: width * height },
      (_, i) => across[i % width]! * down[Math.floor(i / width)]!,
    );
  });
}

function padded(wave: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length);
  longer.set(wave);
  return longer;
}

/** Of a symmetric matrix, by power iteration. */
function largestEigenvalue(matrix: readonly (readonly number[])[]): number {
  // Not along any axis of symmetry that an eigenvector may have.
  let vector = Float64Array.from({ length: matrix.length }, (_, i) => 1 / (i + 1));
  let value = 1;
  for (let round = 0; round < ROUNDS; round++) {
    const next = Float64Array.from(matrix, (row) => dot(vector, row));
    value = Math.hypot(...next) / Math.hypot(...vector);
    vector = next;
  }
  return value;
}

function dot(a: Float64Array, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
