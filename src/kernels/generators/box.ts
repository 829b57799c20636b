// The mean of a rectangle: all weights are 1 and the divisor is their number, so that sums over integers stay
// exact.

import { defineGenerator } from './generator.js';

const SIDE = { minimum: 1, maximum: 1001, integer: true } as const;

export const box = defineGenerator({
  name: 'box',
  group: 'smoothing',
  description: 'Mean of a square or rectangle; the weights over the divisor add up to 1.',
  source: 'ones over width*height',
  keywords: ['mean', 'average', 'blur', 'box blur', 'averaging', 'uniform', 'moving average', 'smooth'],
  example: 'size=5',
  parameters: {
    size: {
      description: 'width and height in samples; not needed if both are given',
      ...SIDE,
      unless: ['width', 'height'],
    },
    width: { description: 'width, if different', ...SIDE, default: ({ size }) => size! },
    height: { description: 'height, if different', ...SIDE, default: ({ size }) => size! },
  },
  size: ({ width, height }) => width * height,
  make({ width, height }) {
    const area = width * height;
    return [{ width, height, weights: new Float64Array(area).fill(1), divisor: area }];
  },
});
