// Encodes 8-bit AVIF through sharp, lossy or lossless. Decoders return grey as RGB.

import { colourChannels, type Samples } from '../../core/image.js';
import { DEFAULT_QUALITY, type LossyOptions } from '../lossy-options.js';
import { canCarryProfile } from '../profile.js';
import { toSharp } from './encode.js';
import { runVips } from './libvips.js';

/** @returns the whole file as one chunk. */
export async function encodeAvif(
  picture: Samples,
  { quality = DEFAULT_QUALITY, subsampling = '444', lossless = false }: LossyOptions,
): Promise<Uint8Array[]> {
  const chromaSubsampling = subsampling === '420' ? '4:2:0' : '4:4:4';
  const options = lossless ? { lossless } : { quality, chromaSubsampling };
  const { icc, ...about } = picture;
  const profile = icc && canCarryProfile('avif', colourChannels(picture)) ? { icc } : {};
  const pipeline = await toSharp({ ...about, ...profile });
  return [await runVips(() => pipeline.avif(options).toBuffer())];
}
