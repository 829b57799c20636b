// Decodes BMP files of 1 to 32 bits per pixel: palettes, RLE, bit masks, bottom-up and top-down rows. Grey palettes
// give one channel, colour palettes three, alpha masks four. Channels of fewer than 8 bits are scaled to 8 and longer
// ones to 16, rounded down as in netpbm and Pillow.

import type { SampleArray } from '../../core/image.js';
import {
  type Codec,
  type CodecInput,
  checkRest,
  recoverableDamage,
  scaleTable,
  viewOf,
  zeroPadded,
} from '../decode/codec.js';
import { type BmpHeader, lowestBit, readBmpHeader } from './header.js';

const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const DELTA = 2;

export const bmp: Codec = (input) => {
  const header = readBmpHeader(input);
  const { width, height, bits, compression, start, facts } = header;
  const row = 4 * Math.ceil((width * bits) / 32);
  const isRle = compression === 'rle4' || compression === 'rle8';
  if (!isRle) checkRest(input, start, row * height);
  const channels = bits <= 8 ? (isGrey(header) ? 1 : 3) : header.masks[3] === 0 ? 3 : 4;
  const depth = bits > 8 && header.masks.some((mask) => mask / (lowestBit(mask) || 1) > 255) ? 16 : 8;
  return {
    about: { width, height, channels, depth, hasAlpha: channels === 4, ...facts },
    read(data) {
      const raster = isRle ? unpackRle(input, header) : zeroPadded(input, start, row * height);
      if (isRle) readIndices(input, header, raster, width, 8, data);
      else if (bits <= 8) readIndices(input, header, raster, row, bits, data);
      else if (bits === 24) readBytes(header, raster, row, data);
      else return { notes: readMasked(header, raster, row, channels, data) };
      return { notes: [] };
    },
  };
};

/** Whether every palette entry is grey. */
function isGrey({ palette, entryBytes }: BmpHeader): boolean {
  for (let i = 0; i < palette.length; i += entryBytes) {
    if (palette[i] !== palette[i + 1] || palette[i] !== palette[i + 2]) return false;
  }
  return true;
}

/** The row of the image that row y of the file is stored in. */
function targetRow({ height, isTopDown }: BmpHeader, y: number): number {
  return isTopDown ? y : height - 1 - y;
}

/**
 * Maps indices through the palette.
 * @param pitch bytes from row to row.
 * @throws ImageError for an index outside the palette. If damage is tolerated, such pixels are black.
 */
function readIndices(
  input: CodecInput,
  header: BmpHeader,
  raster: Uint8Array,
  pitch: number,
  bits: number,
  data: SampleArray,
): void {
  const { width, height, palette, entryBytes } = header;
  const channels = data.length / (width * height);
  const entries = palette.length / entryBytes;
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  let largest = 0;
  for (let y = 0; y < height; y++) {
    let i = targetRow(header, y) * width * channels;
    for (let x = 0; x < width; x++) {
      const byte = raster[y * pitch + Math.floor(x / perByte)]!;
      const index = (byte >> (8 - bits - bits * (x % perByte))) & mask;
      if (index > largest) largest = index;
      // Entries are stored blue first. For grey, all three are equal.
      for (let c = channels - 1; c >= 0; c--) data[i++] = palette[index * entryBytes + c] ?? 0;
    }
  }
  if (largest >= entries && !input.toleratesDamage)
    throw recoverableDamage(input, 'pixels', `indices below ${entries}, the length of the palette`, largest);
}

/** Three bytes per pixel: blue, green, red. */
function readBytes(header: BmpHeader, raster: Uint8Array, pitch: number, data: SampleArray): void {
  const { width, height } = header;
  for (let y = 0; y < height; y++) {
    let i = targetRow(header, y) * width * 3;
    for (let at = y * pitch, end = at + 3 * width; at < end; at += 3) {
      data[i++] = raster[at + 2]!;
      data[i++] = raster[at + 1]!;
      data[i++] = raster[at]!;
    }
  }
}

