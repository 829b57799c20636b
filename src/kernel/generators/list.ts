// The generators there are: one line each.

import { binomial } from './binomial.js';
import { box } from './box.js';
import { gaussian } from './gaussian.js';
import type { Generator } from './generator.js';

export const generators: readonly Generator[] = [gaussian, box, binomial];
