// An image small enough to be embedded: 8 bits, grey or colour, means of squares where it is larger.

import { colourChannels, fullScale, type Samples } from '../../core/image.js';

export interface Thumbnail {
  readonly picture: Samples;
  /** Pixels of the image along a side of each square that became one. */
  readonly factor: number;
}

/** The image at most `side` pixels wide and high. Of more than 3 colour channels the first is shown. */
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
