// The interface of convtool's own codecs: parse the header, then decode into an array. In between, the caller checks
// limits and allocates. Also the errors and helpers that codecs share.

import { ImageError } from '../../core/errors.js';
import type { ImageInfo, SampleArray } from '../../core/image.js';

/** Axis order of an array: (height, width, channels) or (channels, height, width). */
export type Layout = 'hwc' | 'chw';

/** The file and options for a codec. */
export interface CodecInput {
  /** The file; only its start where rows are read one by one. */
  readonly bytes: Uint8Array;
  /** The length of the file. */
  readonly size: number;
  /** The name of the file in errors. */
  readonly label: string;
  /** Whether a damaged image is decoded as far as possible; missing samples are 0. */
  readonly toleratesDamage: boolean;
  /** Axis order of three-dimensional arrays. */
  readonly layout: Layout;
}

/** An image whose rows can be read one by one. */
export interface StoredPicture {
  /** Everything except the samples. The size is as stated in the header, not yet checked against limits. */
  readonly about: ImageInfo;
  /**
   * Where the rows are, if they are stored in order, every byte of them is valid, and decoding gives no notes except
   * about trailing data.
   */
  readonly rows?: StoredRows;
}

/** An image whose header was parsed. */
export interface OpenedPicture extends StoredPicture {
  /**
   * Decodes all samples.
   * @param data zeros: width · height · channels samples of the image's depth.
   * @returns notes for the user, one line each, and notes about data behind the image.
   * @throws ImageError for damage within the samples.
   */
  read(data: SampleArray): { readonly notes: readonly string[]; readonly trailing?: readonly string[] };
}

/** Rows that a file stores uncompressed, from the top, one after the other. */
interface StoredRows {
  /** Byte offset of the first row. */
  readonly start: number;
  /** Bytes of a row. */
  readonly bytes: number;
  /** Converts whole rows to samples. @param bytes may be modified. @returns notes for the user. */
  convert(bytes: Uint8Array<ArrayBuffer>, rows: SampleArray): readonly string[];
}

/**
 * Parses the header of a file in a format that is decoded here rather than by libvips.
 * @throws ImageError for an invalid header, or a file shorter than the header requires.
 */
export type Codec = (input: CodecInput) => OpenedPicture;

/** Longest side of an image. A larger value means a damaged header in every format. */
const MAX_SIDE = 2 ** 31 - 1;

/** An error at one place of a file. */
export function damageError(
  { label }: CodecInput,
  place: string,
  expected: string,
  found: string | number,
): ImageError {
  return new ImageError({ subject: label, place, expected, found: String(found) });
}

/** An error at one place of a damaged file that can still be decoded. */
export function recoverableDamage(...place: Parameters<typeof damageError>): ImageError {
  return new ImageError({ ...damageError(...place).details, advice: '--fail-on none reads it anyway' });
}

/** @throws ImageError unless both sides are integers from 1 to MAX_SIDE. */
export function checkSides(input: CodecInput, width: number, height: number): void {
  for (const [name, side] of Object.entries({ width, height })) {
    if (Number.isInteger(side) && side >= 1 && side <= MAX_SIDE) continue;
    throw damageError(input, `header, ${name}`, `a whole number from 1 to ${MAX_SIDE}`, side);
  }
}

/** @throws ImageError if fewer than `length` bytes follow `start`, unless damage is tolerated. */
export function checkRest(input: CodecInput, start: number, length: number): void {
  const available = Math.max(0, input.size - start);
  if (available >= length || input.toleratesDamage) return;
  throw recoverableDamage(input, `byte ${start}`, `${length} bytes of samples`, available);
}

/**
 * An image whose samples are stored uncompressed.
 * @param isByRows whether its rows may be read one by one (`rows` of StoredPicture).
 * @param trailing returns notes about the data after the image.
 * @throws ImageError if the file is shorter, unless damage is tolerated.
 */
export function storedPicture(
  input: CodecInput,
  about: ImageInfo,
  rows: StoredRows,
  isByRows: boolean,
  trailing: (input: CodecInput, end: number) => string[],
): OpenedPicture {
  const { start, bytes, convert } = rows;
  const length = bytes * about.height;
  checkRest(input, start, length);
  return {
    about,
    ...(isByRows ? { rows } : {}),
    read(data) {
      const notes = convert(zeroPadded(input, start, length), data);
      return { notes, trailing: trailing(input, start + length) };
    },
  };
}

/** The `length` bytes from `start` on, padded with zeros at the end of the file. */
export function zeroPadded({ bytes }: CodecInput, start: number, length: number): Uint8Array<ArrayBuffer> {
  const available = bytes.subarray(start, start + length) as Uint8Array<ArrayBuffer>;
  if (available.length === length) return available;
  const padded = new Uint8Array(length);
  padded.set(available);
  return padded;
}

/** What `read` returns, or `fallback` if it throws RangeError, as reads outside the file do. */
export function insideOr<Result, Fallback>(read: () => Result, fallback: Fallback): Result | Fallback {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return fallback;
    throw error;
  }
}

/** A DataView over exactly these bytes. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Bytes as text, one character each. */
export function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/**
 * A lookup table that scales samples of 0…`max` to 0…`full`, for each 8-bit value if `full` is 255, else each 16-bit
 * value. Entries above `max` are `full`.
 * @param rounding added before truncation: 0.5 rounds to nearest.
 */
export function scaleTable(max: number, full: 255 | 65535, rounding: 0 | 0.5): Uint8Array | Uint16Array {
  const table = full === 255 ? new Uint8Array(256).fill(full) : new Uint16Array(65536).fill(full);
  for (let v = 0; v <= max && v < table.length; v++) {
    table[v] = Math.floor((v * full + rounding * max) / max);
  }
  return table;
}
