// The Laplacian of a Gaussian, sampled and corrected to sum to 0. Sign as in SciPy: negative at the centre,
// so that dark blobs give positive responses.

import { gaussianRadius, gaussianRow } from '../sampling/gaussian.js';
import { sampledPlane, toZeroSum } from '../sampling/plane.js';
import { defineGenerator, real, whole } from './generator.js';

export const log = defineGenerator({
  name: 'log',
  group: 'laplacian',
  description: 'Laplacian of a Gaussian: positive on dark blobs, negative on bright ones. Sum 0.',
  source:
    'Marr & Hildreth 1980: (r^2 - 2 sigma^2)/sigma^4 times the normalised Gaussian as in SciPy, minus the mean of all weights',
  keywords: ['laplacian of gaussian', 'marr hildreth', 'blob', 'blobs', 'mexican hat', 'edge'],
  example: 'sigma=2',
  parameters: {
    sigma: real([0.3, 1000], 'standard deviation of the Gaussian in samples'),
    radius: whole(
      [1, 8000],
      'samples on each side of the centre; default floor(4 sigma + 0.5)',
      ({ sigma }) => gaussianRadius(sigma!, 4),
    ),
  },
  size: ({ radius }) => (2 * radius + 1) ** 2,
  make({ sigma, radius }) {
    const row = gaussianRow(sigma, radius);
    const plane = sampledPlane([radius, radius], (x, y) => {
      const bend = (x ** 2 + y ** 2 - 2 * sigma ** 2) / sigma ** 4;
      return bend * row[x + radius]! * row[y + radius]!;
    });
    const flat = new Float64Array(plane.weights.length).fill(1);
    return [{ ...plane, weights: toZeroSum(plane.weights, flat) }];
  },
});
