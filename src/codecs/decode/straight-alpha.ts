// Colour that is stored times alpha → colour by itself.

import { fullScale, type Samples } from '../../core/image.js';

/** Divides all channels by the last, alpha, in place; colour that is fully transparent becomes 0. */
export function straightAlpha(samples: Samples): Samples {
  const { channels, depth, data } = samples;
  const full = fullScale(depth);
  for (let pixel = 0; pixel < data.length; pixel += channels) {
    const alpha = data[pixel + channels - 1]!;
    const factor = alpha > 0 ? full / alpha : 0;
    for (let i = pixel; i < pixel + channels - 1; i++) {
      const straight = data[i]! * factor;
      data[i] = depth === 'float' ? straight : Math.min(full, Math.round(straight));
    }
  }
  return samples;
}
