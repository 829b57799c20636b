// The blurs between the levels of a Gaussian pyramid at full resolution: each twice as wide as the previous
// one.

import { gaussianPlane, gaussianRadius } from '../sampling/gaussian.js';
import { defineGenerator, real, whole } from './generator.js';

export const gaussianPyramidScales = defineGenerator({
  name: 'gaussian-pyramid-scales',
  group: 'smoothing',
  description: 'Bank of Gaussians of sigma, 2 sigma, 4 sigma, ...; the weights of each add up to 1.',
  source: 'gaussian of 2^k sigma for k = 0 ... levels - 1 (scale space by octaves, Burt & Adelson 1983)',
  parameters: {
    levels: whole([1, 8], 'number of Gaussians', 4),
    sigma: real([0.1, 8], 'standard deviation of the first, in samples', 1),
    truncate: real([1, 8], 'each is cut off after this many standard deviations', 4),
  },
  size: (values) =>
    sigmasOf(values).reduce((sum, s) => sum + (2 * gaussianRadius(s, values.truncate) + 1) ** 2, 0),
  make: (values) =>
    sigmasOf(values).map((sigma) => ({
      label: `sigma${Number(sigma.toFixed(4))}`,
      ...gaussianPlane(sigma, gaussianRadius(sigma, values.truncate)),
    })),
});

function sigmasOf({ levels, sigma }: { levels: number; sigma: number }): number[] {
  return Array.from({ length: levels }, (_, k) => sigma * 2 ** k);
}
