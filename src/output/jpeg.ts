// JPEG, 8 bits, through sharp: lossy, so little is thrown away (quality 95, full colour resolution). Tables of codes made
// for the picture would save 4 % of the file, but take seven times as long: the whole picture has to wait for them.

import { byVips } from '../libvips.js';
import type { Samples } from '../samples.js';
import { toSharp } from './sharp.js';

/** The whole file. */
export async function encodeJpeg(picture: Samples): Promise<Uint8Array[]> {
  const options = { quality: 95, chromaSubsampling: '4:4:4', optimiseCoding: false };
  const pipeline = await toSharp(picture);
  return [await byVips(() => pipeline.jpeg(options).toBuffer())];
}