/** Extracts channels by bit masks from words of 16 or 32 bits, each scaled to full range. @returns notes. */
function readMasked(
  header: BmpHeader,
  raster: Uint8Array,
  pitch: number,
  channels: number,
  data: SampleArray,
): string[] {
  const { width, height, bits, masks, compression } = header;
  const view = viewOf(raster);
  const full = data.BYTES_PER_ELEMENT === 2 ? 65535 : 255;
  const fields = masks.slice(0, channels).map((mask) => {
    const shift = Math.log2(lowestBit(mask));
    return { shift, max: mask / lowestBit(mask), table: scaleTable(mask / lowestBit(mask), full, 0) };
  });
  let bitsInAll = -1;
  let bitsInAny = 0;
  for (let y = 0; y < height; y++) {
    let i = targetRow(header, y) * width * channels;
    for (let x = 0; x < width; x++) {
      const word =
        bits === 16 ? view.getUint16(y * pitch + 2 * x, true) : view.getUint32(y * pitch + 4 * x, true);
      bitsInAll &= word;
      bitsInAny |= word;
      for (let c = 0; c < channels; c++) {
        const { shift, max, table } = fields[c]!;
        data[i++] = table[(word >>> shift) & max]!;
      }
    }
  }
  const isUnused = bits !== 32 || compression === 'masks' || (bitsInAll ^ bitsInAny) >>> 24 === 0;
  if (isUnused) return [];
  return ['the fourth byte of each pixel is ignored: it has no meaning without an alpha mask'];
}

/**
 * Decodes RLE4 and RLE8 to one byte per index, rows in file order. Skipped pixels have index 0.
 * Source: Microsoft, "Bitmap Compression".
 * @throws ImageError for runs outside the image and for data that end before the last row, unless damage is tolerated.
 */
function unpackRle(input: CodecInput, header: BmpHeader): Uint8Array {
  const { bytes } = input;
  const { width, height, compression } = header;
  const isRle4 = compression === 'rle4';
  const indices = new Uint8Array(width * height);
  let at = header.start;
  let x = 0;
  let y = 0;
  let isOutside = false;
  // Some writers pad rows to whole words, as in rows without RLE.
  const paddedWidth = isRle4 ? 8 * Math.ceil(width / 8) : 4 * Math.ceil(width / 4);
  const put = (index: number) => {
    if (x < width && y < height) indices[y * width + x] = index;
    else if (x >= paddedWidth || y >= height) isOutside = true;
    x++;
  };
  const nibble = (byte: number, i: number) => (i & 1 ? byte & 15 : byte >> 4);
  for (;;) {
    const count = bytes[at]!;
    const code = bytes[at + 1];
    // Many writers omit the end marker after the last row.
    if (code === undefined || isOutside) break;
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(isRle4 ? nibble(code, i) : code);
    } else if (code === END_OF_LINE) {
      x = 0;
      y++;
    } else if (code === END_OF_BITMAP) {
      return indices;
    } else if (code === DELTA) {
      x += bytes[at] ?? 0;
      y += bytes[at + 1] ?? 0;
      at += 2;
    } else {
      const length = isRle4 ? Math.ceil(code / 2) : code;
      for (let i = 0; i < code; i++) {
        const byte = bytes[at + (isRle4 ? i >> 1 : i)];
        if (byte === undefined) break;
        put(isRle4 ? nibble(byte, i) : byte);
      }
      at += length + (length & 1);
    }
  }
  const isDone = !isOutside && (y >= height || (y === height - 1 && x >= width));
  if (isDone || input.toleratesDamage) return indices;
  throw isOutside
    ? recoverableDamage(input, `byte ${at}`, `runs inside ${width}×${height} pixels`, `one to ${x}, ${y}`)
    : recoverableDamage(input, `byte ${bytes.length}`, 'an end marker', 'the end of the file');
}
