// PGM, PPM and PAM, raw, 8 or 16 bits, the upper byte first. Source: netpbm's pgm(5), ppm(5), pam(5).

import { arrayOf, type Samples } from '../../core/image.js';

/** Grey as PGM, colour as PPM, either with alpha as PAM. */
export function encodePnm(picture: Samples): Uint8Array[] {
  if (picture.hasAlpha) return encodePam(picture);
  return [header(picture, picture.channels === 1 ? 'P5' : 'P6'), rasterOf(picture)];
}

/** Grey becomes three channels that are the same, since PPM has no grey. */
export function encodePpm(picture: Samples): Uint8Array[] {
  return [header(picture, 'P6'), rasterOf(picture.channels === 1 ? spread(picture) : picture)];
}

/** Grey or colour, with or without alpha. */
export function encodePam(picture: Samples): Uint8Array[] {
  const { width, height, channels, hasAlpha } = picture;
  const colour = channels < 3 ? 'GRAYSCALE' : 'RGB';
  const lines = [
    'P7',
    `WIDTH ${width}`,
    `HEIGHT ${height}`,
    `DEPTH ${channels}`,
    `MAXVAL ${mostOf(picture)}`,
    `TUPLTYPE ${colour}${hasAlpha ? '_ALPHA' : ''}`,
    'ENDHDR\n',
  ];
  return [Buffer.from(lines.join('\n')), rasterOf(picture)];
}

function header(picture: Samples, magic: string): Uint8Array {
  return Buffer.from(`${magic}\n${picture.width} ${picture.height}\n${mostOf(picture)}\n`);
}

function mostOf({ depth }: Samples): number {
  return depth === 8 ? 255 : 65535;
}

function rasterOf({ data, depth }: Samples): Uint8Array {
  const bytes = Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return depth === 8 ? bytes : Buffer.from(bytes).swap16();
}

function spread(picture: Samples): Samples {
  const { data, depth } = picture;
  const length = 3 * data.length;
  const wide = arrayOf(depth, length);
  for (let i = 0; i < length; i++) wide[i] = data[Math.floor(i / 3)]!;
  return { ...picture, channels: 3, data: wide };
}
