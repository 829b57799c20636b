// The 3 × 3 Laplacian: a mix of its upright and its diagonal form, weighted by alpha.

import { defineGenerator, real } from './generator.js';

export const laplacian = defineGenerator({
  name: 'laplacian',
  group: 'laplacian',
  description:
    '3 by 3 Laplacian from the upright (alpha 0) to the diagonal form (1); negative at the centre. Sum 0.',
  source: "4/(alpha+1) [alpha/4 (1-alpha)/4 alpha/4; (1-alpha)/4 -1 ...], MATLAB fspecial's form",
  parameters: {
    alpha: real(
      [0, 1],
      'share of the diagonal form; 0.2 gives the nine-point 1 4 1; 4 -20 4; 1 4 1 over 6',
      0.2,
    ),
  },
  size: () => 9,
  make({ alpha }) {
    const edge = 1 - alpha;
    const weights = Float64Array.of(alpha, edge, alpha, edge, -4, edge, alpha, edge, alpha);
    return [{ width: 3, height: 3, weights, divisor: 1 + alpha }];
  },
});
