// Parses BMP headers of Windows (40 to 124 bytes) and OS/2 (12, 16 and 64): size, depth, compression, masks, palette,
// resolution, ICC profile.
// Source: Microsoft's BITMAPINFOHEADER, BITMAPV4HEADER, BITMAPV5HEADER; OS/2's BITMAPINFOHEADER2.

import type { ImageInfo } from '../../core/image.js';
import { type CodecInput, checkSides, damageError, viewOf } from '../decode/codec.js';

/** How pixels are encoded. */
export type Compression = 'none' | 'rle4' | 'rle8' | 'masks';

export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** Whether the file stores the top row first. */
  readonly isTopDown: boolean;
  readonly bits: number;
  readonly compression: Compression;
  /** Bit masks of red, green, blue and alpha for pixels without a palette. Alpha is 0 if there is none. */
  readonly masks: readonly [number, number, number, number];
  /** Blue, green and red of each entry, and an unused byte if `entryBytes` is 4. */
  readonly palette: Uint8Array;
  readonly entryBytes: 3 | 4;
  /** Byte offset of the pixels. */
  readonly start: number;
  /** Resolution in pixels per metre, and ICC profile, each only if the file has it. */
  readonly facts: Pick<ImageInfo, 'resolution' | 'icc'>;
}

const FILE_HEADER = 14;
const SIZES = [12, 16, 40, 52, 56, 64, 108, 124];
const BITS = [1, 2, 4, 8, 16, 24, 32];
/** From code 3 on, OS/2 headers define other compressions. */
const NAMES: Readonly<Record<number, string>> = { 4: 'a JPEG', 5: 'a PNG' };
const EMBEDDED_PROFILE = 0x4d424544;

/** @throws ImageError with the place in the file. */
export function readBmpHeader(input: CodecInput): BmpHeader {
  const { bytes } = input;
  const view = viewOf(bytes);
  if (bytes.length < FILE_HEADER + 12)
    throw damageError(input, 'header', `at least ${FILE_HEADER + 12} bytes`, bytes.length);
  const size = view.getUint32(14, true);
  if (!SIZES.includes(size))
    throw damageError(input, 'byte 14', `a header of ${SIZES.join(', ')} bytes`, size);
  if (bytes.length < FILE_HEADER + size)
    throw damageError(input, 'header', `${FILE_HEADER + size} bytes`, bytes.length);
  const isCore = size === 12;
  const isOs2 = isCore || size === 16 || size === 64;
  const signedHeight = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = Math.abs(signedHeight);
  checkSides(input, width, height);
  const planes = view.getUint16(isCore ? 22 : 26, true);
  if (planes !== 1) throw damageError(input, 'header, planes', '1', planes);
  const bits = view.getUint16(isCore ? 24 : 28, true);
  if (!BITS.includes(bits)) throw damageError(input, 'header, bits per pixel', BITS.join(', '), bits);
  const field = (at: number) => (size >= at + 4 - FILE_HEADER ? view.getUint32(at, true) : 0);
  const compression = compressionOf(input, field(30), bits, isOs2);
  // Masks follow a header of 40 bytes and are part of longer ones.
  const hasAlphaMask = size >= 56 && !isOs2 ? true : size === 40 && field(30) === 6;
  const maskBytes = size === 40 && compression === 'masks' ? (hasAlphaMask ? 16 : 12) : 0;
  if (bytes.length < 54 + maskBytes && maskBytes > 0)
    throw damageError(input, 'masks', `${maskBytes} bytes`, bytes.length - 54);
  // By default five bits per channel in 16, a byte per channel in 24 and 32.
  const defaults = bits === 16 ? ([0x7c00, 0x3e0, 0x1f, 0] as const) : ([0xff0000, 0xff00, 0xff, 0] as const);
  const masks = compression === 'masks' ? masksAt(input, view, bits, hasAlphaMask) : defaults;
  const entryBytes = isCore ? 3 : 4;
  const paletteStart = FILE_HEADER + size + maskBytes;
  const start = view.getUint32(10, true);
  const entries = bits > 8 ? 0 : paletteEntries(input, field(46), bits, entryBytes, paletteStart, start);
  if (start < paletteStart + entries * entryBytes || start > bytes.length) {
    const expected = `an offset of pixels from ${paletteStart + entries * entryBytes} to ${bytes.length}`;
    throw damageError(input, 'byte 10', expected, start);
  }
  return {
    ...{ width, height, bits, compression, masks, entryBytes, start },
    isTopDown: !isCore && signedHeight < 0,
    palette: bytes.subarray(paletteStart, paletteStart + entries * entryBytes),
    facts: { ...resolutionOf(field), ...profileOf(bytes, size, field) },
  };
}

