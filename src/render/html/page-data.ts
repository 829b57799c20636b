// What a page of a comparison is given to work with, as JSON: the contract between what is embedded and the script
// that reads it. Types only.

import type { Depth } from '../../core/image.js';
import type { Border } from '../../plan/convolution-options.js';

/** Numbers of one type, little-endian, deflated (zlib), in base64. */
export interface Embedded {
  readonly type: 'u8' | 'u16' | 'f32';
  readonly base64: string;
}

/** A rectangle of a map, in its samples. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One channel of a map and what it is made of. */
export interface ChannelData {
  readonly name: string;
  /** What each plane of the kernel reads: source channels and what each is multiplied by. */
  readonly planes: readonly (readonly (readonly [channel: number, factor: number])[])[];
}

/** One kernel with the part of its two maps that the page shows. */
export interface KernelData {
  readonly width: number;
  readonly height: number;
  readonly inChannels: number | null;
  /** As written. */
  readonly weights: readonly number[];
  readonly anchor: readonly [number, number];
  readonly divisor: number;
  readonly bias: number;
  /** Input positions of the first sample of each whole map. */
  readonly origins: readonly [plain: readonly [number, number], flipped: readonly [number, number]];
  /** Size of the whole maps. */
  readonly map: { readonly width: number; readonly height: number };
  readonly region: Region;
  readonly channels: readonly ChannelData[];
  /** Responses of the region, channels of a sample side by side. */
  readonly plain: Embedded;
  /** Or that they are those of the other map, or their negatives. */
  readonly flipped: Embedded | 'same' | 'negated';
  /** How each channel is shown. */
  readonly scales: readonly ScaleData[];
}

/** What full colour stands for. */
export interface ScaleData {
  /** grey: 0 black to `most` white. signed: −`most` blue, 0 white, `most` red. */
  readonly look: 'grey' | 'signed';
  readonly most: number;
  /** The same for plain less flipped, always signed. */
  readonly mostDifference: number;
}

export interface PageData {
  readonly image: { readonly width: number; readonly height: number };
  /** The stored samples that the shown parts of maps were made of: these rows and columns of the image. */
  readonly samples: {
    readonly columns: readonly number[];
    readonly rows: readonly number[];
    readonly channels: number;
    readonly depth: Depth;
    readonly data: Embedded;
  };
  readonly border: Border;
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Why a response is not one sum of products of stored samples, in words; else null. */
  readonly notOneSum: string | null;
  readonly kernels: readonly KernelData[];
}
