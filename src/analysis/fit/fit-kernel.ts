// The library function that fits a kernel to a pair of images: its options, their defaults and checks.

import { availableParallelism } from 'node:os';
import { UsageError } from '../../core/errors.js';
import type { Samples } from '../../core/image.js';
import { parseBorder } from '../../plan/border.js';
import { type Fit, fitPair } from './fit.js';
import { DEFAULT_STEPS, type FitSettings } from './settings.js';

/** As the settings; all but the size have defaults. */
export interface FitOptions
  extends Partial<
    Pick<
      FitSettings,
      | 'flip'
      | 'extent'
      | 'channels'
      | 'map'
      | 'gain'
      | 'bias'
      | 'method'
      | 'steps'
      | 'seed'
      | 'onLoss'
      | 'threads'
    >
  > {
  /** Width and height of the kernel, whole numbers ≥ 1. */
  readonly size: number | readonly [number, number];
  /** As on the command line; if left out, positions whose weights reach outside the image are ignored. */
  readonly border?: string;
}

/**
 * Finds the kernel that converts `before` to `after` in the least-squares sense over all samples: weights in
 * the unit response / sample, the 95 % confidence interval of each, and the residual; or, with `isDetermined`
 * false, why the pair does not determine a kernel. Values at either end of the 8- and 16-bit range are
 * ignored, since responses may have been clipped.
 * @throws UsageError for options that exclude a result; ImageError if the images do not fit together.
 */
export async function fitKernel(before: Samples, after: Samples, options: FitOptions): Promise<Fit> {
  const { size, border, threads = availableParallelism(), onLoss } = options;
  const { flip = false, extent = 'same', channels = 'each', map = 'clamp', gain = 1, bias = false } = options;
  const { method = 'least-squares', steps = DEFAULT_STEPS, seed = 1 } = options;
  const [width, height] = typeof size === 'number' ? [size, size] : size;
  for (const [label, image] of [['before', before] as const, ['after', after] as const]) {
    const { width, height, channels, data } = image;
    if (data.length === width * height * channels && data.length > 0) continue;
    const expected = `width · height · channels = ${width} · ${height} · ${channels} samples`;
    throw new UsageError({ subject: label, expected, found: String(data.length) });
  }
  return fitPair(before, after, {
    ...{ width, height, flip, extent, channels, map, gain, bias, method, steps, seed, threads, onLoss },
    border: border === undefined ? null : parseBorder(border),
    labels: ['before', 'after'],
  });
}
