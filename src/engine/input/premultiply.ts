// Premultiplied alpha: multiplies colour by alpha before filtering and divides by the filtered alpha afterwards, so
// that the colours of transparent pixels do not bleed.

import { fullScale, type Samples } from '../../core/image.js';

/**
 * The image with colour · alpha / `scale` as float samples in the same range, and alpha unchanged. `scale` is the alpha
 * value of an opaque pixel.
 */
export function premultiply(image: Samples, scale = fullScale(image.depth)): Samples {
  const { data, channels } = image;
  const out = new Float32Array(data.length);
  for (let p = 0; p < data.length; p += channels) {
    const alpha = data[p + channels - 1]!;
    for (let c = 0; c < channels - 1; c++) out[p + c] = (data[p + c]! * alpha) / scale;
    out[p + channels - 1] = alpha;
  }
  return { ...image, depth: 'float', data: out };
}

/**
 * Colour responses divided by the average alpha under the kernel, with alpha's response as the last channel.
 * @param kernelGain Σ weights / divisor, which alpha's response contains too.
 * @param bias added to colour after the division; the whole response where alpha averages to 0.
 */
export function unpremultiply(
  colour: ArrayLike<number>,
  alpha: ArrayLike<number>,
  scale: number,
  kernelGain: number,
  bias: number,
): Float32Array {
  const channels = colour.length / alpha.length;
  const out = new Float32Array(colour.length + alpha.length);
  for (let p = 0; p < alpha.length; p++) {
    const average = alpha[p]! / (scale * kernelGain);
    for (let c = 0; c < channels; c++) {
      const response = average === 0 ? 0 : colour[p * channels + c]! / average;
      out[p * (channels + 1) + c] = response + bias;
    }
    out[p * (channels + 1) + channels] = alpha[p]!;
  }
  return out;
}
