// Formulas of the shipped compass kernels: a ring of eight weights, turned by multiples of 45°.

import type { Formulas, Line, Rows } from './formula.js';

/** The eight places around the middle as [y, x], clockwise from the upper left. */
const RING = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 2],
  [2, 2],
  [2, 1],
  [2, 0],
  [1, 0],
] as const;

/** The directions from the top clockwise, as names have them. */
export const POINTS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const;

/** 3 × 3 weights with their ring turned clockwise by 45° times `turns`. */
export function turned(rows: Rows, turns: number): Rows {
  const result = rows.map((row) => [...row]);
  for (const [i, [y, x]] of RING.entries()) {
    const [toY, toX] = RING[(i + turns + 8) % 8]!;
    result[toY]![toX] = rows[y]![x]!;
  }
  return result;
}

/** The kernel towards the top: the ring's weights from the upper left on. */
function north(ring: Line, middle: number): Rows {
  const [a, b, c, d, e, f, g, h] = ring as [number, number, number, number, number, number, number, number];
  return [
    [a, b, c],
    [h, middle, d],
    [g, f, e],
  ];
}

function family(name: string, first: Rows, symmetry: -1 | 0): Formulas {
  const entries = POINTS.map((point, i) => {
    const formula = { group: 'compass', weights: turned(first, i), sum: 0, symmetry } as const;
    return [`${name}-${point}`, formula] as const;
  });
  return Object.fromEntries(entries);
}

export const compass: Formulas = {
  ...family('kirsch', north([5, 5, 5, -3, -3, -3, -3, -3], 0), 0),
  ...family('robinson', north([1, 2, 1, 0, -1, -2, -1, 0], 0), -1),
  ...family('robinson-3', north([1, 1, 1, 0, -1, -1, -1, 0], 0), -1),
  ...family('prewitt-compass', north([1, 1, 1, 1, -1, -1, -1, 1], -2), 0),
};
