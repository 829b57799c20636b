// What a codec of this project is: a function that reads the header of a file in memory, and one that fills an array with
// its samples. Between the two the caller checks limits and allocates. Also the errors that codecs share.

import { ImageError } from '../../core/errors.js';
import type { SampleArray, Samples } from '../../core/image.js';

/** How the three axes of an array are ordered: (height, width, channels) or (channels, height, width). */
export type Layout = 'hwc' | 'chw';

/** The file and the options that a codec needs. */
export interface CodecInput {
  readonly bytes: Uint8Array;
  /** What errors call the file. */
  readonly label: string;
  /** Reads what is there of a damaged picture; samples that are missing become 0. */
  readonly toleratesDamage: boolean;
  /** Axes of an array of three dimensions. */
  readonly layout: Layout;
}

/** A picture whose header was read. */
export interface OpenedPicture {
  /** All but the samples. Its size comes from the header and is not checked against any limit yet. */
  readonly about: Omit<Samples, 'data'>;
  /**
   * Writes all samples.
   * @param data zeros, width · height · channels of the picture's depth.
   * @returns what the owner of the picture should know, one line each; about what is behind it in the file, too.
   * @throws ImageError for damage inside the samples.
   */
  read(data: SampleArray): { readonly notes: readonly string[]; readonly behind?: readonly string[] };
}

/** A format that is decoded here and not by libvips. */
export interface Codec {
  /** Reads the header. @throws ImageError for a wrong header, and for a file shorter than the header says. */
  open(input: CodecInput): OpenedPicture;
}

/** Longest side of a picture: more is a damaged header in every format. */
const LONGEST_SIDE = 2 ** 31 - 1;

/** An error about one place of a file. */
export function damageError(
  { label }: CodecInput,
  place: string,
  expected: string,
  found: string | number,
): ImageError {
  return new ImageError({ subject: label, place, expected, found: String(found) });
}

/** An error about one place of a damaged file that can be read all the same. */
export function recoverableDamage(
  { label }: CodecInput,
  place: string,
  expected: string,
  found: string | number,
): ImageError {
  const advice = '--fail-on none reads it all the same';
  return new ImageError({ subject: label, place, expected, found: String(found), advice });
}

/** @throws ImageError unless both sides are whole numbers of at least 1. */
export function checkSides(input: CodecInput, width: number, height: number): void {
  const sides: readonly (readonly [string, number])[] = [
    ['width', width],
    ['height', height],
  ];
  for (const [name, side] of sides) {
    if (Number.isInteger(side) && side >= 1 && side <= LONGEST_SIDE) continue;
    throw damageError(input, `header, ${name}`, `a whole number from 1 to ${LONGEST_SIDE}`, side);
  }
}

/** @throws ImageError where the file is shorter than the `length` bytes from `start` on, and that is not tolerated. */
export function checkRest(input: CodecInput, start: number, length: number): void {
  const there = Math.max(0, input.bytes.length - start);
  if (there >= length || input.toleratesDamage) return;
  throw recoverableDamage(input, `byte ${start}`, `${length} bytes of samples`, there);
}

/** The `length` bytes from `start` on; what the file lacks is 0. */
export function zeroPadded({ bytes }: CodecInput, start: number, length: number): Uint8Array {
  const there = bytes.subarray(start, start + length);
  if (there.length === length) return there;
  const whole = new Uint8Array(length);
  whole.set(there);
  return whole;
}

/** A view of bytes that need not be at the beginning of their buffer. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/**
 * A table that scales 0…most to 0…full. It has an entry for every value of a byte or of 16 bits; those above `most` become
 * `full`.
 * @param round what is added before fractions are cut off: 0.5 for the nearest number.
 */
export function scaleTable(most: number, full: 255 | 65535, round: 0 | 0.5): Uint8Array | Uint16Array {
  const table = full === 255 ? new Uint8Array(256).fill(full) : new Uint16Array(65536).fill(full);
  for (let v = 0; v <= most && v < table.length; v++) {
    table[v] = Math.floor((v * full + round * most) / most);
  }
  return table;
}
