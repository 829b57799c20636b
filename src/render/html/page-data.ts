// The data embedded in a report page as JSON: the types shared by the page's generator and its script.

import type { Depth, Size } from '../../core/image.js';
import type { Kernel } from '../../kernels/kernel.js';
import type { ConvolutionOptions } from '../../plan/convolution-options.js';

/** Numbers of one type, little-endian, deflated (zlib), in base64. */
export interface Embedded {
  readonly type: 'u8' | 'u16' | 'f32';
  readonly base64: string;
}

/** A rectangle of a map, in samples. */
export interface Region extends Size {
  readonly left: number;
  readonly top: number;
}

/** One channel of a map and its sources. */
export interface ChannelData {
  readonly name: string;
  /** For each plane of the kernel, the source channels and their factors. */
  readonly planes: readonly (readonly (readonly [channel: number, factor: number])[])[];
}

/** One kernel with the shown part of its two maps. */
export interface KernelData extends Size, Pick<Kernel, 'inChannels' | 'anchor' | 'divisor' | 'bias'> {
  /** The kernel as written. */
  readonly weights: readonly number[];
  /** Input positions of the first sample of each whole map. */
  readonly origins: readonly [plain: readonly [number, number], flipped: readonly [number, number]];
  /** Size of the whole maps. */
  readonly map: Size;
  readonly region: Region;
  readonly channels: readonly ChannelData[];
  /** Responses in the region, channels interleaved. */
  readonly plain: Embedded;
  /** Or a marker that they equal those of the other map, or their negatives. */
  readonly flipped: Embedded | 'same' | 'negated';
  /** How each channel is displayed. */
  readonly scales: readonly ScaleData[];
}

/** The range of a colour scale. */
export interface ScaleData {
  /** grey: from 0 (black) to `most` (white). signed: from −`most` (blue) over 0 (white) to `most` (red). */
  readonly look: 'grey' | 'signed';
  readonly most: number;
  /** The same for plain minus flipped, always signed. */
  readonly mostDifference: number;
}

export interface PageData extends Pick<ConvolutionOptions, 'border' | 'stride' | 'dilation'> {
  readonly image: Size;
  /** The stored samples from which the shown parts were computed: these rows and columns of the image. */
  readonly samples: {
    readonly columns: readonly number[];
    readonly rows: readonly number[];
    readonly channels: number;
    readonly depth: Depth;
    readonly data: Embedded;
  };
  /** Why a response is not a single sum of products of stored samples; else null. */
  readonly notOneSum: string | null;
  readonly kernels: readonly KernelData[];
}
