// The two arrays that convtool works on: Samples (an image as numbers) and FeatureMap (responses or picture values).

/** Length limit of a typed array in Node 20, in bytes. No image and no map can be larger. */
export const LARGEST_ARRAY = 2 ** 32;

/** Numbers as stored: 0 to 255 for 8 bits, 0 to 65535 for 16 bits, any value for float. */
export type SampleArray = Uint8Array | Uint16Array | Float32Array;

/** 8- or 16-bit unsigned integers, or float32. */
export type Depth = 8 | 16 | 'float';

/** Width and height in samples. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Rows of an image or a map, from `from` up to but not including `to`. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** An image as numbers: rows from the top, channels interleaved: data[(y · width + x) · channels + c]. */
export interface Samples extends Size {
  /** All channels, including alpha. */
  readonly channels: number;
  readonly depth: Depth;
  readonly data: SampleArray;
  /** Whether the last channel is alpha (0 transparent, full scale opaque). */
  readonly hasAlpha: boolean;
  /** An ICC profile. It is copied into outputs and never changes a sample. */
  readonly icc?: Uint8Array;
  /** Pixels per metre, horizontal and vertical, if the file states them. */
  readonly resolution?: readonly [number, number];
  /** The unit in which the file states its resolution; default inch. */
  readonly resolutionUnit?: 'inch' | 'centimetre';
  /** Metadata of the file that outputs do not carry: EXIF, XMP, IPTC, GeoTIFF tags. */
  readonly metadata?: readonly string[];
  /** The rendering intent (0 to 3) of an image declared as sRGB. */
  readonly srgb?: number;
  /** The encoding exponent of a PNG (gAMA), such as 1 / 2.2. It never changes a sample. */
  readonly gamma?: number;
}

/** What determines the number and type of an image's samples. */
export type SampleShape = Pick<Samples, 'width' | 'height' | 'channels' | 'depth'>;

/** Everything about an image except its samples. */
export type ImageInfo = Omit<Samples, 'data'>;

/** The map of one kernel: responses (float32) or, after tone mapping, picture values. It has no alpha channel. */
export interface FeatureMap extends Size {
  readonly channels: number;
  readonly depth: Depth;
  readonly data: SampleArray;
  /** The smallest and largest response, before gain and mapping. */
  readonly min: number;
  readonly max: number;
  /** Full scale of the source samples: 255, 65535, or 1 for float. */
  readonly sourceScale: number;
  /** Fraction (0 to 1) of samples whose sign or range was lost by tone mapping or depth. 0 for responses. */
  readonly clipped: number;
}

/** The value of white or opaque samples: 255, 65535, or 1 for float. */
export function fullScale(depth: Depth): number {
  return depth === 8 ? 255 : depth === 16 ? 65535 : 1;
}

/** Bytes of one sample. */
export function bytesPerSample(depth: Depth): 1 | 2 | 4 {
  return depth === 8 ? 1 : depth === 16 ? 2 : 4;
}

/** The depth of an array's samples. */
export function depthOf({ BYTES_PER_ELEMENT }: SampleArray): Depth {
  return BYTES_PER_ELEMENT === 4 ? 'float' : BYTES_PER_ELEMENT === 2 ? 16 : 8;
}

/** Allocates `length` zeros in the array type of a depth. */
export function arrayOf(depth: Depth, length: number): SampleArray {
  return arrayOver(new ArrayBuffer(length * bytesPerSample(depth)), depth);
}

/** A typed array for samples of a depth over a buffer, by default over all of it. */
export function arrayOver(
  buffer: ArrayBuffer | SharedArrayBuffer,
  depth: Depth,
  byteOffset = 0,
  length?: number,
): SampleArray {
  if (depth === 8) return new Uint8Array(buffer, byteOffset, length);
  if (depth === 16) return new Uint16Array(buffer, byteOffset, length);
  return new Float32Array(buffer, byteOffset, length);
}

/** The bytes of an array of numbers, in the machine's byte order, without copying. */
export function bytesOfArray({ buffer, byteOffset, byteLength }: SampleArray | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The samples in shared memory: a copy, or the array itself if it already is. */
export function toSharedMemory<T extends SampleArray>(samples: T): T {
  if (samples.buffer instanceof SharedArrayBuffer) return samples;
  const copy = arrayOver(new SharedArrayBuffer(samples.byteLength), depthOf(samples));
  copy.set(samples);
  return copy as T;
}

/** The number of colour channels: all except alpha. */
export function colourChannels(samples: { channels: number; hasAlpha: boolean }): number {
  return samples.hasAlpha ? samples.channels - 1 : samples.channels;
}
