// Sums of premultiplied colour as the definition computes them, for explaining one response: their inputs, and the
// average alpha that divides them.

import { fullScale, type Samples } from '../../core/image.js';
import { type Kernel, sumOfWeights } from '../../kernels/kernel.js';
import type { ConvolutionOptions } from '../../plan/convolution-options.js';
import { toFloatSamples } from '../input/float-samples.js';
import { type ReadSample, responseAt } from '../methods/reference.js';

/** The inputs of the sums of premultiplied colour: samples times alpha, also outside the image, and no bias yet. */
export function weightedSums(
  image: Samples,
  kernel: Kernel,
  { convolution }: { readonly convolution: ConvolutionOptions },
) {
  const { border } = convolution;
  const value = border.value ** 2 / fullScale(image.depth);
  return {
    image: toFloatSamples(image, { linear: false, premultiplies: true }),
    kernel: { ...kernel, bias: 0 },
    convolution: { ...convolution, border: { ...border, value } },
  };
}

/** The average alpha (0…1) under the kernel, by which premultiplied colour is divided. */
export function averageAlpha(
  { width, height, channels, data, depth }: Samples,
  kernel: Kernel,
  convolution: ConvolutionOptions,
  position: readonly [number, number],
): number {
  const read: ReadSample = (x, y) => data[(y * width + x + 1) * channels - 1]!;
  const sum = responseAt(read, [width, height], { ...kernel, bias: 0 }, convolution, ...position, 0);
  return sum / (fullScale(depth) * (sumOfWeights(kernel) / kernel.divisor));
}

/** How many times further from the definition a quotient may be than its numerator and denominator. */
export function weightedTolerance(average: number | null): number {
  if (average === null) return 1;
  return average === 0 ? Number.POSITIVE_INFINITY : 4 / Math.abs(average);
}
