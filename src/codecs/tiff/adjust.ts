// Adjusts a decoded image as its tags say: rotates and mirrors it according to its orientation (EXIF 2.32, tag 0x0112),
// and converts premultiplied colour to straight colour.

import { arrayOver, fullScale, type Samples } from '../../core/image.js';

/** The image in its intended orientation. @param orientation 1 to 8; other values leave the image unchanged. */
export function oriented(samples: Samples, orientation: number): Samples {
  if (orientation < 2 || orientation > 8) return samples;
  const { width, height, channels, data } = samples;
  const sideways = orientation >= 5;
  const [w, h] = sideways ? [height, width] : [width, height];
  // Position of the first output sample in the input, and steps to the next sample in a row and to the next row.
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const start = (fromRight ? width - 1 : 0) + (fromBottom ? (height - 1) * width : 0);
  const [alongX, alongY] = [fromRight ? -1 : 1, fromBottom ? -width : width];
  const [right, down] = sideways ? [alongY, alongX] : [alongX, alongY];
  const memory = new (data.buffer.constructor as ArrayBufferConstructor)(data.byteLength);
  const out = arrayOver(memory, samples.depth);
  let i = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const from = (start + y * down + x * right) * channels;
      for (let c = 0; c < channels; c++) out[i++] = data[from + c]!;
    }
  }
  return { ...samples, width: w, height: h, data: out };
}

/** Divides the colour channels by alpha, in place. Fully transparent pixels become 0. */
export function straightAlpha(samples: Samples): Samples {
  const { channels, depth, data } = samples;
  const full = fullScale(depth);
  for (let pixel = 0; pixel < data.length; pixel += channels) {
    const alpha = data[pixel + channels - 1]!;
    const factor = alpha > 0 ? full / alpha : 0;
    for (let i = pixel; i < pixel + channels - 1; i++) {
      const straight = data[i]! * factor;
      data[i] = depth === 'float' ? straight : Math.min(full, Math.round(straight));
    }
  }
  return samples;
}
