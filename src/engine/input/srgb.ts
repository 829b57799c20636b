// Linear light: stored samples to amounts of light and responses back again, in the same range of numbers, by the tone
// curve that the picture itself names. Alpha has no curve.

import { profileCurves } from '../../core/icc.js';
import { colourChannels, fullScale, type SampleArray, type Samples } from '../../core/image.js';
import { powerCurve, SRGB, type ToneCurve } from '../../core/tone-curve.js';
import type { Plan } from '../../plan/plan.js';
import { encodeLight } from './encode-light.js';

/** What a picture says of its tone curve. */
export type ToneFacts = Pick<Samples, 'icc' | 'srgb' | 'gamma'>;

/**
 * The curve of each colour channel, or one for all: of the ICC profile, else of PNG's sRGB or gAMA chunk.
 * @returns null where the picture names none that is known; sRGB is assumed then.
 */
export function namedCurves({ icc, srgb, gamma }: ToneFacts): readonly ToneCurve[] | null {
  const curves = icc ? profileCurves(icc) : null;
  if (curves) return curves;
  if (srgb !== undefined) return [SRGB];
  return gamma === undefined ? null : [powerCurve(1 / gamma)];
}

/** The curves that samples are decoded by. */
function curvesOf(image: ToneFacts): readonly ToneCurve[] {
  return namedCurves(image) ?? [SRGB];
}

/** The curve of what has more than one channel in it, or any: green's. */
export function mainCurve(image: ToneFacts): ToneCurve {
  const curves = curvesOf(image);
  return curves[1] ?? curves[0]!;
}

/** The image with its colours in linear light, as float samples of the same range; alpha as it was. */
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
 * Responses in linear light, encoded back in place of a copy, each channel by the curve that its samples were decoded by.
 * @param channels of the responses; those that the plan does not know are alpha and stay as they are.
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
