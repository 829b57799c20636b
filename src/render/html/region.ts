// Selects the part of large maps that a page shows, and the image samples from which it was computed.

import type { SampleArray, Samples } from '../../core/image.js';
import type { Kernel } from '../../kernels/kernel.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import type { ConvolutionOptions } from '../../plan/convolution-options.js';
import type { Region } from './page-data.js';

/** The centre of a map, with at most `side` samples along each axis. */
export function centreRegion({ width, height }: { width: number; height: number }, side: number): Region {
  const [across, down] = [Math.min(width, side), Math.min(height, side)];
  return { left: (width - across) >> 1, top: (height - down) >> 1, width: across, height: down };
}

/** The region's samples of a map or an image, channels interleaved. */
export function cropRegion(
  map: { readonly width: number; readonly channels: number; readonly data: SampleArray },
  { left, top, width, height }: Region,
): SampleArray {
  const across = width * map.channels;
  const out = new (map.data.constructor as new (length: number) => SampleArray)(across * height);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * map.width + left) * map.channels;
    out.set(map.data.subarray(from, from + across), y * across);
  }
  return out;
}

/**
 * Adds to `into` the image coordinates along one axis that `count` outputs from output `first` read, with and
 * without flip. Reads that the border rule answers without a sample are skipped.
 */
export function addReads(
  into: Set<number>,
  axis: 0 | 1,
  imageSize: number,
  kernel: Kernel,
  { border, stride, dilation }: ConvolutionOptions,
  origins: readonly [readonly [number, number], readonly [number, number]],
  { first, count }: { readonly first: number; readonly count: number },
): void {
  const { map } = BORDERS[border.mode];
  const size = axis === 0 ? kernel.width : kernel.height;
  for (const [variant, sign] of [1, -1].entries()) {
    for (let i = 0; i < count; i++) {
      const position = origins[variant as 0 | 1][axis] + (first + i) * stride[axis];
      for (let k = 0; k < size; k++) {
        const at = map(position + sign * (k - kernel.anchor[axis]) * dilation[axis], imageSize);
        if (at !== OUTSIDE) into.add(at);
      }
    }
  }
}

/** The samples of an image at the intersections of some rows and columns. */
export function samplesAtCrossings(
  { width, channels, data }: Samples,
  columns: readonly number[],
  rows: readonly number[],
): SampleArray {
  const across = columns.length * channels;
  const out = new (data.constructor as new (length: number) => SampleArray)(across * rows.length);
  rows.forEach((row, j) => {
    columns.forEach((column, i) => {
      const from = (row * width + column) * channels;
      for (let c = 0; c < channels; c++) out[j * across + i * channels + c] = data[from + c]!;
    });
  });
  return out;
}
