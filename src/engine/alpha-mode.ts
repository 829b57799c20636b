// Resolves the alpha choice `auto` to a mode, for one kernel or for several whose maps are combined.

import { Unsupported } from '../core/errors.js';
import { fullScale, type ImageInfo, type Samples } from '../core/image.js';
import type { Kernel } from '../kernels/kernel.js';
import type { AlphaChoice, AlphaMode, ChannelChoice } from '../plan/convolution-options.js';

export interface AlphaOptions {
  readonly channels: ChannelChoice;
  readonly alpha: AlphaChoice;
  readonly includesAlpha?: boolean;
}

/** Options with the alpha mode resolved. */
export type ResolvedAlpha<Options> = Options & { readonly alpha: AlphaMode; readonly includesAlpha: boolean };

/**
 * The alpha mode for an image. Where kernels average, `auto` depends on whether every pixel is opaque.
 * @param image with its samples, or without them if they are not read yet.
 * @throws Unsupported if the mode depends on samples that `image` does not have.
 */
export function chooseAlphaMode(
  image: ImageInfo | Samples,
  kernels: readonly Kernel[],
  { channels, alpha }: AlphaOptions,
  isImageOpaque: (image: Samples) => boolean = isOpaque,
): AlphaMode {
  if (alpha !== 'auto') return alpha;
  if (!image.hasAlpha || channels === 'a' || !kernels.every(isAveraging)) return 'keep';
  if (!('data' in image)) throw new Unsupported('whether the image is opaque decides how alpha is treated');
  return isImageOpaque(image) ? 'keep' : 'premultiply';
}

/**
 * Whether responses are averages of samples: no weight over the divisor is negative, and some weight besides the
 * anchor's is not 0, unlike in the identity kernel.
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
function isOpaque({ data, channels, depth }: Samples): boolean {
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

/** The options for each kernel of a bank, as `resolveAlpha`; reads the image's alpha at most once. */
export function resolveAlphaPerKernel<Options extends AlphaOptions>(
  image: Samples,
  kernels: readonly Kernel[],
  options: Options,
): ResolvedAlpha<Options>[] {
  let opaque: boolean | undefined;
  const cachedOpaque = () => {
    opaque ??= isOpaque(image);
    return opaque;
  };
  return kernels.map((kernel) =>
    withAlphaMode(options, chooseAlphaMode(image, [kernel], options, cachedOpaque)),
  );
}

function withAlphaMode<Options extends AlphaOptions>(
  options: Options,
  alpha: AlphaMode,
): ResolvedAlpha<Options> {
  return { ...options, alpha, includesAlpha: options.includesAlpha ?? options.alpha !== 'auto' };
}
