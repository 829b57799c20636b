// The mean of a rectangle: all weights are 1 and the divisor is their number, so that sums over integers stay
// exact.

import { defineGenerator, whole } from './generator.js';

const SIDE = [1, 1001] as const;

export const box = defineGenerator({
  name: 'box',
  group: 'smoothing',
  description: 'Mean of a square or rectangle; the weights over the divisor add up to 1.',
  source: 'ones over width*height',
  keywords: ['mean', 'average', 'blur', 'box blur', 'averaging', 'uniform', 'moving average', 'smooth'],
  example: 'size=5',
  parameters: {
    size: {
      ...whole(SIDE, 'width and height in samples; not needed if both are given'),
      unless: ['width', 'height'],
    },
    width: whole(SIDE, 'width, if different', ({ size }) => size!),
    height: whole(SIDE, 'height, if different', ({ size }) => size!),
  },
  size: ({ width, height }) => width * height,
  make({ width, height }) {
    const area = width * height;
    return [{ width, height, weights: new Float64Array(area).fill(1), divisor: area }];
  },
});
