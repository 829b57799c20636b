// Adds the resolution of an image to a WebP file as an EXIF chunk; WebP has no other place for it.
// Source: WebP container specification; TIFF revision 6.0 for the contents of EXIF.

import type { ImageInfo } from '../../core/image.js';
import { densityFields, directoryBytes, HEADER } from '../tiff/encode.js';

const EXTENDED = 'VP8X';
const HAS_EXIF = 8;
const HAS_ALPHA = 16;

/** @returns the chunks of the file; the file itself if the image has no resolution. */
export function withResolution(webp: Uint8Array, picture: ImageInfo): Uint8Array[] {
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
function extension({ width, height, hasAlpha }: ImageInfo): Uint8Array {
  const data = Buffer.alloc(10);
  data[0] = HAS_EXIF | (hasAlpha ? HAS_ALPHA : 0);
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return data;
}

/** An EXIF block with XResolution, YResolution and ResolutionUnit: a TIFF without samples. */
function exifOf(picture: ImageInfo): Uint8Array | null {
  const fields = densityFields(picture);
  if (fields.length === 0) return null;
  return Buffer.concat([HEADER, directoryBytes(fields, HEADER.length, 0)]);
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
