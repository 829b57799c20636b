// Encodes numbers and pictures as text for HTML pages: typed arrays deflated in base64, PNG files as data
// URLs.

import { deflateSync } from 'node:zlib';
import { encode } from '../../codecs/registry.js';
import type { SampleArray, Samples } from '../../core/image.js';
import type { Embedded } from './page-data.js';

/** Embeds numbers unchanged. */
export function embed(numbers: SampleArray): Embedded {
  const type = numbers instanceof Uint8Array ? 'u8' : numbers instanceof Uint16Array ? 'u16' : 'f32';
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return { type, base64: deflateSync(bytes).toString('base64') };
}

/** An 8-bit picture as a data URL. */
export async function pngDataUrl(picture: Samples): Promise<string> {
  const file = Buffer.concat(await encode(picture, 'png', 'report'));
  return `data:image/png;base64,${file.toString('base64')}`;
}
