// The types of a decoding job, its options and its result. Also allocates the memory for decoded samples.

import {
  arrayOver,
  bytesPerSample,
  type SampleArray,
  type SampleShape,
  type Samples,
  type Size,
} from '../../core/image.js';
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

/** Zeros for the samples of an image, in shared memory if it is large, unless the options exclude that. */
export function imageArray(
  { width, height, channels, depth }: SampleShape,
  { shared = true }: DecodeOptions,
): SampleArray {
  const bytes = width * height * channels * bytesPerSample(depth);
  const isShared = shared && width * height >= LARGE_PIXELS;
  return arrayOver(isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes), depth);
}

/** The bytes of an image file. Decoding releases them as early as possible. */
export interface PictureFile {
  bytes: Uint8Array;
}

/** A file to decode. */
export interface DecodeJob {
  readonly file: PictureFile;
  readonly format: InputFormat;
  /** The name of the image in errors. */
  readonly label: string;
  readonly options: DecodeOptions;
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
