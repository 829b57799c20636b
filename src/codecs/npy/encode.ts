// Encodes NPY, version 1.0, C order, little-endian: images as float32 of shape (height, width) or, for several
// channels, (height, width, channels), and headers of other arrays. Source: numpy.lib.format.

import { bytesOfArray, type SampleArray } from '../../core/image.js';
import { type RowFormat, rowSink } from '../row-encoder.js';

export const npyRows: RowFormat = ({ width, height, channels }) =>
  rowSink([npyHeader(channels === 1 ? [height, width] : [height, width, channels])]);

/** Encodes an array of two or more dimensions. @param data float32, last axis contiguous. */
export function npyFile(shape: readonly number[], data: SampleArray): Uint8Array[] {
  return [npyHeader(shape), bytesOfArray(data)];
}

/** The header of an array of at least two dimensions, of float32 unless `type` is `f8`. */
export function npyHeader(shape: readonly number[], type: 'f4' | 'f8' = 'f4'): Uint8Array {
  const text = `{'descr': '<${type}', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const prefix = 10;
  // The header is padded to a multiple of 64 bytes, so that readers can memory-map the samples.
  const length = Math.ceil((prefix + text.length + 1) / 64) * 64 - prefix;
  const header = Buffer.alloc(prefix + length, ' ');
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(length, 8);
  header.write(text, prefix, 'latin1');
  header.write('\n', prefix + length - 1);
  return header;
}
