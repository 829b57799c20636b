// The two arrays that flow through convtool: Samples (numbers of an image) and FeatureMap (responses or
// picture values). Shapes and units only; nothing here knows files, kernels or methods.

/** The longest array of Node 20, in bytes: no image and no map can be larger. */
export const LARGEST_ARRAY = 2 ** 32;

/** Numbers as stored: 8 bits 0…255, 16 bits 0…65535, float as they are. */
export type SampleArray = Uint8Array | Uint16Array | Float32Array;

/** 8- or 16-bit whole numbers, or float32. */
export type Depth = 8 | 16 | 'float';

/** Some rows of an image or a map: from … up to but not including to. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** An image as numbers, rows from the top, samples of a pixel side by side: data[(y · width + x) · channels + c]. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  /** All channels, the alpha channel counted. */
  readonly channels: number;
  readonly depth: Depth;
  readonly data: SampleArray;
  /** Whether the last channel is alpha (0 transparent … full scale opaque). */
  readonly hasAlpha: boolean;
  /** An ICC profile, carried into pictures unchanged; it changes no number. */
  readonly icc?: Uint8Array;
  /** Pixels per metre along rows and columns, where the file says so. */
  readonly resolution?: readonly [number, number];
  /** The unit that the file says its resolution in; default inch. */
  readonly resolutionUnit?: 'inch' | 'centimetre';
  /** What else the file holds and pictures that are written do not: EXIF, XMP, IPTC, GeoTIFF tags. */
  readonly metadata?: readonly string[];
  /** The rendering intent (0…3) of a picture that says its samples are sRGB. */
  readonly srgb?: number;
  /** The exponent that a PNG says its samples were encoded with (gAMA), such as 1 / 2.2; it changes no number. */
  readonly gamma?: number;
}

/** One kernel's map: responses (float32) or, once mapped, picture values; no alpha in it. */
export interface FeatureMap {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: Depth;
  readonly data: SampleArray;
  /** The smallest and largest response, before gain and mapping. */
  readonly min: number;
  readonly max: number;
  /** Full scale of the samples that the responses came from: 255, 65535, or 1 for float. */
  readonly sourceScale: number;
  /** Share (0…1) of samples whose sign or range the mapping or the depth lost. 0 for responses. */
  readonly clipped: number;
}

/** The value that means white or opaque; 1 for float. */
export function fullScale(depth: Depth): number {
  return depth === 8 ? 255 : depth === 16 ? 65535 : 1;
}

/** Bytes of one sample. */
export function bytesPerSample(depth: Depth): 1 | 2 | 4 {
  return depth === 8 ? 1 : depth === 16 ? 2 : 4;
}

/** An array of `length` zeros of the depth's type. */
export function arrayOf(depth: Depth, length: number): SampleArray {
  return arrayOver(new ArrayBuffer(length * bytesPerSample(depth)), depth);
}

/** An array of the depth's type over all of a buffer. */
export function arrayOver(buffer: ArrayBuffer | SharedArrayBuffer, depth: Depth): SampleArray {
  if (depth === 8) return new Uint8Array(buffer);
  return depth === 16 ? new Uint16Array(buffer) : new Float32Array(buffer);
}

/** How many channels carry colour: all but alpha. */
export function colourChannels(samples: { channels: number; hasAlpha: boolean }): number {
  return samples.hasAlpha ? samples.channels - 1 : samples.channels;
}
