// Converts premultiplied colour to straight colour.

import { fullScale, type Samples } from '../../core/image.js';

/** Divides the colour channels by alpha, in place. Fully transparent pixels become 0. */
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
