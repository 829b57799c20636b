// Decodes PBM, PGM and PPM, plain and raw (P1 to P6). 1-bit samples become 0 and 255. Samples of up to 8 bits become
// 8 bits, others 16. A maxval below full scale is scaled and rounded to nearest, as in netpbm. Source: netpbm's
// manual.

import { bytesPerSample, type ImageInfo, type SampleArray } from '../../core/image.js';
import {
  type Codec,
  type CodecInput,
  checkRest,
  damageError,
  type OpenedPicture,
  recoverableDamage,
  scaleTable,
  storedPicture,
} from '../decode/codec.js';
import { copyBytes } from '../npy/elements.js';
import { HASH, HeaderReader, isSpace, trailingDataNotes } from './header.js';

const LARGEST_MAXVAL = 65535;

export const pnm: Codec = (input) => {
  const kind = input.bytes[1]! - 0x30;
  const header = new HeaderReader(input);
  const { width, height } = header.size();
  const isBitmap = kind === 1 || kind === 4;
  const maxval = isBitmap ? 1 : header.wholeNumber('largest value');
  checkMaxval(input, maxval);
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  const depth = maxval > 255 ? 16 : 8;
  const about = { width, height, channels, depth, hasAlpha: false } as const;
  const count = width * height * channels;
  const isPlain = kind <= 3;
  const row = isBitmap ? Math.ceil(width / 8) : width * channels * bytesPerSample(depth);
  // Minimum length: each number has a digit and is preceded by white space, except in bitmaps.
  const length = isPlain ? (isBitmap ? count : 2 * count - 1) : row * height;
  header.end(length);
  const start = header.at;
  if (isPlain) {
    checkRest(input, start, length);
    const notes = scaleNotes(maxval);
    const read = (data: SampleArray) => readPlain(input, header, maxval, isBitmap, data);
    return { about, read: (data) => ({ notes, trailing: read(data) }) };
  }
  if (!isBitmap) return rawPicture(input, about, start, maxval);
  const convert = (bytes: Uint8Array, rows: SampleArray) => unpackBits(bytes, width, rows);
  return storedPicture(input, about, { start, bytes: row, convert }, true, trailingDataNotes);
};

/** @throws ImageError for a maxval that netpbm does not allow. */
export function checkMaxval(input: CodecInput, maxval: number): void {
  if (maxval >= 1 && maxval <= LARGEST_MAXVAL) return;
  throw damageError(input, 'header, largest value', `a whole number from 1 to ${LARGEST_MAXVAL}`, maxval);
}

/** Whether samples are stored in full scale: every value is valid, and none is scaled. */
function isFullScale(maxval: number): boolean {
  return maxval === 255 || maxval === 65535;
}

/** The note about scaling; empty if samples are unchanged. */
function scaleNotes(maxval: number): string[] {
  const full = maxval > 255 ? 65535 : 255;
  return isFullScale(maxval) || maxval === 1 ? [] : [`samples of 0…${maxval} were scaled to 0…${full}`];
}

/**
 * An image of raw samples of one byte, or two in big-endian order, that are scaled to full range. Reading throws
 * ImageError for a sample above the maxval, unless damage is tolerated.
 */
export function rawPicture(
  input: CodecInput,
  about: ImageInfo,
  start: number,
  maxval: number,
): OpenedPicture {
  const isWide = about.depth === 16;
  const convert = (raster: Uint8Array, data: SampleArray) => {
    if (isFullScale(maxval)) {
      copyBytes(raster, false, data);
      return [];
    }
    const table = scaleTable(maxval, isWide ? 65535 : 255, 0.5);
    let largestSample = 0;
    for (let i = 0; i < data.length; i++) {
      const v = isWide ? (raster[2 * i]! << 8) | raster[2 * i + 1]! : raster[i]!;
      if (v > largestSample) largestSample = v;
      data[i] = table[v]!;
    }
    if (largestSample <= maxval || input.toleratesDamage) return scaleNotes(maxval);
    const expected = `at most ${maxval}, the largest value`;
    throw recoverableDamage(input, `samples from byte ${start} on`, expected, largestSample);
  };
  const bytes = about.width * about.channels * bytesPerSample(about.depth);
  return storedPicture(input, about, { start, bytes, convert }, isFullScale(maxval), trailingDataNotes);
}

/** Unpacks bits, most significant first; rows are padded to whole bytes. 1 is black. */
function unpackBits(raster: Uint8Array, width: number, data: SampleArray): string[] {
  const row = Math.ceil(width / 8);
  for (let i = 0, y = 0; i < data.length; y++) {
    for (let x = 0; x < width; x++, i++) {
      data[i] = (raster[y * row + (x >> 3)]! >> (7 - (x & 7))) & 1 ? 0 : 255;
    }
  }
  return [];
}

/**
 * Parses samples stored as text. @throws ImageError for invalid text, samples above the maxval, or missing samples.
 */
function readPlain(
  input: CodecInput,
  header: HeaderReader,
  maxval: number,
  isBitmap: boolean,
  data: SampleArray,
): string[] {
  const { bytes } = input;
  const table = scaleTable(maxval, maxval > 255 ? 65535 : 255, 0.5);
  const expected = isBitmap ? '0 or 1' : `a whole number from 0 to ${maxval}`;
  let done = 0;
  for (; done < data.length; done++) {
    // Usually one white space precedes a number.
    const next = bytes[header.at + 1];
    if (isSpace(bytes[header.at]) && !isSpace(next) && next !== HASH) header.at++;
    else header.skip();
    const start = header.at;
    let value = 0;
    let digit = (bytes[header.at] ?? 0) - 0x30;
    while (digit >= 0 && digit <= 9 && value <= maxval) {
      value = 10 * value + digit;
      header.at++;
      if (isBitmap) break;
      digit = (bytes[header.at] ?? 0) - 0x30;
    }
    if (start >= bytes.length) break;
    if (header.at === start || value > maxval) {
      const found = header.at === start ? `the byte 0x${bytes[start]!.toString(16)}` : `${value} or more`;
      throw damageError(input, `byte ${start}`, expected, found);
    }
    data[done] = isBitmap ? 255 * (1 - value) : table[value]!;
  }
  if (done < data.length && !input.toleratesDamage) {
    throw recoverableDamage(input, `byte ${bytes.length}`, `${data.length} samples`, done);
  }
  return trailingDataNotes(input, header.at);
}
