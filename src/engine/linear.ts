// Linear light: samples stored with the sRGB curve to amounts of light and responses back again, in the same
// range of numbers. Source: IEC 61966-2-1. Alpha has no curve.

import { fullScale, type SampleArray, type Samples } from '../samples.js';

/** Light (0…1) of a stored value (0…1); negative values mirror positive ones. */
export function decodeSrgb(v: number): number {
  if (v < 0) return -decodeSrgb(-v);
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}

/** Stored value (0…1) of an amount of light (0…1); negative amounts mirror positive ones. */
export function encodeSrgb(light: number): number {
  if (light < 0) return -encodeSrgb(-light);
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** The image with its colours in linear light, as float samples of the same range; alpha as it was. */
export function toLinear(image: Samples): Samples {
  const { data, channels, hasAlpha } = image;
  const scale = fullScale(image.depth);
  const table =
    image.depth === 'float'
      ? null
      : Float32Array.from({ length: scale + 1 }, (_, v) => decodeSrgb(v / scale) * scale);
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const isAlpha = hasAlpha && i % channels === channels - 1;
    out[i] = isAlpha ? data[i]! : table ? table[data[i]!]! : decodeSrgb(data[i]!);
  }
  return { ...image, depth: 'float', data: out };
}

/** Responses in linear light, encoded back in place of a copy; `scale` is the full scale of the stored values. */
export function fromLinear(responses: SampleArray, scale: number, alphaOf: number | null): Float32Array {
  return Float32Array.from(responses, (light, i) => {
    if (alphaOf !== null && i % alphaOf === alphaOf - 1) return light;
    return encodeSrgb(light / scale) * scale;
  });
}
