// Kernels with numerically difficult sums, by family, for the accuracy table.

import { type Kernel, loadKernel } from '../dist/index.js';

function kernelOf(name: string, size: number, at: (x: number, y: number) => number, divisor = 1): Kernel {
  const half = size >> 1;
  const weights = Float64Array.from({ length: size * size }, (_, i) =>
    at((i % size) - half, Math.floor(i / size) - half),
  );
  return {
    ...{ name, width: size, height: size, inChannels: null, weights },
    ...{ divisor, bias: 0, anchor: [half, half] },
  };
}

/** Weights −1…1, the same ones each time. */
function dense(size: number): Kernel {
  let state = size;
  return kernelOf(`dense ${size}`, size, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const bell = (x: number, y: number, sigma: number) => Math.exp(-(x * x + y * y) / (2 * sigma * sigma));

export const FAMILIES: Readonly<Record<string, readonly Kernel[]>> = {
  'sobel, laplacian': [
    await loadKernel('sobel-x'),
    await loadKernel('sobel-y'),
    kernelOf('laplacian', 3, (x, y) => (x === 0 && y === 0 ? 8 : -1)),
  ],
  'box 31': [kernelOf('box 31', 31, () => 1)],
  'box 31, divided by 961': [kernelOf('mean 31', 31, () => 1, 961)],
  'box 31 of tenths': [kernelOf('tenths 31', 31, () => 0.1)],
  'gaussian σ = 2.5': [await loadKernel('gaussian:sigma=2.5')],
  'gaussian σ = 10': [await loadKernel('gaussian:sigma=10')],
  'dense 5': [dense(5)],
  'dense 9': [dense(9)],
  'dense 15': [dense(15)],
  'dense 31': [dense(31)],
  'cancelling ±': [
    kernelOf('board', 15, (x, y) => ((x + y) % 2 === 0 ? 1 : -1) / 3),
    kernelOf('stripes', 31, (x) => (x % 2 === 0 ? 1 : -1) / 3),
    kernelOf('difference of bells', 31, (x, y) => bell(x, y, 3) / 9 - bell(x, y, 5) / 25),
  ],
  'gabor 31': [
    kernelOf('gabor', 31, (x, y) => bell(x, y, 6) * Math.cos(0.9 * x + 0.4 * y)),
    kernelOf('gabor, oval', 31, (x, y) => bell(x + y, (x - y) / 2, 7) * Math.sin(0.8 * x - 0.3 * y)),
  ],
};
