// Converts samples to linear light and responses back, in the same range of numbers, by the image's own tone curve.
// Alpha is not converted.

import { profileCurves } from '../../core/icc.js';
import { colourChannels, fullScale, type SampleArray, type Samples } from '../../core/image.js';
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

/** The curves that decode the samples. */
function curvesOf(image: ToneFacts): readonly ToneCurve[] {
  return namedCurves(image) ?? [SRGB];
}

/** The curve for values that mix channels, or belong to any: green's. */
export function mainCurve(image: ToneFacts): ToneCurve {
  const curves = curvesOf(image);
  return curves[1] ?? curves[0]!;
}

/** The image with its colours in linear light, as float samples of the same range; alpha unchanged. */
export function toLinear(image: Samples): Samples {
  const { data, channels, hasAlpha } = image;
  const scale = fullScale(image.depth);
  const curves = curvesOf(image);
  const of = (curve: ToneCurve) => {
    if (image.depth === 'float') return curve.decode;
    const table = Float32Array.from({ length: scale + 1 }, (_, v) => curve.decode(v / scale) * scale);
    return (v: number) => table[v]!;
  };
  const decoders = curves.map(of);
  const colours = colourChannels(image);
  const out = new Float32Array(data.length);
  for (let c = 0; c < channels; c++) {
    const isAlpha = hasAlpha && c === channels - 1;
    const decode = isAlpha ? (v: number) => v : (decoders[colours === curves.length ? c : 1] ?? decoders[0]!);
    for (let i = c; i < data.length; i += channels) out[i] = decode(data[i]!);
  }
  return { ...image, depth: 'float', data: out };
}

/**
 * Linear-light responses encoded back, as a copy; each channel by the curve that decoded its samples.
 * @param channels of the responses; those beyond the plan's are alpha and stay unchanged.
 */
export function fromLinear(
  responses: SampleArray,
  channels: number,
  { channelIndices, luma, sumChannels, output }: Plan,
  image: Omit<Samples, 'data'>,
): Float32Array {
  const scale = fullScale(image.depth);
  const curves = curvesOf(image);
  const colours = colourChannels(image);
  const main = mainCurve(image);
  const isMixed = luma || sumChannels || curves.length !== colours;
  const out = new Float32Array(responses);
  for (let c = 0; c < channels; c++) {
    if (c >= output.channels) break;
    encodeLight(out, c, channels, isMixed ? main : curves[channelIndices[c]!]!, scale);
  }
  return out;
}
