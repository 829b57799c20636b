// Encodes numbers and pictures as text for HTML pages: typed arrays deflated in base64, PNG files as data
// URLs, images reduced to a size that can be embedded.

import { deflateSync } from 'node:zlib';
import { encode } from '../../codecs/registry.js';
import { colourChannels, fullScale, type SampleArray, type Samples, type Size } from '../../core/image.js';
import type { Rgb } from '../image/colours.js';
import { fitWithin, shrinkToPlate } from '../image/plate.js';
import type { Embedded } from './page-data.js';

/** Embeds numbers unchanged. */
export function embed(numbers: SampleArray): Embedded {
  const type = numbers instanceof Uint8Array ? 'u8' : numbers instanceof Uint16Array ? 'u16' : 'f32';
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return { type, base64: deflateSync(bytes).toString('base64') };
}

/** Red, green and blue of pixels in rows as a data URL. */
export function rgbDataUrl({ width, height }: Size, colours: readonly Rgb[]): Promise<string> {
  const data = Uint8Array.from(colours.flat());
  return pngDataUrl({ width, height, channels: 3, depth: 8, data, hasAlpha: false });
}

/** An 8-bit picture as a data URL. */
async function pngDataUrl(picture: Samples): Promise<string> {
  const file = Buffer.concat(await encode(picture, 'png', 'report'));
  return `data:image/png;base64,${file.toString('base64')}`;
}

export type Thumbnail = Awaited<ReturnType<typeof thumbnail>>;

/**
 * The image in 8 bits with at most `side` pixels along each axis; larger images are averaged in squares. With more than 3
 * colour channels, the first is shown.
 * @returns the picture as a data URL, its size, and the side of the squares in image pixels.
 */
export async function thumbnail(image: Samples, side: number) {
  const colours = colourChannels(image);
  const fit = fitWithin(image, side);
  const kept = colours === 1 || colours === 3 ? image.channels : 1;
  const { means, width, height, channels } = shrinkToPlate(image, kept, fit);
  const scale = 255 / fullScale(image.depth);
  const data = Uint8Array.from(means, (mean) => Math.min(255, Math.max(0, Math.round(mean * scale))));
  const hasAlpha = image.hasAlpha && channels > 1;
  const address = await pngDataUrl({ width, height, channels, depth: 8, data, hasAlpha });
  return { address, width, height, factor: fit.shrink };
}
