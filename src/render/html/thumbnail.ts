// Reduces an image to a size that can be embedded: 8 bits, grey or colour, with squares averaged in larger
// images.

import { colourChannels, fullScale, type Samples } from '../../core/image.js';

export interface Thumbnail {
  readonly picture: Samples;
  /** Side in image pixels of the squares that were averaged. */
  readonly factor: number;
}

/** The image with at most `side` pixels along each axis. With more than 3 colour channels, the first is shown. */
export function thumbnail(image: Samples, side: number): Thumbnail {
  const { width, height, channels, data, hasAlpha } = image;
  const colours = colourChannels(image);
  const shown = colours === 1 || colours === 3 ? channels : 1;
  const factor = Math.ceil(Math.max(width, height) / side);
  const across = Math.ceil(width / factor);
  const down = Math.ceil(height / factor);
  const out = new Uint8Array(across * down * shown);
  const scale = 255 / fullScale(image.depth);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const right = Math.min(width, (x + 1) * factor);
      const bottom = Math.min(height, (y + 1) * factor);
      for (let c = 0; c < shown; c++) {
        let sum = 0;
        for (let row = y * factor; row < bottom; row++)
          for (let column = x * factor; column < right; column++)
            sum += data[(row * width + column) * channels + c]!;
        const mean = sum / ((right - x * factor) * (bottom - y * factor));
        out[(y * across + x) * shown + c] = Math.min(255, Math.max(0, Math.round(mean * scale)));
      }
    }
  }
  const picture = {
    width: across,
    height: down,
    channels: shown,
    depth: 8,
    data: out,
    hasAlpha: hasAlpha && shown > 1,
  } as const;
  return { picture, factor };
}
