// Resolves `--alpha auto` to a mode, for one kernel or for several whose maps are combined.

import { fullScale, type Samples } from '../core/image.js';
import type { Kernel } from '../kernels/kernel.js';
import type { AlphaChoice, AlphaMode, ChannelChoice } from '../plan/convolution-options.js';

export interface AlphaOptions {
  readonly channels: ChannelChoice;
  readonly alpha: AlphaChoice;
  readonly includesAlpha?: boolean;
}

/** Options with the alpha mode resolved. */
export type ResolvedAlpha<Options> = Options & { readonly alpha: AlphaMode; readonly includesAlpha: boolean };

/** The mode for an image. Scans the pixels' alpha only if the kernels average. */
export function chooseAlphaMode(
  image: Samples,
  kernels: readonly Kernel[],
  options: AlphaOptions,
): AlphaMode {
  return knownAlphaMode(image, kernels, options) ?? (isOpaque(image) ? 'keep' : 'premultiply');
}

/** The mode as far as it follows without samples; null if it depends on whether the image is opaque. */
export function knownAlphaMode(
  { hasAlpha }: Pick<Samples, 'hasAlpha'>,
  kernels: readonly Kernel[],
  { channels, alpha }: AlphaOptions,
): AlphaMode | null {
  if (alpha !== 'auto') return alpha;
  return hasAlpha && channels !== 'a' && kernels.every(isAveraging) ? null : 'keep';
}

/**
 * Whether responses are averages of samples: no weight over the divisor is negative, and their sum is not 0. The
 * identity kernel does not average.
 */
function isAveraging({ weights, width, anchor, divisor, inChannels }: Kernel): boolean {
  if (inChannels !== null) return false;
  const center = anchor[1] * width + anchor[0];
  let readsOthers = false;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! / divisor < 0) return false;
    if (i !== center && weights[i] !== 0) readsOthers = true;
  }
  return readsOthers;
}

/** Whether every pixel is opaque. */
export function isOpaque({ data, channels, depth }: Samples): boolean {
  const opaque = fullScale(depth);
  for (let i = channels - 1; i < data.length; i += channels) if (data[i]! < opaque) return false;
  return true;
}

/** The options for one kernel, or for several whose maps are combined, with the alpha mode resolved. */
export function resolveAlpha<Options extends AlphaOptions>(
  image: Samples,
  kernels: readonly Kernel[],
  options: Options,
): ResolvedAlpha<Options> {
  return withAlphaMode(options, chooseAlphaMode(image, kernels, options));
}

/** The same for each kernel of a bank; alpha is scanned at most once. */
export function resolveAlphaPerKernel<Options extends AlphaOptions>(
  image: Samples,
  kernels: readonly Kernel[],
  options: Options,
): ResolvedAlpha<Options>[] {
  let whenAveraging: AlphaMode | undefined;
  return kernels.map((kernel) => {
    const mode = knownAlphaMode(image, [kernel], options);
    if (mode === null) whenAveraging ??= chooseAlphaMode(image, [kernel], options);
    return withAlphaMode(options, mode ?? whenAveraging!);
  });
}

function withAlphaMode<Options extends AlphaOptions>(
  options: Options,
  alpha: AlphaMode,
): ResolvedAlpha<Options> {
  return { ...options, alpha, includesAlpha: options.includesAlpha ?? options.alpha !== 'auto' };
}
