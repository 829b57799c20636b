// Numbers and pictures as text that a page can hold: typed arrays deflated and in base64, PNG files as data URLs.

import { deflateSync } from 'node:zlib';
import { encode } from '../../codecs/registry.js';
import type { SampleArray, Samples } from '../../core/image.js';
import type { Embedded } from './page-data.js';

/** Embeds numbers as they are. */
export function embed(numbers: SampleArray): Embedded {
  const type = numbers instanceof Uint8Array ? 'u8' : numbers instanceof Uint16Array ? 'u16' : 'f32';
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return { type, base64: deflateSync(bytes).toString('base64') };
}

/** A picture of 8 bits as the address of an image. */
export async function pngAddress(picture: Samples): Promise<string> {
  const file = Buffer.concat(await encode(picture, 'png', 'report'));
  return `data:image/png;base64,${file.toString('base64')}`;
}
