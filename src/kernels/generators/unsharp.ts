// Unsharp masking as one kernel: the image plus a multiple of the detail that a Gaussian blur removes.

import { gaussianPlane, gaussianRadius } from '../sampling/gaussian.js';
import { defineGenerator, real } from './generator.js';

export const unsharp = defineGenerator({
  name: 'unsharp',
  group: 'sharpening',
  description: 'Unsharp mask: adds a multiple of the difference from a Gaussian blur. Sum 1.',
  source: '(1 + amount) identity - amount G(sigma), G as gaussian; as skimage.filters.unsharp_mask unclipped',
  keywords: ['unsharp mask', 'unsharp masking', 'usm', 'sharpening', 'sharp'],
  example: 'amount=1,sigma=2',
  parameters: {
    amount: real([0, 100], 'factor of the difference'),
    sigma: real([0.01, 1000], 'standard deviation of the blur in samples', 1),
    truncate: real([1, 8], 'the blur is cut off after this many standard deviations', 4),
  },
  size: ({ sigma, truncate }) => (2 * gaussianRadius(sigma, truncate) + 1) ** 2,
  make({ amount, sigma, truncate }) {
    const blur = gaussianPlane(sigma, gaussianRadius(sigma, truncate));
    const centre = blur.weights.length >> 1;
    const weights = blur.weights.map((weight, i) => (i === centre ? 1 + amount : 0) - amount * weight);
    return [{ ...blur, weights }];
  },
});
