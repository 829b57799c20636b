// Formulas of the shipped Laplacians and Laplacians of Gaussians.

import {
  convolved,
  type Formula,
  type Formulas,
  minus,
  outer,
  plus,
  power,
  square,
  times,
  transposed,
} from './formula.js';

const bend = [1, -2, 1];
const middle = [0, 1, 0];

/** Second differences along x and y. */
export const straight = plus(outer(middle, bend), outer(bend, middle));
/** Second differences along both diagonals. */
export const diagonals = square(1, (x, y) => (x === 0 && y === 0 ? -4 : x !== 0 && y !== 0 ? 1 : 0));

/** Neighbours at a distance less four times the middle. */
const ring = (squaredDistance: number) =>
  square(2, (x, y) => {
    const squared = x * x + y * y;
    return squared === 0 ? -4 : squared === squaredDistance ? 1 : 0;
  });

// OpenCV's second derivative of 5 taps, smoothed along the other axis, and the same transposed.
const smoothed = outer(power([1, 1], 4), convolved(bend, power([1, 1], 2)));

const laplacian = { group: 'laplacian', sum: 0, symmetry: 1 } as const;

/** ∇²G for σ = 1.4, times 483, which brings its middle to -40. */
export const sampledLog = square(4, (x, y) => {
  const [squared, variance] = [x * x + y * y, 1.4 ** 2];
  const bell = Math.exp(-squared / (2 * variance));
  return (483 * (squared - 2 * variance) * bell) / (2 * Math.PI * variance ** 3);
});

export const laplacians: Formulas = {
  'laplacian-4': { ...laplacian, weights: straight },
  'laplacian-8': { ...laplacian, weights: plus(straight, diagonals) },
  'laplacian-9-point': { ...laplacian, weights: plus(times(straight, 4), diagonals), divisor: 6 },
  'laplacian-oono-puri': { ...laplacian, weights: plus(times(straight, 2), diagonals), divisor: 4 },
  'laplacian-cv2-3': { ...laplacian, weights: times(diagonals, 2) },
  'laplacian-cv2-5': { ...laplacian, weights: plus(smoothed, transposed(smoothed)) },
  'laplacian-im-2': { ...laplacian, weights: minus(times(diagonals, 2), straight) },
  'laplacian-im-3': { ...laplacian, weights: outer(bend, bend) },
  'log-5': { ...laplacian, weights: plus(plus(times(ring(1), 2), ring(2)), ring(4)) },
  // Rounded so that they add up to 0, which took some of them to the next but one integer.
  'log-9': { ...laplacian, weights: sampledLog, within: 1 } satisfies Formula,
};
