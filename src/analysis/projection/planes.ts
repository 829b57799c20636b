// Splits an image into the planes that are projected separately (its colours, one of them, or luma, never
// alpha), and joins planes to samples.

import { ImageError } from '../../core/errors.js';
import { colourChannels, type Samples, type Size } from '../../core/image.js';
import { plainKernel } from '../../kernels/kernel.js';
import { filter } from '../../pipeline/filter.js';
import { DEFAULT_CONVOLUTION_OPTIONS } from '../../plan/convolution-options.js';
import { type OperatorOptions, PLAIN, type Plane } from './analysis.js';
import type { ProjectedChannels } from './description.js';

const IDENTITY = plainKernel('identity', { width: 1, height: 1, weights: Float64Array.of(1) });

/** The planes of an image. @throws ImageError if it does not have the channel. */
export async function planesOf(
  image: Samples,
  channel: ProjectedChannels,
  options: OperatorOptions,
): Promise<Plane[]> {
  const colours = colourChannels(image);
  if (channel === 'gray' && colours > 1) {
    const settings = { ...PLAIN, ...options, convolution: DEFAULT_CONVOLUTION_OPTIONS, channels: channel };
    return [(await filter(image, IDENTITY, settings)).map];
  }
  if (channel === 'each' || channel === 'gray')
    return Array.from({ length: colours }, (_, c) => planeOf(image, c));
  const place = ['r', 'g', 'b'].indexOf(channel);
  if (colours >= 3) return [planeOf(image, place)];
  throw new ImageError({
    subject: options.label,
    expected: `a colour image, for --channels ${channel}`,
    found: `${colours} channel${colours === 1 ? '' : 's'} of grey`,
  });
}

function planeOf({ width, height, channels, depth, data }: Samples, channel: number): Plane {
  if (channels === 1) return { width, height, depth, data };
  const own = data.slice(0, width * height);
  for (let i = 0; i < own.length; i++) own[i] = data[i * channels + channel]!;
  return { width, height, depth, data: own };
}

/** Interleaves planes of equal size to float samples in the same unit. */
export function joinPlanes(
  planes: readonly ArrayLike<number>[],
  { width, height }: Size,
): Samples & { readonly data: Float32Array } {
  const channels = planes.length;
  const data = new Float32Array(width * height * channels);
  planes.forEach((plane, c) => {
    for (let i = 0; i < plane.length; i++) data[i * channels + c] = plane[i]!;
  });
  return { width, height, channels, depth: 'float', hasAlpha: false, data };
}
