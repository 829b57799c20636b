// WebP, 8 bits, through sharp: lossless, colour under transparent pixels kept. Grey is stored as RGB, since
// WebP has no grey.

import { byVips } from '../libvips.js';
import type { Samples } from '../samples.js';
import { toSharp } from './sharp.js';

/** The whole file. */
export async function encodeWebp(picture: Samples): Promise<Uint8Array[]> {
  const pipeline = await toSharp(picture);
  return [await byVips(() => pipeline.webp({ lossless: true, exact: true }).toBuffer())];
}
