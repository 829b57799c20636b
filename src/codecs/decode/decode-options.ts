// Options and result of decoding; the limits of sizes, checked based on a header, and the memory of decoded images.

import { ImageError } from '../../core/errors.js';
import { bytesPerSample, type Depth, LARGEST_ARRAY, type Samples, type Size } from '../../core/image.js';
import { LARGE_PIXELS } from '../../core/limits.js';
import type { Layout } from './codec.js';
import type { InputFormat } from './signature.js';

/** How severe damage must be to reject an image. */
export type FailOn = 'none' | 'truncated' | 'error' | 'warning';

export interface DecodeOptions {
  readonly failOn: FailOn;
  readonly limitPixels: number;
  /** Axis order of three-dimensional NPY arrays; default hwc. */
  readonly layout?: Layout;
  /** Called with the image's size before its samples are decoded. Decoding waits for it. */
  readonly onSize?: (size: PictureSize) => void | Promise<void>;
  /** Whether large images are decoded into shared memory; default true. */
  readonly shared?: boolean;
  /** Called when the bytes of a large image's file are released. */
  readonly onFileReleased?: (bytes: number) => void;
}

/** Memory for the samples of an image: shared if it is large, unless the options exclude that. */
export function imageMemory(
  bytes: number,
  { width, height }: Size,
  { shared = true }: DecodeOptions,
): ArrayBuffer | SharedArrayBuffer {
  const isShared = shared && width * height >= LARGE_PIXELS;
  return isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

export interface PictureSize extends Size {
  /** Size of its samples in bytes. */
  readonly bytes: number;
}

export interface Decoded {
  readonly format: InputFormat;
  readonly samples: Samples;
  /** Whether the file contains more than was decoded: other pages, or trailing data. */
  readonly hasMore?: boolean;
  /** Notes for the user about this image, one line each. */
  readonly notes: readonly string[];
  /** Notes that apply to all images of a kind, so that a run can print them once. */
  readonly generalNotes: readonly string[];
}

type Shape = Size & { readonly channels: number };

/** Checks the size of an image and reports it to `onSize`, before decoding. @throws ImageError if it is too large. */
export async function checkShape(
  about: Shape & { readonly depth: Depth },
  label: string,
  { limitPixels, onSize }: DecodeOptions,
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
