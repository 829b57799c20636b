// Counts the images in a file: concatenated images, as written by `ffmpeg -f image2pipe`, and frames of AVIF. Images
// that a JPEG lists in its own index (MPF: previews, depth and gain maps of phones) are parts of it and not counted.

import { END_OF_IMAGE, segmentsOf } from '../jpeg/segments.js';
import { endOfPng } from '../png/ancillary.js';
import { latin1, viewOf } from './codec.js';
import { formatOf, type InputFormat } from './signature.js';

/** Counting stops at this number. */
const MAX_PICTURES = 1_000_000;

/**
 * The number of images in a file of this format, including the first; 1 if no image follows or its end is unknown.
 */
export function countPictures(bytes: Uint8Array, format: InputFormat): number {
  let count = 0;
  let next: InputFormat | undefined = format;
  for (let at = 0; next !== undefined && count < MAX_PICTURES; count++) {
    const remaining = bytes.subarray(at);
    const end = endOf(remaining, next);
    if (end === null) return count + 1;
    at += end;
    next = at < bytes.length ? formatOf(bytes.subarray(at)) : undefined;
  }
  return count;
}

/** The number of frames of an AVIF sequence, according to its first sample size table (stsz); 1 for a still image. */
export function avifFrames(bytes: Uint8Array): number {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = file.toString('latin1', 4, 12) === 'ftypavis' ? file.indexOf('stsz') : -1;
  return sizes < 0 || sizes + 16 > file.length ? 1 : Math.max(1, file.readUInt32BE(sizes + 12));
}

/** The byte offset at which an image ends; null if unknown. */
function endOf(bytes: Uint8Array, format: InputFormat): number | null {
  if (format === 'webp') return 8 + viewOf(bytes).getUint32(4, true);
  if (format === 'jpeg') return endOfJpeg(bytes);
  if (format === 'gif') return endOfGif(bytes);
  return format === 'png' ? endOfPng(bytes) : null;
}

function endOfJpeg(jpeg: Uint8Array): number | null {
  for (const { marker, at, end } of segmentsOf(jpeg)) {
    if (marker === 0xe2 && latin1(jpeg.subarray(at + 4, at + 8)) === 'MPF\0') return null;
    if (marker === END_OF_IMAGE) return end;
  }
  return null;
}

/** The offset behind the GIF trailer. Data blocks are lists of sub-blocks, each preceded by its length. */
function endOfGif(gif: Uint8Array): number | null {
  const table = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + table(gif[10]!);
  while (at < gif.length) {
    const kind = gif[at]!;
    if (kind === 0x3b) return at + 1;
    if (kind === 0x21) at += 2;
    else if (kind === 0x2c) at += 11 + table(gif[at + 9] ?? 0);
    else return null;
    while (gif[at]) at += 1 + gif[at]!;
    at++;
  }
  return null;
}
