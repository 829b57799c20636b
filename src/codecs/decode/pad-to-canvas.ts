// Pads a decoded frame that covers only the upper left part of its canvas.

import type { SampleArray, Samples } from '../../core/image.js';

/** The whole canvas; samples outside the frame are 0 (black or transparent). */
export function padToCanvas(frame: Samples, width: number, height: number): Samples {
  const { channels, data } = frame;
  const canvas = new (data.constructor as new (length: number) => SampleArray)(width * height * channels);
  const row = frame.width * channels;
  for (let y = 0; y < frame.height; y++)
    canvas.set(data.subarray(y * row, (y + 1) * row), y * width * channels);
  return { ...frame, width, height, data: canvas };
}
