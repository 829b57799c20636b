// Refuses images whose samples are not all finite, for analyses in which one NaN would make every result NaN.

import { ImageError } from '../core/errors.js';
import type { Samples } from '../core/image.js';

/** @throws ImageError for the first sample of a float image that is not finite. */
export function checkFinite({ depth, data, width, channels }: Samples, label: string): void {
  if (depth !== 'float') return;
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    const pixel = Math.floor(i / channels);
    const place = `sample ${pixel % width},${Math.floor(pixel / width)}`;
    throw new ImageError({ subject: label, place, expected: 'a finite number', found: String(data[i]) });
  }
}
