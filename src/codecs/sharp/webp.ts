// Encodes 8-bit WebP through sharp: lossless, keeping the colour of transparent pixels, or lossy with the given
// quality. Grey is stored as RGB, since WebP has no grey.

import { colourChannels, type Samples } from '../../core/image.js';
import type { LossyOptions } from '../lossy-options.js';
import { canCarryProfile } from '../profile.js';
import { toSharp } from './encode.js';
import { runVips } from './libvips.js';
import { withResolution } from './webp-exif.js';

/** @returns the file in one or more chunks. */
export async function encodeWebp(picture: Samples, { quality }: LossyOptions): Promise<Uint8Array[]> {
  const options = quality === undefined ? { lossless: true } : { quality };
  const { icc, ...about } = picture;
  const profile = icc && canCarryProfile('webp', colourChannels(picture)) ? { icc } : {};
  const pipeline = await toSharp({ ...about, ...profile });
  const webp = await runVips(() => pipeline.webp({ ...options, exact: true }).toBuffer());
  return withResolution(webp, picture);
}
