// Writes pixel values as a PNG file into this folder (sharp encodes).

import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const channelsOf = { grey: 1, rgb: 3, rgba: 4 } as const;

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly kind: keyof typeof channelsOf;
  /** Rows from the top; 16-bit where the array is. */
  readonly data: Uint8Array | Uint16Array;
}

/** An 8-bit or 16-bit grey picture, each pixel asked of `valueAt`. */
export function greyPicture(
  size: { width: number; height: number; bits: 8 | 16 },
  valueAt: (x: number, y: number) => number,
): Picture {
  const { width, height, bits } = size;
  const data = bits === 8 ? new Uint8Array(width * height) : new Uint16Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = Math.round(valueAt(x, y));
  }
  return { width, height, kind: 'grey', data };
}

export async function writePng(name: string, picture: Picture): Promise<void> {
  const { width, height, kind, data } = picture;
  const space = kind !== 'grey' ? 'srgb' : data instanceof Uint16Array ? 'grey16' : 'b-w';
  await sharp(data, { raw: { width, height, channels: channelsOf[kind] } })
    .toColourspace(space)
    .png({ compressionLevel: 9, adaptiveFiltering: kind !== 'grey' || data instanceof Uint16Array })
    .toFile(fileURLToPath(new URL(name, import.meta.url)));
}
