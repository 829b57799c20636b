// Determines whether an output can carry the ICC profile or gamma of its input, and describes what is lost.

import { fitsProfile, profileSpace } from '../core/icc.js';
import { colourChannels, type Samples } from '../core/image.js';

/** The gamma that programs assume by default, close to sRGB; `SLACK` allows for rounding. */
const USUAL_GAMMA = 0.4545;
const SLACK = 0.01;

/** Formats that can carry RGB profiles, and grey ones. */
const PROFILE_FORMATS: Readonly<Record<'RGB' | 'GRAY', readonly string[]>> = {
  RGB: ['png', 'tiff', 'jpeg', 'webp', 'avif'],
  // WebP and AVIF store grey as RGB.
  GRAY: ['png', 'tiff', 'jpeg'],
};

/** Whether a format can carry the profile of an image with this number of colour channels. */
export function canCarryProfile(format: string, colours: number): boolean {
  return PROFILE_FORMATS[colours === 3 ? 'RGB' : 'GRAY'].includes(format);
}

/** The note about a profile or gamma that the output cannot carry; null if nothing is lost. */
export function profileLoss(
  image: Pick<Samples, 'icc' | 'gamma' | 'srgb'>,
  picture: Pick<Samples, 'channels' | 'hasAlpha'>,
  format: string,
): string | null {
  const { icc, gamma, srgb } = image;
  const colours = colourChannels(picture);
  const read = 'its values will be read as sRGB';
  if (icc && !fitsProfile(icc, colours)) {
    const space = profileSpace(icc);
    const map = colours === 1 ? 'a grey picture' : `a picture of ${colours} channels`;
    return `its ICC profile, for ${space}, does not fit ${map} and is left out: ${read}`;
  }
  if (icc && !canCarryProfile(format, colours))
    return PROFILE_FORMATS.RGB.includes(format)
      ? `${format} stores grey as RGB, which its ICC profile does not fit, so it is left out: ${read}`
      : `${format} cannot hold an ICC profile: it is omitted`;
  if (icc || gamma === undefined || srgb !== undefined || format === 'png') return null;
  if (Math.abs(gamma - USUAL_GAMMA) <= SLACK) return null;
  const effect = format === 'npy' || format === 'raw' ? '' : `, and ${read}`;
  return `${format} holds no gamma (gAMA ${gamma}): it is left out${effect}`;
}
