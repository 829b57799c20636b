// Parses size, and where possible channels and depth, from the header of an image file. Damaged fields are omitted.

import type { Depth, Size } from '../../core/image.js';
import { isFrame, segmentsOf } from '../jpeg/segments.js';
import { insideOr, viewOf } from './codec.js';
import type { InputFormat } from './signature.js';

export interface Header extends Size {
  /** Numbers of channels that the decoded image may have. */
  readonly channels?: readonly number[];
  readonly depth?: Depth;
}

/** The header of a file; null if it is damaged or the format is not parsed here. */
export function headerOf(bytes: Uint8Array, format: InputFormat): Header | null {
  const view = viewOf(bytes);
  return insideOr(() => {
    if (format === 'png') return pngHeader(view);
    if (format === 'gif') return gifHeader(view);
    if (format === 'jpeg') return jpegHeader(bytes);
    return format === 'webp' ? webpHeader(view) : null;
  }, null);
}

/** Channels by colour type. Grey, RGB and palette images may have a transparent colour. */
const PNG_CHANNELS: Readonly<Record<number, readonly number[]>> = {
  ...{ 0: [1, 2], 2: [3, 4], 3: [3, 4], 4: [2], 6: [4] },
};

function pngHeader(view: DataView): Header {
  const depth = view.getUint8(24) === 16 ? 16 : 8;
  const channels = PNG_CHANNELS[view.getUint8(25)] ?? [];
  return { width: view.getUint32(16), height: view.getUint32(20), channels, depth };
}

/** The canvas, enlarged if the first frame exceeds it. */
function gifHeader(view: DataView): Header | null {
  const word = (at: number) => view.getUint16(at, true);
  const table = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + table(view.getUint8(10));
  for (; view.getUint8(at) === 0x21; at++) {
    at += 2;
    while (view.getUint8(at) > 0) at += 1 + view.getUint8(at);
  }
  if (view.getUint8(at) !== 0x2c) return null;
  const [left, top, wide, high] = [word(at + 1), word(at + 3), word(at + 5), word(at + 7)];
  return { width: Math.max(word(6), left + wide), height: Math.max(word(8), top + high), depth: 8 };
}

function jpegHeader(jpeg: Uint8Array): Header | null {
  for (const { marker, at } of segmentsOf(jpeg)) {
    if (!isFrame(marker)) continue;
    const word = (place: number) => (jpeg[at + place]! << 8) | jpeg[at + place + 1]!;
    // CMYK is decoded to RGB. If the height is 0, a DNL segment behind the first scan states it.
    const channels = [jpeg[at + 9] === 1 ? 1 : 3];
    return word(5) > 0 ? { width: word(7), height: word(5), channels, depth: 8 } : null;
  }
  return null;
}

function webpHeader(view: DataView): Header | null {
  const about = { channels: [3, 4], depth: 8 } as const;
  const kind = view.getUint32(12);
  const triple = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (kind === 0x56503858) return { width: triple(24) + 1, height: triple(27) + 1, ...about };
  if (kind === 0x56503820)
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, ...about };
  if (kind !== 0x5650384c) return null;
  const bits = view.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1, ...about };
}
