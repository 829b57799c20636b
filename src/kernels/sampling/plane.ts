// Creates planes of weights: an outer product of two rows, or a function of x and y sampled around the
// centre. Also corrects weights to a sum of 0.

import type { Plane } from '../kernel.js';

/** weights[y][x] = column[y] · row[x]. */
export function outerProduct(column: Float64Array, row: Float64Array): Plane {
  const [width, height] = [row.length, column.length];
  const weights = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) weights[y * width + x] = column[y]! * row[x]!;
  }
  return { width, height, weights };
}

/** weights = f(x, y) at integer positions around the centre, x right and y down; `across` and `down` are the radii. */
export function sampledPlane(
  [across, down]: readonly [across: number, down: number],
  f: (x: number, y: number) => number,
): Plane {
  const [width, height] = [2 * across + 1, 2 * down + 1];
  const weights = Float64Array.from({ length: width * height }, (_, i) =>
    f((i % width) - across, Math.floor(i / width) - down),
  );
  return { width, height, weights };
}

/** The weights minus the multiple of an envelope that makes their sum 0, up to rounding. */
export function toZeroSum(weights: Float64Array, envelope: Float64Array): Float64Array {
  // Summed in pairs from both ends: antisymmetric weights sum to exactly 0 and stay unchanged.
  const sum = weights.reduce((total, weight, i) => total + (weight + weights.at(-1 - i)!), 0) / 2;
  const share = sum / sumOf(envelope);
  return weights.map((weight, i) => weight - share * envelope[i]!);
}

export function sumOf(weights: Float64Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}
