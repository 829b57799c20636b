// Adjusts a decoded image to the header of its file: full range, whole canvas; and checks that they match, so that a
// decoder bug cannot become a wrong result. Size and, where possible, channels and depth are parsed from the
// header; damaged fields are omitted.

import type { Metadata } from 'sharp';
import { ImageError } from '../../core/errors.js';
import { arrayOf, type Depth, type Samples, type Size } from '../../core/image.js';
import { isFrame, segmentsOf } from '../jpeg/segments.js';
import { insideOr, viewOf } from './codec.js';
import type { DecodeJob } from './decode-options.js';
import type { InputFormat } from './signature.js';

/**
 * Adjusts samples to what the header states: full 16-bit range and the whole canvas. @throws ImageError if they do
 * not match.
 */
export function matchHeader(
  decoded: Samples,
  { file: { bytes }, format, label }: DecodeJob,
  { orientation = 1, autoOrient, bitsPerSample }: Metadata,
  notes: string[],
): Samples {
  if (format === 'avif' && decoded.data instanceof Uint16Array && bitsPerSample && bitsPerSample < 16)
    toFullRange(decoded.data, bitsPerSample);
  const stored = headerOf(bytes, format);
  // Orientations from 5 on swap rows and columns.
  const turned = stored && orientation >= 5 ? { width: stored.height, height: stored.width } : {};
  const header: Header = stored ? { ...stored, ...turned } : autoOrient;
  const { width, height } = header;
  const isPart = format === 'gif' && stored && (decoded.width < width || decoded.height < height);
  if (isPart)
    notes.push(
      `its first frame covers ${decoded.width}×${decoded.height} of ${width}×${height}, the rest is 0`,
    );
  const samples = isPart ? padToCanvas(decoded, width, height) : decoded;
  checkDecoded(samples, header, label);
  return samples;
}

/** Scales samples of 9 to 15 bits, stored in the upper bits of 16: the largest value of `bits` bits becomes 65535. */
function toFullRange(data: Uint16Array, bits: number): void {
  const drop = 16 - bits;
  const scale = 65535 / (2 ** bits - 1);
  for (let i = 0; i < data.length; i++) data[i] = Math.round((data[i]! >> drop) * scale);
}

/** Pads a frame that covers only the upper left part of its canvas; samples outside it are 0 (black or transparent). */
function padToCanvas(frame: Samples, width: number, height: number): Samples {
  const { channels, depth, data } = frame;
  const canvas = arrayOf(depth, width * height * channels);
  const row = frame.width * channels;
  for (let y = 0; y < frame.height; y++)
    canvas.set(data.subarray(y * row, (y + 1) * row), y * width * channels);
  return { ...frame, width, height, data: canvas };
}

/** @throws ImageError if size, channels, depth or number of samples differ. */
export function checkDecoded(samples: Samples, header: Header, label: string): void {
  const { width, height, channels, depth, data } = samples;
  const matches = [
    width === header.width && height === header.height,
    header.channels === undefined || header.channels.includes(channels),
    header.depth === undefined || header.depth === depth,
    data.length === width * height * channels,
  ];
  if (matches.every(Boolean)) return;
  throw new ImageError({
    subject: label,
    problem: 'was not decoded to what its header states',
    expected: describe(header, header.channels?.join(' or ')),
    found: `${describe(samples, String(channels))}, ${data.length} samples`,
    advice: 'please report it, with the file',
  });
}

function describe(
  { width, height, depth }: Pick<Header, 'width' | 'height' | 'depth'>,
  channels?: string,
): string {
  const bits = depth === undefined ? '' : depth === 'float' ? ', float' : `, ${depth} bits`;
  return `${width}×${height}${channels === undefined ? '' : ` of ${channels} channels`}${bits}`;
}

interface Header extends Size {
  /** Numbers of channels that the decoded image may have. */
  readonly channels?: readonly number[];
  readonly depth?: Depth;
}

/** The header of a file; null if it is damaged or the format is not parsed here. */
function headerOf(bytes: Uint8Array, format: InputFormat): Header | null {
  const view = viewOf(bytes);
  return insideOr(() => {
    if (format === 'png') return pngHeader(view);
    if (format === 'gif') return gifHeader(view);
    if (format === 'jpeg') return jpegHeader(bytes, view);
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

function jpegHeader(jpeg: Uint8Array, view: DataView): Header | null {
  for (const { marker, at } of segmentsOf(jpeg)) {
    if (!isFrame(marker)) continue;
    const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
    // CMYK is decoded to RGB. If the height is 0, a DNL segment after the first scan states it.
    return height > 0 ? { width, height, channels: [jpeg[at + 9] === 1 ? 1 : 3], depth: 8 } : null;
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
