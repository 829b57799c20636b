// The difference of two Gaussians, each truncated at its own radius.

import { gaussianRadius, gaussianRow } from '../sampling/gaussian.js';
import { outerProduct } from '../sampling/plane.js';
import { defineGenerator, real } from './generator.js';

export const dog = defineGenerator({
  name: 'dog',
  group: 'laplacian',
  description: 'Difference of Gaussians: a band-pass, positive on bright blobs if sigma1 < sigma2. Sum 0.',
  source: 'G(sigma1) - G(sigma2), as scikit-image; sigma2 = 1.6 sigma1 resembles -log (Marr & Hildreth 1980)',
  keywords: ['difference of gaussians', 'band pass', 'bandpass', 'blob', 'blobs'],
  example: 'sigma1=1,sigma2=2',
  parameters: {
    sigma1: real([0.2, 1000], 'standard deviation of the Gaussian that is added'),
    sigma2: real(
      [0.2, 1600],
      'standard deviation of the Gaussian that is subtracted; default 1.6 sigma1',
      ({ sigma1 }) => 1.6 * sigma1!,
    ),
    truncate: real([1, 8], 'each Gaussian is cut off after this many standard deviations', 4),
  },
  validate({ sigma1, sigma2 }) {
    if (Math.abs(sigma2 / sigma1 - 1) >= 0.01) return undefined;
    return {
      parameter: 'sigma2',
      expected: 'at least 1 % more or less than sigma1, else the difference vanishes',
    };
  },
  size: ({ sigma1, sigma2, truncate }) => (2 * radiusOf(Math.max(sigma1, sigma2), truncate) + 1) ** 2,
  make({ sigma1, sigma2, truncate }) {
    const radius = radiusOf(Math.max(sigma1, sigma2), truncate);
    const blur = (sigma: number) => {
      const own = radiusOf(sigma, truncate);
      const row = new Float64Array(2 * radius + 1);
      row.set(gaussianRow(sigma, own), radius - own);
      return outerProduct(row, row);
    };
    const [added, taken] = [blur(sigma1), blur(sigma2)];
    return [{ ...added, weights: added.weights.map((weight, i) => weight - taken.weights[i]!) }];
  },
});

// At least 1: two Gaussians truncated to their centres would be equal.
function radiusOf(sigma: number, truncate: number): number {
  return Math.max(1, gaussianRadius(sigma, truncate));
}
