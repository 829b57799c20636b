// Checks the size of an image against the limits, based on its header.

import { ImageError } from '../../core/errors.js';
import { bytesPerSample, type Depth, LARGEST_ARRAY, type Size } from '../../core/image.js';
import type { DecodeJob } from './decode-options.js';

type Shape = Size & { readonly channels: number };

/** Checks the size of an image and reports it to `onSize`, before decoding. @throws ImageError if it is too large. */
export async function checkShape(
  about: Shape & { readonly depth: Depth },
  { label, options: { limitPixels, onSize } }: DecodeJob,
): Promise<void> {
  const { width, height, channels, depth } = about;
  checkSize(about, label, limitPixels);
  checkBytes(about, channels, depth, label);
  await onSize?.({ width, height, bytes: width * height * channels * bytesPerSample(depth) });
}

/** @throws ImageError for more pixels than the limit. */
export function checkSize({ width, height, channels }: Shape, label: string, limitPixels: number): void {
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

/** @throws ImageError for more bytes than fit in one typed array. */
export function checkBytes({ width, height }: Size, channels: number, depth: Depth, label: string): void {
  const bytes = width * height * channels * bytesPerSample(depth);
  if (bytes <= LARGEST_ARRAY) return;
  throw new ImageError({
    subject: label,
    expected: `samples of at most ${LARGEST_ARRAY} bytes, the limit of an array in Node`,
    found: `${width}×${height}×${channels} samples in ${bytes} bytes`,
    advice: 'cut the picture into parts',
  });
}
