// The sampled Gaussian e^(−x²/2σ²)/Σ, as the outer product of its normalised row.
// It does not know the integrated or the discrete Gaussian, which differ for small σ.

import { defineGenerator } from './generator.js';

export const gaussian = defineGenerator({
  name: 'gaussian',
  group: 'smoothing',
  description: 'Gaussian blur; the weights add up to 1.',
  source: 'sampled e^(-(x^2+y^2)/(2 sigma^2)) over its sum; default radius as in SciPy',
  parameters: {
    sigma: { description: 'standard deviation in samples', minimum: 0.01, maximum: 1000, integer: false },
    radius: {
      description: 'samples on each side of the centre; default floor(4 sigma + 0.5)',
      minimum: 0,
      maximum: 4000,
      integer: true,
      default: ({ sigma }) => Math.floor(4 * sigma! + 0.5),
    },
  },
  size: ({ radius }) => (2 * radius + 1) ** 2,
  make({ sigma, radius }) {
    const width = 2 * radius + 1;
    const row = Float64Array.from({ length: width }, (_, i) =>
      Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
    );
    const sum = row.reduce((a, b) => a + b, 0);
    const weights = new Float64Array(width * width);
    for (let y = 0; y < width; y++) {
      for (let x = 0; x < width; x++) weights[y * width + x] = (row[y]! / sum) * (row[x]! / sum);
    }
    return [{ width, height: width, weights }];
  },
});
