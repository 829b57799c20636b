// Encodes coefficients as an NPY file: float32 numbers of the shape (maps, rows, columns), or (channels, maps, rows,
// columns) for several channels. Decodes such files, which may have been edited in NumPy: the shape must be the same,
// the type may also be float64.

import { npyHeader } from '../../codecs/npy/encode.js';
import { readNpyHeader } from '../../codecs/npy/header.js';
import { ImageError } from '../../core/errors.js';
import { bytesOfArray } from '../../core/image.js';
import { shapeText } from '../../kernels/formats/array.js';
import type { Coefficients } from './analysis.js';

export function shapeOf(channels: number, maps: number, rows: number, columns: number): number[] {
  return channels === 1 ? [maps, rows, columns] : [channels, maps, rows, columns];
}

/** The parts of the file: the header, then each map, without copying. */
export function coefficientsFile(
  channels: readonly Coefficients[],
  rows: number,
  columns: number,
): Uint8Array[] {
  const header = npyHeader(shapeOf(channels.length, channels[0]!.length, rows, columns));
  return [header, ...channels.flat().map(bytesOfArray)];
}

/**
 * Decodes the maps of a file, channel by channel.
 * @param shape the expected shape, from `shapeOf`.
 * @throws ImageError for files that are not NPY with such numbers, all of them finite.
 */
export function readCoefficients(
  bytes: Uint8Array,
  shape: readonly number[],
  subject: string,
): Float32Array[][] {
  const refuse = (place: string, expected: string, found: string) =>
    new ImageError({ subject, place, expected, found });
  const stored = readNpyHeader(bytes, refuse);
  if (stored.shape.join() !== shape.join())
    throw refuse('header, shape', `${shapeText(shape)}, as its description says`, shapeText(stored.shape));
  if (stored.isFortran || !stored.isLittle || !/^f[48]$/.test(stored.type)) {
    const found = `${stored.descr}${stored.isFortran ? ' in Fortran order' : ''}`;
    throw refuse('header', 'little-endian f4 or f8 in C order', found);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = stored.start;
  const size = stored.type === 'f4' ? 4 : 8;
  const count = shape.reduce((product, one) => product * one, 1);
  if (bytes.length - end !== count * size)
    throw refuse(`byte ${end}`, `${count * size} bytes of numbers`, String(bytes.length - end));
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = size === 4 ? view.getFloat32(end + i * 4, true) : view.getFloat64(end + i * 8, true);
    numbers[i] = value;
    if (!Number.isFinite(numbers[i]))
      throw refuse(`number ${i}`, 'finite numbers within float32', String(value));
  }
  const [columns, rows, maps, channels = 1] = shape.toReversed() as [number, number, number, number?];
  const area = rows * columns;
  return Array.from({ length: channels }, (_, c) =>
    Array.from({ length: maps }, (_, k) =>
      numbers.subarray((c * maps + k) * area, (c * maps + k + 1) * area),
    ),
  );
}
