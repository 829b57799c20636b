// Checks that a decoded image matches the header of its file, so that a decoder bug cannot become a wrong result.

import { ImageError } from '../../core/errors.js';
import type { Depth, Samples } from '../../core/image.js';
import type { Header } from './header.js';

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
