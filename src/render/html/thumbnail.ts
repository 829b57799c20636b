// Reduces an image to a size that can be embedded: 8 bits, grey or colour, with squares averaged in larger
// images.

import { colourChannels, fullScale, type Samples } from '../../core/image.js';
import { fitWithin, shrinkToPlate } from '../image/plate.js';

export interface Thumbnail {
  readonly picture: Samples;
  /** Side in image pixels of the squares that were averaged. */
  readonly factor: number;
}

/** The image with at most `side` pixels along each axis. With more than 3 colour channels, the first is shown. */
export function thumbnail(image: Samples, side: number): Thumbnail {
  const colours = colourChannels(image);
  const fit = fitWithin(image, side);
  const { means, ...size } = shrinkToPlate(image, colours === 1 || colours === 3 ? image.channels : 1, fit);
  const scale = 255 / fullScale(image.depth);
  const data = Uint8Array.from(means, (mean) => Math.min(255, Math.max(0, Math.round(mean * scale))));
  const hasAlpha = image.hasAlpha && size.channels > 1;
  return { picture: { ...size, depth: 8, data, hasAlpha }, factor: fit.shrink };
}
