// JPEG, 8 bits, through sharp: lossy, so little is thrown away (quality 95, full colour resolution).

import type { Samples } from '../samples.js';
import { toSharp } from './sharp.js';

/** The whole file. */
export async function encodeJpeg(picture: Samples): Promise<Uint8Array[]> {
  return [await (await toSharp(picture)).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()];
}
