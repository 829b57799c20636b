// Undoes the differences between neighbours along rows that a TIFF was compressed with. Source: TIFF revision 6.0,
// section 14; Adobe Photoshop TIFF technical note 3 (floats).

import { UnsupportedTiff } from './errors.js';
import type { Stored } from './unpack.js';
import { swapped } from './unpack.js';

/**
 * The bytes of a block without differences, in place, and the order of their numbers.
 * @param row samples of a row; @param step samples from a channel to the same channel of the next pixel.
 * @throws UnreadTiff for a predictor that is not known, or that samples of this type cannot have.
 */
export function undoPredictor(
  bytes: Uint8Array<ArrayBuffer>,
  predictor: number,
  stored: Stored,
  row: number,
  step: number,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly little: boolean } {
  const { bits, kind, little } = stored;
  if (predictor === 1) return { bytes, little };
  if (predictor === 3 && kind === 'float')
    return { bytes: joinedBytes(bytes, bits / 8, row, step), little: true };
  if (predictor !== 2 || ![8, 16, 32, 64].includes(bits)) {
    const found = `predictor ${predictor} over ${bits}-bit samples`;
    throw new UnsupportedTiff(found, 'rewrite it without, e.g. gdal_translate in.tif out.tif');
  }
  const view = wholeNumbers(swapped(bytes, bits, little), bits);
  if (view instanceof BigUint64Array) {
    for (let from = 0; from < view.length; from += row) {
      for (let i = from + step; i < from + row; i++) view[i] = view[i]! + view[i - step]!;
    }
  } else {
    for (let from = 0; from < view.length; from += row) {
      for (let i = from + step; i < from + row; i++) view[i] = view[i]! + view[i - step]!;
    }
  }
  return { bytes, little: true };
}

function wholeNumbers({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>, bits: number) {
  if (bits === 8) return new Uint8Array(buffer, byteOffset, byteLength);
  if (bits === 16) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  if (bits === 32) return new Uint32Array(buffer, byteOffset, byteLength / 4);
  return new BigUint64Array(buffer, byteOffset, byteLength / 8);
}

/** Floats whose rows hold first the highest bytes of all samples, then the next ones, as differences; little-endian. */
function joinedBytes(bytes: Uint8Array, each: number, row: number, step: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length);
  const pitch = row * each;
  for (let from = 0; from < bytes.length; from += pitch) {
    for (let i = from + step; i < from + pitch; i++) bytes[i] = bytes[i]! + bytes[i - step]!;
    for (let i = 0; i < row; i++) {
      for (let b = 0; b < each; b++) out[from + i * each + b] = bytes[from + (each - 1 - b) * row + i]!;
    }
  }
  return out;
}
