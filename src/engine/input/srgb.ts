// The tone curves of an image, and the conversion of linear-light responses back to stored values. float-samples.ts
// converts samples to linear light.

import { profileCurves } from '../../core/icc.js';
import { colourChannels, fullScale, type ImageInfo, type Samples } from '../../core/image.js';
import { powerCurve, SRGB, type ToneCurve } from '../../core/tone-curve.js';
import type { Plan } from '../../plan/plan.js';
import { encodeLight } from './encode-light.js';

/** An image's metadata about its tone curve. */
export type ToneFacts = Pick<Samples, 'icc' | 'srgb' | 'gamma'>;

/**
 * The tone curve of each colour channel, or one for all: from the ICC profile, else from PNG's sRGB or gAMA chunk.
 * @returns null if the image has no known curve; sRGB is assumed then.
 */
export function namedCurves({ icc, srgb, gamma }: ToneFacts): readonly ToneCurve[] | null {
  const curves = icc ? profileCurves(icc) : null;
  if (curves) return curves;
  if (srgb !== undefined) return [SRGB];
  return gamma === undefined ? null : [powerCurve(1 / gamma)];
}

/** The curves that decode the samples: one per colour channel, or one for all. */
export function curvesOf(image: ToneFacts): readonly ToneCurve[] {
  return namedCurves(image) ?? [SRGB];
}

/** The curve for values that mix channels, or belong to any: green's. */
export function mainCurve(curves: readonly ToneCurve[]): ToneCurve {
  return curves[1] ?? curves[0]!;
}

/**
 * Encodes linear-light responses in place, each channel by the curve that decoded its samples.
 * @param channels of the responses; those beyond the plan's are alpha and stay unchanged.
 * @param image whose samples were decoded, and the curves that decoded them.
 */
export function fromLinear(
  responses: Float32Array,
  channels: number,
  {
    channelIndices,
    luma,
    sumChannels,
    output,
  }: Pick<Plan, 'channelIndices' | 'luma' | 'sumChannels' | 'output'>,
  { image, curves }: { readonly image: ImageInfo; readonly curves: readonly ToneCurve[] },
): void {
  const scale = fullScale(image.depth);
  const main = mainCurve(curves);
  const isMixed = luma || sumChannels || curves.length !== colourChannels(image);
  const total = output.width * output.height;
  for (let c = 0; c < Math.min(channels, output.channels); c++)
    encodeLight(responses, c, channels, isMixed ? main : curves[channelIndices[c]!]!, scale, total);
}
