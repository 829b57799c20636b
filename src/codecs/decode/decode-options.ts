// The options of decoding, and what it returns.

import type { Samples } from '../../core/image.js';
import type { Layout } from './codec.js';
import type { InputFormat } from './signature.js';

/** How damaged a picture may be. */
export type FailOn = 'none' | 'truncated' | 'error' | 'warning';

export interface DecodeOptions {
  readonly failOn: FailOn;
  readonly limitPixels: number;
  /** Axes of an NPY array of three dimensions; default hwc. */
  readonly layout?: Layout;
  /** Told the picture's size before its samples are decoded, which wait until it is done. */
  readonly onSize?: (size: PictureSize) => void | Promise<void>;
  /** Whether large samples end up in memory that threads share; default true. */
  readonly shared?: boolean;
  /** Told that a large picture's file, of so many bytes, is no longer held. */
  readonly onLetGo?: (bytes: number) => void;
}

/** How large a picture is. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** Bytes of its samples. */
  readonly bytes: number;
}

export interface Decoded {
  readonly format: InputFormat;
  readonly samples: Samples;
  /** Whether the file holds more than what was read: other pages, or bytes behind the picture. */
  readonly hasMore?: boolean;
  /** What was done to the picture that its owner should know, one line each. */
  readonly notes: readonly string[];
  /** The same of what holds for all pictures of a kind, so that a run need not repeat it. */
  readonly general: readonly string[];
}
