// Adjusts a decoded image to the header of its file: full range, whole canvas; and checks that they match, so that a
// decoder bug cannot become a wrong result.

import type { Metadata } from 'sharp';
import { ImageError } from '../../core/errors.js';
import type { Depth, SampleArray, Samples } from '../../core/image.js';
import { type Header, headerOf } from './header.js';
import type { InputFormat } from './signature.js';

/**
 * Adjusts samples to what the header states: full 16-bit range and the whole canvas. @throws ImageError if they do
 * not match.
 */
export function matchHeader(
  decoded: Samples,
  bytes: Uint8Array,
  format: InputFormat,
  { orientation = 1, autoOrient, bitsPerSample }: Metadata,
  label: string,
  notes: string[],
): Samples {
  if (format === 'avif' && decoded.data instanceof Uint16Array && bitsPerSample && bitsPerSample < 16)
    toFullRange(decoded.data, bitsPerSample);
  const header = headerOf(bytes, format);
  const sideways = header !== null && orientation >= 5;
  const { width, height } = header ?? autoOrient;
  const isPart = format === 'gif' && header && (decoded.width < width || decoded.height < height);
  if (isPart)
    notes.push(
      `its first frame covers ${decoded.width}×${decoded.height} of ${width}×${height}, the rest is 0`,
    );
  const samples = isPart ? padToCanvas(decoded, width, height) : decoded;
  checkDecoded(samples, header ?? autoOrient, sideways, label);
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
  const { channels, data } = frame;
  const canvas = new (data.constructor as new (length: number) => SampleArray)(width * height * channels);
  const row = frame.width * channels;
  for (let y = 0; y < frame.height; y++)
    canvas.set(data.subarray(y * row, (y + 1) * row), y * width * channels);
  return { ...frame, width, height, data: canvas };
}

/**
 * @param sideways whether the image was rotated by 90° for its orientation.
 * @throws ImageError if size, channels, depth or number of samples differ.
 */
export function checkDecoded(samples: Samples, header: Header, sideways: boolean, label: string): void {
  const { width, height, channels, depth, data } = samples;
  const [expectedWidth, expectedHeight] = sideways
    ? [header.height, header.width]
    : [header.width, header.height];
  const matches = [
    width === expectedWidth && height === expectedHeight,
    header.channels === undefined || header.channels.includes(channels),
    header.depth === undefined || header.depth === depth,
    data.length === width * height * channels,
  ];
  if (matches.every(Boolean)) return;
  throw new ImageError({
    subject: label,
    problem: 'was not decoded to what its header states',
    expected: describe(expectedWidth, expectedHeight, header.channels?.join(' or '), header.depth),
    found: `${describe(width, height, String(channels), depth)}, ${data.length} samples`,
    advice: 'please report it, with the file',
  });
}

function describe(
  width: number,
  height: number,
  channels: string | undefined,
  depth: Depth | undefined,
): string {
  const bits = depth === undefined ? '' : depth === 'float' ? ', float' : `, ${depth} bits`;
  return `${width}×${height}${channels === undefined ? '' : ` of ${channels} channels`}${bits}`;
}
