// Encodes TIFF, because sharp writes no float: baseline, little-endian, uncompressed strips, 8- or 16-bit unsigned or
// float32, any number of channels. Source: TIFF revision 6.0, Adobe 1992.

import { OutputError } from '../../core/errors.js';
import {
  bytesOfArray,
  bytesPerSample,
  colourChannels,
  type ImageInfo,
  type Samples,
} from '../../core/image.js';
import { densityOf, fractionOf } from '../density.js';
import { type RowFormat, rowSink } from '../row-encoder.js';
import { stripsOfRows } from '../strip-sink.js';

const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const UNDEFINED = 7;
/** The array of each type's values; a RATIONAL is two numbers. */
const ARRAYS = {
  [SHORT]: Uint16Array,
  [LONG]: Uint32Array,
  [RATIONAL]: Uint32Array,
  [UNDEFINED]: Uint8Array,
};

/** Approximate strip size; libtiff recommends small strips for readers with little memory. */
const STRIP_BYTES = 256 * 1024;
const LARGEST_FILE = 2 ** 32 - 1;
/** Little-endian, version 42, and the offset of the first directory. */
export const HEADER = Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0);

type Field = readonly [tag: number, type: keyof typeof ARRAYS, values: readonly number[] | Uint8Array];

/** @throws OutputError if the file would exceed 4 GiB, the limit of classic TIFF. */
export const tiffRows: RowFormat = (picture) => rowSink([pageAt(HEADER.length, picture, true).head]);

/** A file of one page per image. @throws as `tiffRows`. */
export function tiffPages(pictures: readonly Samples[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = HEADER.length;
  for (const [i, picture] of pictures.entries()) {
    const isLast = i === pictures.length - 1;
    const { head, end, next } = pageAt(at, picture, isLast);
    pieces.push(head, bytesOfArray(picture.data));
    if (!isLast) pieces.push(new Uint8Array(next - end));
    at = next;
  }
  return pieces;
}

/**
 * A page whose directory is at file offset `at`.
 * @returns `head`: the bytes before its samples, which are the directory and, on the first page, the file header before
 * it; `end` and `next`: the file offsets of the end of its samples and of the next directory, 0 on the last page.
 */
function pageAt(at: number, picture: ImageInfo, isLast: boolean) {
  const { width, height, channels, depth } = picture;
  const dataAt = aligned(at + directoryBytes(fieldsOf(picture, 0), at, 0).length);
  const end = dataAt + width * height * channels * bytesPerSample(depth);
  if (end > LARGEST_FILE) {
    const found = `${isLast ? '' : 'at least '}${end} bytes`;
    const advice = 'use --format npy or a smaller --depth';
    throw new OutputError({ subject: 'TIFF', expected: 'a file below 4 GiB', found, advice });
  }
  const next = isLast ? 0 : aligned(end);
  const headStart = at === HEADER.length ? 0 : at;
  const head = new Uint8Array(dataAt - headStart);
  if (headStart === 0) head.set(HEADER);
  head.set(directoryBytes(fieldsOf(picture, dataAt), at, next), at - headStart);
  return { head, end, next };
}

function aligned(at: number): number {
  return Math.ceil(at / 16) * 16;
}

/** The tags of an image whose samples begin at `firstStrip`. */
function fieldsOf(picture: ImageInfo, firstStrip: number): Field[] {
  const { width, height, channels, depth, hasAlpha, icc } = picture;
  const bytes = bytesPerSample(depth);
  const rowBytes = width * channels * bytes;
  const rowsPerStrip = Math.max(1, Math.min(height, Math.floor(STRIP_BYTES / rowBytes)));
  const strips = stripsOfRows(height, rowsPerStrip);
  const colours = colourChannels(picture) === 3 ? 3 : 1;
  const isAlpha = (channel: number) => hasAlpha && channel === channels - 1;
  // Channels beyond the colours: 2 is straight alpha, 0 unspecified.
  const extras = Array.from({ length: channels - colours }, (_, i) => (isAlpha(colours + i) ? 2 : 0));
  return [
    [256, LONG, [width]],
    [257, LONG, [height]],
    [258, SHORT, Array(channels).fill(bytes * 8)],
    [259, SHORT, [1]],
    [262, SHORT, [colours === 3 ? 2 : 1]],
    [273, LONG, strips.map(({ from }) => firstStrip + from * rowBytes)],
    [277, SHORT, [channels]],
    [278, LONG, [rowsPerStrip]],
    [279, LONG, strips.map(({ from, to }) => (to - from) * rowBytes)],
    [284, SHORT, [1]],
    ...densityFields(picture),
    ...(extras.length > 0 ? [[338, SHORT, extras] as const] : []),
    [339, SHORT, Array(channels).fill(depth === 'float' ? 3 : 1)],
    ...(icc ? [[34675, UNDEFINED, icc] as const] : []),
  ];
}

/** XResolution, YResolution and ResolutionUnit; none without a resolution, since readers would trust any default. */
export function densityFields(picture: ImageInfo): Field[] {
  const density = densityOf(picture);
  if (!density) return [];
  return [
    [282, RATIONAL, fractionOf(density.x)],
    [283, RATIONAL, fractionOf(density.y)],
    [296, SHORT, [density.unit === 'inch' ? 2 : 3]],
  ];
}

/**
 * Encodes a directory, sorted by tag, and after it the values that are too long for its entries.
 * @param at its file offset, which is even. @param next that of the next directory; 0 for the last one.
 */
export function directoryBytes(fields: readonly Field[], at: number, next: number): Uint8Array {
  const directory = Buffer.alloc(2 + fields.length * 12 + 4);
  directory.writeUInt16LE(fields.length);
  directory.writeUInt32LE(next, directory.length - 4);
  const parts: Uint8Array[] = [directory];
  let end = at + directory.length;
  for (const [i, [tag, type, values]] of fields.toSorted(([a], [b]) => a - b).entries()) {
    const entry = 2 + i * 12;
    const bytes = new Uint8Array(ARRAYS[type].from(values).buffer);
    directory.writeUInt16LE(tag, entry);
    directory.writeUInt16LE(type, entry + 2);
    directory.writeUInt32LE(type === RATIONAL ? values.length / 2 : values.length, entry + 4);
    if (bytes.length > 4) {
      directory.writeUInt32LE(end, entry + 8);
      // Values begin at even offsets.
      parts.push(bytes, new Uint8Array(bytes.length % 2));
      end += bytes.length + (bytes.length % 2);
    } else {
      directory.set(bytes, entry + 8);
    }
  }
  return Buffer.concat(parts);
}
