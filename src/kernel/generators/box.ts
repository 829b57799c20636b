// The mean of a square: all weights 1, divided by their number, so that sums over integers stay exact.

import { defineGenerator } from './generator.js';

export const box = defineGenerator({
  name: 'box',
  group: 'smoothing',
  description: 'Mean of a square; the weights over the divisor add up to 1.',
  source: 'ones over size^2',
  keywords: ['mean', 'average', 'blur', 'box blur', 'averaging', 'uniform', 'moving average', 'smooth'],
  example: 'size=5',
  parameters: {
    size: { description: 'width and height in samples', minimum: 1, maximum: 1001, integer: true },
  },
  size: ({ size }) => size ** 2,
  make({ size }) {
    const area = size ** 2;
    return [{ width: size, height: size, weights: new Float64Array(area).fill(1), divisor: area }];
  },
});