function compressionOf(input: CodecInput, code: number, bits: number, isOs2: boolean): Compression {
  const isMasks = !isOs2 && (code === 3 || code === 6);
  if (code === 0) return 'none';
  if (code === 1 && bits === 8) return 'rle8';
  if (code === 2 && bits === 4) return 'rle4';
  if (isMasks && (bits === 16 || bits === 32)) return 'masks';
  const name = isOs2 && code === 3 ? 'Huffman codes' : isOs2 && code === 4 ? 'RLE of 24 bits' : NAMES[code];
  const expected = `a compression for ${bits} bits per pixel: none, RLE4, RLE8 or masks`;
  throw damageError(input, 'header, compression', expected, name === undefined ? code : `${code}, ${name}`);
}

function masksAt(input: CodecInput, view: DataView, bits: number, hasAlpha: boolean): BmpHeader['masks'] {
  const [red, green, blue] = [54, 58, 62].map((at) => view.getUint32(at, true)) as [number, number, number];
  const masks: BmpHeader['masks'] = [red, green, blue, hasAlpha ? view.getUint32(66, true) : 0];
  masks.forEach((mask, i) => {
    const shifted = mask === 0 ? 0 : mask / lowestBit(mask);
    const isRun = Number.isInteger(Math.log2(shifted + 1)) && mask < 2 ** bits && shifted <= 65535;
    const isAlone = masks.every((other, j) => j === i || (other & mask) === 0);
    if (isRun && (mask > 0 || i === 3) && isAlone) return;
    const expected = `masks of at most 16 contiguous bits within ${bits} bits, without overlap`;
    const place = `mask of ${['red', 'green', 'blue', 'alpha'][i]}`;
    throw damageError(input, place, expected, `0x${mask.toString(16)}`);
  });
  return masks;
}

/** The lowest set bit of a mask, as a number. */
export function lowestBit(mask: number): number {
  return (mask & -mask) >>> 0;
}

/**
 * The number of palette entries: as stated in the header, or else as many as the depth allows and the file has room
 * for.
 */
function paletteEntries(
  input: CodecInput,
  stated: number,
  bits: number,
  entryBytes: number,
  start: number,
  pixels: number,
): number {
  const maxEntries = 2 ** bits;
  const entries = stated === 0 ? maxEntries : stated;
  if (entries > maxEntries)
    throw damageError(input, 'header, colours of the palette', `at most ${maxEntries}`, entries);
  const available = Math.floor((Math.min(pixels, input.bytes.length) - start) / entryBytes);
  // OS/2 palettes end where the pixels begin.
  if (stated === 0 && available >= 1 && available < entries) return available;
  if (available < entries)
    throw damageError(input, 'palette', `${entries} entries before the pixels`, Math.max(0, available));
  return entries;
}

type ReadField = (at: number) => number;

function resolutionOf(field: ReadField): Pick<ImageInfo, 'resolution'> {
  const [x, y] = [field(38) | 0, field(42) | 0];
  return x > 0 && y > 0 ? { resolution: [x, y] } : {};
}

function profileOf(bytes: Uint8Array, size: number, field: ReadField): Pick<ImageInfo, 'icc'> {
  if (size < 124 || field(70) !== EMBEDDED_PROFILE) return {};
  const start = FILE_HEADER + field(126);
  const length = field(130);
  // A missing profile is no error: profiles change no sample.
  return length > 0 && start + length <= bytes.length ? { icc: bytes.slice(start, start + length) } : {};
}
