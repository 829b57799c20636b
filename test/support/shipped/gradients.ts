// Formulas of the shipped first and second derivatives.

import { turned } from './compass.js';
import { bothWays, convolved, type Formula, type Formulas, type Line, outer, power } from './formula.js';

const slope: Line = [-1, 0, 1];
const gradient = { group: 'gradient', sum: 0, symmetry: -1 } as const;

const flat = (column: Line, row: Line): Formula => ({ ...gradient, weights: outer(column, row) });

/** OpenCV's Sobel of a size: a binomial times a slope smoothed by a binomial. */
function sobel(size: number): Formula {
  return flat(power([1, 1], size - 1), convolved(power([1, 1], size - 3), slope));
}

// Farid & Simoncelli's tables: the half up to the middle, of even lines with it. Optimised numbers, so that
// only their own properties can be computed again; those are in kernel-families.test.ts.
const even = (half: Line, middle: number): Line => [...half, middle, ...half.toReversed()];
const odd = (half: Line): Line => [...half.map((w) => -w), 0, ...half.toReversed()];

interface Farid {
  readonly smooth: Line;
  readonly first: Line;
  /** The lines of second derivatives, from the table that has them. */
  readonly with2?: { readonly smooth: Line; readonly first: Line; readonly second: Line };
}

const smooth7 = even([0.004711, 0.069321, 0.24541], 0.361117);
const first7 = odd([0.018708, 0.125376, 0.193091]);
const smooth9 = even([0.000721, 0.015486, 0.090341, 0.234494], 0.317916);
const first9 = odd([0.003059, 0.035187, 0.118739, 0.143928]);

/** The tables by their number of taps. */
export const faridTables: Readonly<Record<number, Farid>> = {
  3: { smooth: even([0.229879], 0.540242), first: odd([0.425287]) },
  5: {
    smooth: even([0.0376593171958126, 0.249153396177344], 0.426374573253687),
    first: odd([0.109603762960254, 0.276690988455557]),
    with2: {
      smooth: even([0.03032, 0.249724], 0.439911),
      first: odd([0.10455, 0.292315]),
      second: even([0.232905, 0.002668], -0.471147),
    },
  },
  7: {
    smooth: smooth7,
    first: first7,
    with2: {
      smooth: smooth7,
      first: first7,
      second: even([0.055336, 0.137778, -0.056554], -0.273118),
    },
  },
  9: {
    smooth: smooth9,
    first: first9,
    with2: {
      smooth: smooth9,
      first: first9,
      second: even([0.010257, 0.061793, 0.085598, -0.061661], -0.191974),
    },
  },
};

function faridOf(taps: string, { smooth, first, with2 }: Farid): Formulas {
  const name = `farid-${taps}`;
  const second = { ...gradient, symmetry: 1, sumWithin: 3e-6 } as const;
  return {
    ...bothWays(name, { ...flat(smooth, first), sumWithin: 1e-15 }),
    [`${name}-smooth`]: {
      group: 'smoothing',
      weights: outer(smooth, smooth),
      sum: 1,
      sumWithin: 5e-6,
      symmetry: 1,
    },
    ...(with2 && {
      [`${name}-xx`]: { ...second, weights: outer(with2.smooth, with2.second) },
      [`${name}-yy`]: { ...second, weights: outer(with2.second, with2.smooth) },
      [`${name}-xy`]: { ...second, weights: outer(with2.first, with2.first) },
    }),
  };
}

const farids = Object.entries(faridTables).map(([taps, table]) => faridOf(taps, table));

/** A difference is one row (x) or one column (y). */
const difference = (row: Line, rest: Partial<Formula>) => ({ ...gradient, weights: [row], ...rest });

const corner = { ...gradient, anchor: [0, 0] } as const;

export const gradients: Formulas = {
  ...bothWays('sobel', sobel(3)),
  ...bothWays('sobel-5', sobel(5)),
  ...bothWays('sobel-7', sobel(7)),
  'sobel-ne': { ...gradient, weights: turned(outer([1, 2, 1], slope), -1) },
  'sobel-se': { ...gradient, weights: turned(outer([1, 2, 1], slope), 1) },
  ...bothWays('prewitt', flat([1, 1, 1], slope)),
  ...bothWays('scharr', flat([3, 10, 3], slope)),
  ...bothWays('scharr-47', flat([47, 162, 47], slope)),
  'roberts-1': {
    ...corner,
    weights: [
      [1, 0],
      [0, -1],
    ],
  },
  'roberts-2': {
    ...corner,
    weights: [
      [0, 1],
      [-1, 0],
    ],
  },
  ...bothWays('central-difference', difference(slope, { divisor: 2 })),
  ...bothWays('forward-difference', difference([0, -1, 1], { symmetry: 0 })),
  ...bothWays('backward-difference', difference([-1, 1, 0], { symmetry: 0 })),
  ...Object.assign({}, ...farids),
};
