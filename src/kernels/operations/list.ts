// The list of operations, the steps of kernel algebra, one line each.

import { add } from './add.js';
import { convolve } from './convolve.js';
import { flip } from './flip.js';
import { fold } from './fold.js';
import { normalize } from './normalize.js';
import type { Operation } from './operation.js';
import { outer } from './outer.js';
import { resize } from './resize.js';
import { rotate } from './rotate.js';
import { scale } from './scale.js';
import { subtract } from './subtract.js';
import { transpose } from './transpose.js';

export const operations: readonly Operation[] = [
  rotate,
  transpose,
  flip,
  scale,
  add,
  subtract,
  outer,
  convolve,
  normalize,
  resize,
  fold,
];
