// Formulas of the shipped kernels that smooth, sharpen or make a relief.

import { type Formulas, type Line, minus, outer, plus, power, square } from './formula.js';
import { diagonals, straight } from './laplacians.js';

const delta = square(1, (x, y) => (x === 0 && y === 0 ? 1 : 0));
const slope: Line = [-1, 0, 1];
const level: Line = [1, 1, 1];
// (x − 1) + (y − 1): the gradient towards the lower right.
const diagonalSlope = plus(outer(level, slope), outer(slope, level));
const relief = minus(
  square(1, (x, y) => (x === -1 && y === -1 ? 2 : 0)),
  square(1, (x, y) => (x === y && x >= 0 ? 1 : 0)),
);

/** OpenCV's rule: `total` times the sampled Gaussian, rounded; the middle takes what is left to `total`. */
function rounded(size: number, total: number): Line {
  const sigma = 0.3 * ((size - 1) / 2 - 1) + 0.8;
  const bell = Array.from({ length: size }, (_, i) => Math.exp(-((i - (size >> 1)) ** 2) / (2 * sigma ** 2)));
  const sum = bell.reduce((a, b) => a + b);
  const line = bell.map((w) => Math.round((total * w) / sum));
  const rest = total - line.reduce((a, b) => a + b);
  return line.map((w, i) => (i === size >> 1 ? w + rest : w));
}

const smoothing = { group: 'smoothing', sum: 1, symmetry: 1 } as const;
const sharpening = { group: 'sharpening', sum: 1, symmetry: 1 } as const;

export const smoothers: Formulas = {
  identity: { group: 'other', weights: delta, sum: 1, symmetry: 1 },
  'box-3': { ...smoothing, weights: outer(level, level), divisor: 9 },
  'gaussian-3': { ...smoothing, weights: outer(power([1, 1], 2), power([1, 1], 2)), divisor: 4 ** 2 },
  'gaussian-5': { ...smoothing, weights: outer(power([1, 1], 4), power([1, 1], 4)), divisor: 4 ** 4 },
  'gaussian-7': { ...smoothing, weights: outer(rounded(7, 64), rounded(7, 64)), divisor: 64 ** 2 },
  'gaussian-9': { ...smoothing, weights: outer(rounded(9, 256), rounded(9, 256)), divisor: 256 ** 2 },
  sharpen: { ...sharpening, weights: minus(delta, straight) },
  'sharpen-strong': { ...sharpening, weights: minus(delta, plus(straight, diagonals)) },
  emboss: { group: 'other', weights: plus(delta, diagonalSlope), sum: 1, symmetry: 0 },
  relief: { group: 'other', weights: relief, bias: 127, sum: 0, symmetry: 0 },
};
