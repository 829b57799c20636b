// The mode that `--alpha auto` stands for, for one kernel or for several whose maps are combined. Filters nothing.

import { fullScale, type Samples } from '../core/image.js';
import type { Kernel } from '../kernels/kernel.js';
import type { AlphaChoice, AlphaMode, ChannelChoice } from '../plan/convolution-options.js';

export interface AlphaOptions {
  readonly channels: ChannelChoice;
  readonly alpha: AlphaChoice;
  readonly holdsAlpha?: boolean;
}

/** Options whose alpha mode is known. */
export type ResolvedAlpha<Options> = Options & { readonly alpha: AlphaMode; readonly holdsAlpha: boolean };

/** The mode for an image. It looks at every pixel's alpha only where the kernels average. */
export function alphaModeFor(image: Samples, kernels: readonly Kernel[], options: AlphaOptions): AlphaMode {
  return alphaModeOf(image, kernels, options) ?? (isOpaque(image) ? 'keep' : 'premultiply');
}

/** The mode as far as it can be told without samples; null where it depends on whether the image is opaque. */
export function alphaModeOf(
  { hasAlpha }: Pick<Samples, 'hasAlpha'>,
  kernels: readonly Kernel[],
  { channels, alpha }: AlphaOptions,
): AlphaMode | null {
  if (alpha !== 'auto') return alpha;
  return hasAlpha && channels !== 'a' && kernels.every(averages) ? null : 'keep';
}

/**
 * Whether responses are averages of samples: no weight over the divisor is negative, and their sum is not 0. A kernel
 * that takes each sample as it is averages nothing.
 */
function averages({ weights, width, anchor, divisor, inChannels }: Kernel): boolean {
  if (inChannels !== null) return false;
  const own = anchor[1] * width + anchor[0];
  let reachesOut = false;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! / divisor < 0) return false;
    if (i !== own && weights[i] !== 0) reachesOut = true;
  }
  return reachesOut;
}

/** Whether every pixel is opaque. */
export function isOpaque({ data, channels, depth }: Samples): boolean {
  const opaque = fullScale(depth);
  for (let i = channels - 1; i < data.length; i += channels) if (data[i]! < opaque) return false;
  return true;
}

/** The options for one kernel, or for several whose maps are combined. */
export function resolveAlpha<Options extends AlphaOptions>(
  image: Samples,
  kernels: readonly Kernel[],
  options: Options,
): ResolvedAlpha<Options> {
  return resolvedWith(options, alphaModeFor(image, kernels, options));
}

/** The options for each kernel of a bank; opacity is found once for all. */
export function resolveEach<Options extends AlphaOptions>(
  image: Samples,
  kernels: readonly Kernel[],
  options: Options,
): ResolvedAlpha<Options>[] {
  let forAverages: AlphaMode | undefined;
  return kernels.map((kernel) => {
    const mode = alphaModeOf(image, [kernel], options);
    if (mode === null) forAverages ??= alphaModeFor(image, [kernel], options);
    return resolvedWith(options, mode ?? forAverages!);
  });
}

function resolvedWith<Options extends AlphaOptions>(
  options: Options,
  alpha: AlphaMode,
): ResolvedAlpha<Options> {
  return { ...options, alpha, holdsAlpha: options.holdsAlpha ?? options.alpha !== 'auto' };
}
