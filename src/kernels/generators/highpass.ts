// The detail that a Gaussian blur removes from an image: the identity minus the Gaussian.

import { gaussianPlane, gaussianRadius } from '../sampling/gaussian.js';
import { defineGenerator, real } from './generator.js';

export const highpass = defineGenerator({
  name: 'highpass',
  group: 'sharpening',
  description: 'The image minus its Gaussian blur: fine detail around 0. Sum 0.',
  source: 'identity - G(sigma), G as gaussian',
  keywords: ['high pass', 'detail', 'details'],
  example: 'sigma=3',
  parameters: {
    sigma: real([0.2, 1000], 'standard deviation of the blur in samples'),
    truncate: real([1, 8], 'the blur is cut off after this many standard deviations', 4),
  },
  size: (values) => (2 * radiusOf(values) + 1) ** 2,
  make(values) {
    const blur = gaussianPlane(values.sigma, radiusOf(values));
    const centre = blur.weights.length >> 1;
    return [{ ...blur, weights: blur.weights.map((weight, i) => (i === centre ? 1 : 0) - weight) }];
  },
});

// At least 1: a blur truncated to its centre removes nothing.
function radiusOf({ sigma, truncate }: { sigma: number; truncate: number }): number {
  return Math.max(1, gaussianRadius(sigma, truncate));
}
