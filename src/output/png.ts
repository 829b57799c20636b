// PNG, 8 or 16 bits, through sharp.

import type { Samples } from '../samples.js';
import { toSharp } from './sharp.js';

/** The whole file. */
export async function encodePng(picture: Samples): Promise<Uint8Array[]> {
  // Only the level is set: quality, effort, colours or dither would turn the picture into a palette.
  return [await (await toSharp(picture)).png({ compressionLevel: 6 }).toBuffer()];
}
