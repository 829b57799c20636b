// How many more pictures follow in the bytes of a file: a stream of pictures, as `ffmpeg -f image2pipe` writes, or an
// animated PNG. Pictures that a JPEG's own index names (MPF: previews, depth and gain maps of phones) are parts of it and
// are not counted.

import { END_OF_IMAGE, segmentsOf } from '../jpeg/segments.js';
import { viewOf } from './codec.js';
import { formatOf, type InputFormat } from './signature.js';

/** So many pictures are counted. */
const MOST = 1_000_000;
const IEND = 0x49454e44;
const ACTL = 0x6163544c;
const MPF = Buffer.from('MPF\0', 'latin1');

/** Pictures in a file of this format, the first among them; 1 where what follows is no picture, or cannot be told. */
export function countPictures(bytes: Uint8Array, format: InputFormat): number {
  let count = 0;
  let next: InputFormat | undefined = format;
  for (let at = 0; next !== undefined && count < MOST; count++) {
    const rest = bytes.subarray(at);
    const end = endOf(rest, next);
    if (end === null) return count + 1;
    at += end;
    next = at < bytes.length ? formatOf(bytes.subarray(at)) : undefined;
  }
  return count;
}

/** Frames of an animated PNG; 1 of another. */
export function pngFrames(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  for (let at = 8; at + 20 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === ACTL) return view.getUint32(at + 8);
  }
  return 1;
}

/** Frames of an AVIF sequence, which its first table of sample sizes lists; 1 of a still picture. */
export function avifFrames(bytes: Uint8Array): number {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = file.toString('latin1', 4, 12) === 'ftypavis' ? file.indexOf('stsz') : -1;
  return sizes < 0 || sizes + 16 > file.length ? 1 : Math.max(1, file.readUInt32BE(sizes + 12));
}

/** Where a picture ends; null where that cannot be told. */
function endOf(bytes: Uint8Array, format: InputFormat): number | null {
  const view = viewOf(bytes);
  if (format === 'webp') return 8 + view.getUint32(4, true);
  if (format === 'jpeg') return endOfJpeg(bytes);
  if (format === 'gif') return endOfGif(bytes);
  if (format !== 'png') return null;
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === IEND) return at + 12;
  }
  return null;
}

function endOfJpeg(jpeg: Uint8Array): number | null {
  for (const { marker, at, end } of segmentsOf(jpeg)) {
    if (marker === 0xe2 && Buffer.from(jpeg.subarray(at + 4, at + 8)).equals(MPF)) return null;
    if (marker === END_OF_IMAGE) return end;
  }
  return null;
}

/** Behind the trailer; blocks of data are lists of pieces, each with its length in front. */
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
