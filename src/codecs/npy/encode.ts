// NPY: NumPy's array file, version 1.0, C order, little-endian float32. Shape (height, width) for one
// channel, (height, width, channels) for more. Source: numpy.lib.format.

import type { SampleArray, Samples } from '../../core/image.js';

/** The file in two pieces: header, then the samples themselves, uncopied. */
export function encodeNpy({ width, height, channels, data }: Samples): Uint8Array[] {
  return npyFile(channels === 1 ? [height, width] : [height, width, channels], data);
}

/** The file of an array of any two or more dimensions; `data` is float32, the last index fastest. */
export function npyFile(shape: readonly number[], data: SampleArray): Uint8Array[] {
  return [npyHeader(shape), new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

/** What stands before the float32 numbers of an array of this shape, of at least two dimensions. */
export function npyHeader(shape: readonly number[]): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const prefix = 10;
  // The header ends in a line feed at a multiple of 64, so that readers can map the samples.
  const length = Math.ceil((prefix + text.length + 1) / 64) * 64 - prefix;
  const header = Buffer.alloc(prefix + length, ' ');
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(length, 8);
  header.write(text, prefix, 'latin1');
  header.write('\n', prefix + length - 1);
  return header;
}
