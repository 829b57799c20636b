// Notes about colour, each written once per run: the tone curve that --linear assumes, and colour profiles that an output
// cannot carry.

import type { FormatName } from '../../codecs/format-name.js';
import { profileLoss } from '../../codecs/profile.js';
import type { Samples } from '../../core/image.js';
import { namedCurves } from '../../engine/input/srgb.js';
import type { Logger } from '../console/logger.js';
import type { ApplyOptions } from '../options/apply-options.js';

/** Colour metadata of a picture. */
export type ColourFacts = Pick<Samples, 'icc' | 'gamma' | 'srgb'>;

/** Notes that --linear assumes the sRGB tone curve, where it does. */
export function noteCurve(
  input: string,
  image: ColourFacts,
  { linear, channels }: Pick<ApplyOptions, 'linear' | 'channels'>,
  logger: Logger,
): void {
  if (!linear || channels === 'a' || namedCurves(image)) return;
  const why = image.icc ? 'its ICC profile has no usable tone curve' : 'it has no tone curve';
  logger.noteOnce(input, `${why}: --linear assumes sRGB`, 'assumed curve');
}

/** Notes why the profile or gamma of an image is not written to its output. */
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
