// Adds the resolution of an image to a WebP file as an EXIF chunk; WebP has no other place for it.
// Source: WebP container specification; TIFF revision 6.0 for the contents of EXIF.

import type { Samples } from '../../core/image.js';
import { densityOf, fractionOf } from '../density.js';

const EXTENDED = 'VP8X';
const HAS_EXIF = 8;
const HAS_ALPHA = 16;

/** @returns the chunks of the file; the file itself if the image has no resolution. */
export function withResolution(webp: Uint8Array, picture: Omit<Samples, 'data'>): Uint8Array[] {
  const exif = exifOf(picture);
  if (!exif) return [webp];
  const isExtended = Buffer.from(webp.subarray(12, 16)).toString('latin1') === EXTENDED;
  const body = Uint8Array.from(webp.subarray(12));
  if (isExtended) body[8] = body[8]! | HAS_EXIF;
  const head = isExtended ? [] : [chunk(EXTENDED, extension(picture))];
  const parts = [...head, body, chunk('EXIF', exif)];
  const size = 4 + parts.reduce((sum, part) => sum + part.length, 0);
  return [chunkHead('RIFF', size), Buffer.from('WEBP', 'latin1'), ...parts];
}

/** The VP8X payload: flags, then canvas width and height minus one in 24 bits each. */
function extension({ width, height, hasAlpha }: Omit<Samples, 'data'>): Uint8Array {
  const data = Buffer.alloc(10);
  data[0] = HAS_EXIF | (hasAlpha ? HAS_ALPHA : 0);
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return data;
}

/** An EXIF block with XResolution, YResolution and ResolutionUnit. */
function exifOf(picture: Omit<Samples, 'data'>): Uint8Array | null {
  const density = densityOf(picture);
  if (!density) return null;
  const values = 8 + 2 + 3 * 12 + 4;
  const exif = Buffer.alloc(values + 16);
  exif.write('II*\0\x08\0\0\0\x03\0', 'latin1');
  const entries = [
    [282, 5, values],
    [283, 5, values + 8],
    [296, 3, density.unit === 'inch' ? 2 : 3],
  ] as const;
  for (const [i, [tag, type, value]] of entries.entries()) {
    const at = 10 + i * 12;
    exif.writeUInt16LE(tag, at);
    exif.writeUInt16LE(type, at + 2);
    exif.writeUInt32LE(1, at + 4);
    exif.writeUInt32LE(value, at + 8);
  }
  const numbers = [...fractionOf(density.x), ...fractionOf(density.y)];
  for (const [i, number] of numbers.entries()) exif.writeUInt32LE(number, values + i * 4);
  return exif;
}

function chunkHead(type: string, length: number): Uint8Array {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(length, 4);
  return head;
}

/** A RIFF chunk, padded to an even length. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  return Buffer.concat([chunkHead(type, data.length), data, Buffer.alloc(data.length % 2)]);
}
