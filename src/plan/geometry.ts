// The size and origin of a map for any extent, stride and dilation, in integer arithmetic.

import type { Kernel } from '../kernels/kernel.js';
import type { ConvolutionOptions } from './convolution-options.js';

export interface Geometry {
  /** Size of the map; 0 if no position fits (extent `valid`, kernel larger than the image). */
  readonly width: number;
  readonly height: number;
  /** Input position [x, y] of the first output sample; neighbouring ones are one stride apart. */
  readonly origin: readonly [number, number];
  /** Input samples that a kernel spans, (size − 1) · dilation + 1. */
  readonly support: readonly [number, number];
}

/** The first and last distance of a kernel's weights from its anchor along one axis, mirrored if `flip`. */
export function weightDistances(
  size: number,
  anchor: number,
  dilation: number,
  flip: boolean,
): [number, number] {
  const before = (flip ? size - 1 - anchor : anchor) * dilation;
  const after = (flip ? anchor : size - 1 - anchor) * dilation;
  return [before === 0 ? 0 : -before, after];
}

/** Size and origin of the map of `kernel` over an image of width × height. */
export function geometry(
  kernel: Kernel,
  width: number,
  height: number,
  convolution: ConvolutionOptions,
): Geometry {
  const { flip, extent, stride, dilation } = convolution;
  /** The input positions along an axis that have an output sample: the first, and how many. */
  const along = (axis: 0 | 1, size: number, weights: number) => {
    const [low, high] = weightDistances(weights, kernel.anchor[axis], dilation[axis], flip);
    const first = extent === 'same' ? 0 : extent === 'valid' ? -low : -high;
    const last = extent === 'same' ? size - 1 : extent === 'valid' ? size - 1 - high : size - 1 - low;
    return { first: first + 0, count: Math.ceil(Math.max(0, last - first + 1) / stride[axis]) };
  };
  const x = along(0, width, kernel.width);
  const y = along(1, height, kernel.height);
  return {
    width: x.count,
    height: y.count,
    origin: [x.first, y.first],
    support: [(kernel.width - 1) * dilation[0] + 1, (kernel.height - 1) * dilation[1] + 1],
  };
}
