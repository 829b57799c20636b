// Projects an image on a bank: returns the coefficients of every patch of every channel.

import { ImageError } from '../../core/errors.js';
import { LARGEST_ARRAY, type Samples } from '../../core/image.js';
import type { Kernel } from '../../kernels/kernel.js';
import type { Border } from '../../plan/convolution-options.js';
import { checkFinite } from '../check-finite.js';
import { analysisOf, type Coefficients, type OperatorOptions } from './analysis.js';
import type { ProjectedChannels } from './description.js';
import { type Patch, type Patches, patchesOf } from './patches.js';
import { planesOf } from './planes.js';

export interface ProjectOptions extends OperatorOptions {
  readonly stride: readonly [number, number];
  readonly border: Border;
  readonly channel: ProjectedChannels;
}

/** The coefficients of one image. */
export interface Projection {
  readonly patches: Patches;
  /** One map per channel and kernel. */
  readonly channels: readonly Coefficients[];
}

/**
 * Projects an image.
 * @throws ImageError if a sample is not finite, if channels do not fit, or the file of coefficients would be too large.
 */
export async function project(
  image: Samples,
  kernels: readonly Kernel[],
  patch: Patch,
  { stride, border, channel, ...options }: ProjectOptions,
): Promise<Projection> {
  checkFinite(image, options.label);
  const planes = await planesOf(image, channel, options);
  const patches = patchesOf(image, patch, stride, border);
  const count = planes.length * kernels.length * patches.rows * patches.columns;
  if (count * 4 >= LARGEST_ARRAY) {
    throw new ImageError({
      subject: options.label,
      expected: `fewer than ${LARGEST_ARRAY / 4} coefficients, the most that can be read again`,
      found: `${planes.length}×${kernels.length}×${patches.rows}×${patches.columns}, ${count} of them`,
      advice: 'use a larger --stride or a smaller bank',
    });
  }
  const analyse = analysisOf(kernels, patches, options);
  const channels: Float32Array[][] = [];
  for (const plane of planes) channels.push(await analyse(plane));
  return { patches, channels };
}
