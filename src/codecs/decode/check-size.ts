// Checks the size of an image against the limits, based on its header.

import { ImageError } from '../../core/errors.js';
import { bytesPerSample, LARGEST_ARRAY, type SampleShape } from '../../core/image.js';
import type { DecodeJob } from './decode-options.js';

/** Checks the size of an image and reports it to `onSize`, before decoding. @throws ImageError if it is too large. */
export async function checkShape(
  about: SampleShape,
  { label, options: { limitPixels, onSize } }: DecodeJob,
): Promise<void> {
  const { width, height } = about;
  checkSize(about, label, limitPixels);
  const bytes = checkBytes(about, label);
  await onSize?.({ width, height, bytes });
}

/** @throws ImageError for more pixels than the limit. */
export function checkSize(shape: Omit<SampleShape, 'depth'>, label: string, limitPixels: number): void {
  const { width, height, channels } = shape;
  const pixels = width * height;
  if (pixels <= limitPixels) return;
  throw new ImageError({
    subject: label,
    expected: `at most ${limitPixels} pixels`,
    found: `${width}×${height} = ${pixels}`,
    // A sample has at least one byte.
    advice:
      pixels * channels <= LARGEST_ARRAY
        ? `--limit-pixels ${pixels} allows it`
        : 'cut the picture into parts',
  });
}

/** The bytes of the samples. @throws ImageError for more than fit in one typed array. */
export function checkBytes({ width, height, channels, depth }: SampleShape, label: string): number {
  const bytes = width * height * channels * bytesPerSample(depth);
  if (bytes <= LARGEST_ARRAY) return bytes;
  const expected = `samples of at most ${LARGEST_ARRAY} bytes, the limit of an array in Node`;
  const found = `${width}×${height}×${channels} samples in ${bytes} bytes`;
  throw new ImageError({ subject: label, expected, found, advice: 'cut the picture into parts' });
}
