// Encodes raw PGM, PPM and PAM with 8 or 16 bits, big-endian, and PFM. Source: netpbm's pgm(5), ppm(5), pam(5), and P.
// Debevec's description of PFM.

import {
  arrayOf,
  bytesOfArray,
  depthOf,
  type ImageInfo,
  type SampleArray,
  type Samples,
} from '../../core/image.js';
import { type RowFormat, rowSink } from '../row-encoder.js';

/** Encodes grey as PGM, colour as PPM, and images with alpha as PAM. */
export const pnmRows: RowFormat = (picture) => {
  if (picture.hasAlpha) return pamRows(picture);
  return rowSink([header(picture, picture.channels === 1 ? 'P5' : 'P6')], bigEndian);
};

/** Encodes as PPM. Grey is repeated in three channels, since PPM has no grey. */
export const ppmRows: RowFormat = (picture) => {
  const encode = (rows: SampleArray) => bigEndian(picture.channels === 1 ? greyToRgb(rows) : rows);
  return rowSink([header(picture, 'P6')], encode);
};

/** Encodes grey or colour as PAM, with or without alpha. */
export const pamRows: RowFormat = (picture) => {
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
  return rowSink([Buffer.from(lines.join('\n'))], bigEndian);
};

/**
 * Encodes PFM: float32 in one or three channels, little-endian, bottom row first.
 * @returns the file in two chunks: header and samples.
 */
export function encodePfm({ width, height, channels, data }: Samples): Uint8Array[] {
  const bytes = bytesOfArray(data);
  const row = 4 * width * channels;
  const raster = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) raster.set(bytes.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
  return [Buffer.from(`${channels === 1 ? 'Pf' : 'PF'}\n${width} ${height}\n-1.0\n`), raster];
}

function header(picture: ImageInfo, magic: string): Uint8Array {
  return Buffer.from(`${magic}\n${picture.width} ${picture.height}\n${maxvalOf(picture)}\n`);
}

function maxvalOf({ depth }: Pick<Samples, 'depth'>): number {
  return depth === 8 ? 255 : 65535;
}

function bigEndian(rows: SampleArray): Uint8Array {
  const bytes = bytesOfArray(rows);
  return rows.BYTES_PER_ELEMENT === 1 ? bytes : Buffer.from(bytes).swap16();
}

function greyToRgb(grey: SampleArray): SampleArray {
  const rgb = arrayOf(depthOf(grey), 3 * grey.length);
  for (let i = 0, at = 0; i < grey.length; i++) {
    const value = grey[i]!;
    rgb[at++] = value;
    rgb[at++] = value;
    rgb[at++] = value;
  }
  return rgb;
}
