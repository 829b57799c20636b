// Encodes raw PGM, PPM and PAM with 8 or 16 bits, big-endian. Source: netpbm's pgm(5), ppm(5), pam(5).

import { arrayOf, type Samples } from '../../core/image.js';

/** Encodes grey as PGM, colour as PPM, and images with alpha as PAM. */
export function encodePnm(picture: Samples): Uint8Array[] {
  if (picture.hasAlpha) return encodePam(picture);
  return [header(picture, picture.channels === 1 ? 'P5' : 'P6'), rasterOf(picture)];
}

/** Encodes as PPM. Grey is repeated in three channels, since PPM has no grey. */
export function encodePpm(picture: Samples): Uint8Array[] {
  return [header(picture, 'P6'), rasterOf(picture.channels === 1 ? greyToRgb(picture) : picture)];
}

/** Encodes grey or colour as PAM, with or without alpha. */
export function encodePam(picture: Samples): Uint8Array[] {
  const { width, height, channels, hasAlpha } = picture;
  const colour = channels < 3 ? 'GRAYSCALE' : 'RGB';
  const lines = [
    'P7',
    `WIDTH ${width}`,
    `HEIGHT ${height}`,
    `DEPTH ${channels}`,
    `MAXVAL ${maxvalOf(picture)}`,
    `TUPLTYPE ${colour}${hasAlpha ? '_ALPHA' : ''}`,
    'ENDHDR\n',
  ];
  return [Buffer.from(lines.join('\n')), rasterOf(picture)];
}

function header(picture: Samples, magic: string): Uint8Array {
  return Buffer.from(`${magic}\n${picture.width} ${picture.height}\n${maxvalOf(picture)}\n`);
}

function maxvalOf({ depth }: Samples): number {
  return depth === 8 ? 255 : 65535;
}

function rasterOf({ data, depth }: Samples): Uint8Array {
  const bytes = Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return depth === 8 ? bytes : Buffer.from(bytes).swap16();
}

function greyToRgb(picture: Samples): Samples {
  const { data, depth } = picture;
  const length = 3 * data.length;
  const wide = arrayOf(depth, length);
  for (let i = 0; i < length; i++) wide[i] = data[Math.floor(i / 3)]!;
  return { ...picture, channels: 3, data: wide };
}
