// Formulas of the shipped bases: Frei–Chen, Haar and Laws.

import { turned } from './compass.js';
import { convolved, type Formula, type Formulas, type Line, minus, outer, power, times } from './formula.js';
import { diagonals, straight } from './laplacians.js';

const basis = { group: 'basis', sum: 0 } as const;
const root = Math.SQRT2;
const root8 = 2 * root;
const within = 1e-16;

// 1 and 2 are √2-Sobels, 3 and 4 ripples: all four are rings of weights by their angles.
const average = outer([1, 0, -1], [1, root, 1]);
const ripple = [
  [0, -1, root],
  [1, 0, -1],
  [-root, 1, 0],
];
const ones = outer([1, 1, 1], [1, 1, 1]);
const bend = [1, -2, 1];
// 5 and 6 are quadrupoles: signs change every 90°.
const quadrupole = outer([1, 0, -1], [-1, 0, 1]);

const freiChen: Readonly<Record<string, Formula>> = {
  'frei-chen-1': { ...basis, weights: times(average, 1 / root8), within, symmetry: -1 },
  'frei-chen-2': {
    ...basis,
    weights: times(outer([1, root, 1], [1, 0, -1]), 1 / root8),
    within,
    symmetry: -1,
  },
  'frei-chen-3': { ...basis, weights: times(ripple, 1 / root8), within, symmetry: -1 },
  'frei-chen-4': { ...basis, weights: times(turned(ripple, -2), 1 / root8), within, symmetry: -1 },
  'frei-chen-5': { ...basis, weights: turned(quadrupole, -1), divisor: 2, symmetry: 1 },
  'frei-chen-6': { ...basis, weights: quadrupole, divisor: 2, symmetry: 1 },
  'frei-chen-7': { ...basis, weights: outer(bend, bend), divisor: 6, symmetry: 1 },
  'frei-chen-8': { ...basis, weights: minus(straight, times(diagonals, 2)), divisor: 6, symmetry: 1 },
  'frei-chen-9': { ...basis, weights: ones, divisor: 3, sum: 3, symmetry: 1 },
};

// Haar: products of the mean and the difference of two samples, 1/√2 each.
const mean: Line = [1, 1];
const difference: Line = [1, -1];
const block = { group: 'basis', divisor: 2, anchor: [0, 0] } as const;

const haar: Formulas = {
  'haar-mean': { ...block, weights: outer(mean, mean), sum: 2, symmetry: 1 },
  'haar-x': { ...block, weights: outer(mean, difference), sum: 0, symmetry: -1 },
  'haar-y': { ...block, weights: outer(difference, mean), sum: 0, symmetry: -1 },
  'haar-xy': { ...block, weights: outer(difference, difference), sum: 0, symmetry: 1 },
};

// Laws' lines of five are products (convolutions) of his lines of three.
const L3 = power([1, 1], 2);
const E3 = [-1, 0, 1];
const S3 = [-1, 2, -1];
const lawsLines: Readonly<Record<string, Line>> = {
  l5: convolved(L3, L3),
  e5: convolved(L3, E3),
  s5: convolved(L3, S3),
  w5: convolved(E3, S3).map((w) => -w),
  r5: convolved(S3, S3),
};
const magnitude = (line: Line) => line.reduce((sum, w) => sum + Math.abs(w), 0);

function lawsKernel([down, column]: [string, Line], [across, row]: [string, Line]): [string, Formula] {
  const odd = ['e5', 'w5'];
  const symmetry = odd.includes(down) === odd.includes(across) ? 1 : -1;
  const divisor = magnitude(column) * magnitude(row);
  const sum = down === 'l5' && across === 'l5' ? 1 : 0;
  const weights = outer(column, row);
  return [`laws-${down}${across}`, { group: 'texture', weights, divisor, sum, symmetry }];
}

const laws: Formulas = Object.fromEntries(
  Object.entries(lawsLines).flatMap((down) =>
    Object.entries(lawsLines).map((across) => lawsKernel(down, across)),
  ),
);

export const bases: Formulas = { ...freiChen, ...haar, ...laws };
