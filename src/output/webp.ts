// WebP, 8 bits, through sharp: lossless, colour under transparent pixels kept. Grey is stored as RGB, since
// WebP has no grey.

import type { Samples } from '../samples.js';
import { toSharp } from './sharp.js';

/** The whole file. */
export async function encodeWebp(picture: Samples): Promise<Uint8Array[]> {
  return [await (await toSharp(picture)).webp({ lossless: true, exact: true }).toBuffer()];
}
