// The binomial blur: outer product of row 2r of Pascal's triangle, over 4^(2r). The integer-weight
// approximation of a Gaussian with σ² = r/2.

import { outerProduct } from '../sampling/plane.js';
import { defineGenerator, whole } from './generator.js';

export const binomial = defineGenerator({
  name: 'binomial',
  group: 'smoothing',
  description: 'Binomial blur with whole weights, close to a Gaussian of sigma = sqrt(radius / 2).',
  source: "outer product of row 2*radius of Pascal's triangle, over 4^(2*radius)",
  keywords: ['smooth', 'smoothing', 'low pass', 'binomial blur', 'blur'],
  example: 'radius=2',
  parameters: {
    // Σ weights = 2^(4r): up to 13, every sum of weights is exact in float64.
    radius: whole([0, 13], 'samples on each side of the centre'),
  },
  size: ({ radius }) => (2 * radius + 1) ** 2,
  make({ radius }) {
    const width = 2 * radius + 1;
    const row = new Float64Array(width).fill(1);
    // C(n, k) = C(n, k − 1) · (n − k + 1) / k divides without remainder.
    for (let k = 1; k < width; k++) row[k] = (row[k - 1]! * (width - k)) / k;
    return [{ ...outerProduct(row, row), divisor: 4 ** (2 * radius) }];
  },
});
