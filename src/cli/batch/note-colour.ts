// What a run says once about colour: which tone curve --linear takes where a picture names none, and profiles that its
// pictures cannot carry.

import type { FormatName } from '../../codecs/format-name.js';
import { profileLoss } from '../../codecs/profile.js';
import type { Samples } from '../../core/image.js';
import { namedCurves } from '../../engine/input/srgb.js';
import type { Logger } from '../console/logger.js';
import type { ApplyOptions } from '../options/apply-options.js';

/** What a picture says of its colours. */
export type ColourFacts = Pick<Samples, 'icc' | 'gamma' | 'srgb'>;

/** Says that sRGB is assumed for linear light, where it is. */
export function noteCurve(
  input: string,
  image: ColourFacts,
  { linear, channels }: Pick<ApplyOptions, 'linear' | 'channels'>,
  logger: Logger,
): void {
  if (!linear || channels === 'a' || namedCurves(image)) return;
  const why = image.icc ? 'its ICC profile has no tone curve that can be used' : 'it names no tone curve';
  logger.noteOnce(input, `${why}: --linear takes that of sRGB`, 'assumed curve');
}

/** Says why a profile or gamma is not in the picture made of an image. */
export function noteProfile(
  input: string,
  image: ColourFacts,
  picture: Pick<Samples, 'channels' | 'hasAlpha'>,
  format: FormatName,
  logger: Logger,
): void {
  const loss = profileLoss(image, picture, format);
  if (loss !== null) logger.noteOnce(input, loss, 'lost profile');
}
