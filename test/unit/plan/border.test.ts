// Border modes: which sample of a row each position reads, the positions outside it included. Rows are from numpy.pad
// (modes edge, symmetric, reflect, wrap), or by hand where NumPy has no such mode.

import { expect, it } from 'vitest';
import { BORDER_MODES, BORDERS, OUTSIDE } from '../../../dist/plan/border.js';

const PAD = 6;
const nothing = Array.from({ length: PAD }, () => OUTSIDE);

/** The samples read from six positions before a row of four samples to six after it. */
const READ: Readonly<Record<string, readonly number[]>> = {
  replicate: [0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 3, 3, 3, 3, 3, 3],
  symmetric: [2, 3, 3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0, 0, 1],
  reflect101: [0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3],
  wrap: [2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1],
  constant: [...nothing, 0, 1, 2, 3, ...nothing],
  renormalize: [...nothing, 0, 1, 2, 3, ...nothing],
};

it.each(BORDER_MODES)('%s', (mode) => {
  const { map } = BORDERS[mode];
  const expected = READ[mode]!;
  expect(expected.map((_, i) => map(i - PAD, 4))).toEqual(expected);
  // Of a row of one sample all positions read that one, or none.
  const single = expected.map((_, i) => map(i - PAD, 1));
  expect(single).toEqual(expected.map((_, i) => (expected[0] === OUTSIDE && i !== PAD ? OUTSIDE : 0)));
});
