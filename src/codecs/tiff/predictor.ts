// Undoes TIFF predictors, which store differences between neighbours in a row.
// Source: TIFF revision 6.0, section 14; Adobe Photoshop TIFF technical note 3 (floats).

import { UnsupportedTiff } from './errors.js';
import type { TiffLayout } from './layout.js';
import { toLittleEndian } from './unpack.js';

/**
 * Undoes the predictor of a block and converts it to little-endian, possibly in place.
 * @returns the little-endian bytes.
 * @throws UnsupportedTiff for an unknown predictor, or one that does not apply to the sample type.
 */
export function undoPredictor(bytes: Uint8Array<ArrayBuffer>, layout: TiffLayout): Uint8Array<ArrayBuffer> {
  const { predictor, bits, kind, blockWidth, blockChannels: step } = layout;
  const row = blockWidth * step;
  if (predictor === 1) return toLittleEndian(bytes, layout);
  if (predictor === 3 && kind === 'float') return undoFloatPredictor(bytes, bits / 8, row, step);
  if (predictor !== 2 || ![8, 16, 32, 64].includes(bits)) {
    const found = `predictor ${predictor} over ${bits}-bit samples`;
    throw new UnsupportedTiff(found, 'rewrite it without, e.g. gdal_translate in.tif out.tif');
  }
  const view = integerView(toLittleEndian(bytes, layout), bits);
  if (view instanceof BigUint64Array) {
    for (let from = 0; from < view.length; from += row) {
      for (let i = from + step; i < from + row; i++) view[i] = view[i]! + view[i - step]!;
    }
    return bytes;
  }
  for (let from = 0; from < view.length; from += row) {
    for (let i = from + step; i < from + row; i++) view[i] = view[i]! + view[i - step]!;
  }
  return bytes;
}

function integerView({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>, bits: number) {
  if (bits === 8) return new Uint8Array(buffer, byteOffset, byteLength);
  if (bits === 16) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  if (bits === 32) return new Uint32Array(buffer, byteOffset, byteLength / 4);
  return new BigUint64Array(buffer, byteOffset, byteLength / 8);
}

/**
 * Floating-point predictor: each row stores the most significant bytes of all samples, then the next bytes, as
 * differences. The result is little-endian.
 */
function undoFloatPredictor(
  bytes: Uint8Array,
  sampleBytes: number,
  row: number,
  step: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length);
  const pitch = row * sampleBytes;
  for (let from = 0; from < bytes.length; from += pitch) {
    for (let i = from + step; i < from + pitch; i++) bytes[i] = bytes[i]! + bytes[i - step]!;
    for (let i = 0; i < row; i++) {
      for (let b = 0; b < sampleBytes; b++)
        out[from + i * sampleBytes + b] = bytes[from + (sampleBytes - 1 - b) * row + i]!;
    }
  }
  return out;
}
