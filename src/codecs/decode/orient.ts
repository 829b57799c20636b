// Samples turned as an EXIF orientation asks for. Source: EXIF 2.32, tag 0x0112.

import type { SampleArray, Samples } from '../../core/image.js';

/**
 * The picture as it is meant to be seen.
 * @param orientation 1 … 8; what is none of them turns nothing.
 */
export function oriented(samples: Samples, orientation: number): Samples {
  if (orientation < 2 || orientation > 8) return samples;
  const { width, height, channels, data } = samples;
  const sideways = orientation >= 5;
  const [w, h] = sideways ? [height, width] : [width, height];
  // Where the first sample of the result lies, and steps to the next one in its row and to that in the next row.
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const start = (fromRight ? width - 1 : 0) + (fromBottom ? (height - 1) * width : 0);
  const [alongX, alongY] = [fromRight ? -1 : 1, fromBottom ? -width : width];
  const [right, down] = sideways ? [alongY, alongX] : [alongX, alongY];
  const memory = new (data.buffer.constructor as ArrayBufferConstructor)(data.byteLength);
  const out = new (data.constructor as new (memory: ArrayBuffer) => SampleArray)(memory);
  let to = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const from = (start + y * down + x * right) * channels;
      for (let c = 0; c < channels; c++) out[to++] = data[from + c]!;
    }
  }
  return { ...samples, width: w, height: h, data: out };
}
