// Every shipped kernel's formula, and every shipped bank's members in order.

import { bases } from './bases.js';
import { compass, POINTS } from './compass.js';
import type { Formulas } from './formula.js';
import { gradients } from './gradients.js';
import { laplacians } from './laplacians.js';
import { smoothers } from './smoothing.js';

/** By name; a new kernel's formula goes into the table of its family. */
export const formulas: Formulas = { ...smoothers, ...gradients, ...compass, ...laplacians, ...bases };

const eight = (name: string) => POINTS.map((point) => `${name}-${point}`);
const beginning = (start: string) => Object.keys(bases).filter((name) => name.startsWith(start));

/** The pairs whose magnitude a bank of that name is. */
export const magnitudes: Readonly<Record<string, readonly [string, string]>> = {
  sobel: ['sobel-x', 'sobel-y'],
  scharr: ['scharr-x', 'scharr-y'],
  prewitt: ['prewitt-x', 'prewitt-y'],
  roberts: ['roberts-1', 'roberts-2'],
  farid: ['farid-5-x', 'farid-5-y'],
};

/** Members by the bank's name. */
export const banks: Readonly<
  Record<string, { readonly group: string; readonly members: readonly string[] }>
> = {
  kirsch: { group: 'compass', members: eight('kirsch') },
  robinson: { group: 'compass', members: eight('robinson') },
  'robinson-3': { group: 'compass', members: eight('robinson-3') },
  'prewitt-compass': { group: 'compass', members: eight('prewitt-compass') },
  'frei-chen': { group: 'basis', members: beginning('frei-chen-') },
  haar: { group: 'basis', members: beginning('haar-') },
  laws: { group: 'texture', members: beginning('laws-') },
};
