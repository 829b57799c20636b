// Unpacks the samples of a TIFF block, of any type and number of bits. Unsigned integers of up to 16 bits are scaled
// to the full range of 8 or 16 bits; all others become float32.

import { arrayOf, arrayOver, type Depth, fullScale, type SampleArray } from '../../core/image.js';
import { copyElements, type ElementName } from '../npy/elements.js';
import type { TiffLayout } from './layout.js';

/** The stored type of samples. */
type Stored = Pick<TiffLayout, 'kind' | 'bits' | 'colours'>;

/** The depth that a sample type is decoded to. */
export function depthOf({ kind, bits }: Stored): Depth {
  if (kind !== 'uint' || bits > 16) return 'float';
  return bits <= 8 ? 8 : 16;
}

/** Whether all samples of a type are decoded without rounding. */
export function isExact({ kind, bits }: Stored): boolean {
  return kind === 'float' ? bits < 64 : bits <= 24;
}

/** Whether samples of a type are scaled to the full range of their depth. Palette indices are not. */
export function isScaled({ kind, bits, colours }: Stored): boolean {
  return kind === 'uint' && bits < 16 && bits !== 8 && colours !== 'palette';
}

export interface Unpacked {
  readonly values: SampleArray;
  /** Whether conversion to float32 changed a value. */
  readonly rounded: boolean;
}

/** Unpacks rows of a block. @param bytes little-endian rows, each padded to whole bytes. */
export function unpack(bytes: Uint8Array<ArrayBuffer>, layout: TiffLayout): Unpacked {
  const { kind, bits } = layout;
  if (kind === 'uint' && bits === 8) return exact(bytes);
  if (bits === 24) return exact(kind === 'float' ? floats24(bytes) : integers24(bytes, kind === 'int'));
  if (bits % 8 !== 0) return unpackBits(bytes, layout);
  const type = `${kind === 'uint' ? 'u' : kind === 'int' ? 'i' : 'f'}${bits / 8}` as ElementName;
  if (type === 'u2' || type === 'f4') {
    const { buffer, byteOffset, byteLength } = bytes;
    return exact(arrayOver(buffer, depthOf(layout), byteOffset, byteLength / (bits / 8)));
  }
  const width = bytes.length / (bits / 8);
  const values = new Float32Array(width);
  const strides = { y: width, x: 1, c: 1 };
  const changed = copyElements(bytes, type, true, { width, channels: 1 }, strides, values);
  return { values, rounded: changed > 0 };
}

function exact(values: SampleArray): Unpacked {
  return { values, rounded: false };
}

/** Converts samples of the stored byte order to little-endian, in place. Samples of other bits have no byte order. */
export function toLittleEndian(
  bytes: Uint8Array<ArrayBuffer>,
  { bits, tags }: TiffLayout,
): Uint8Array<ArrayBuffer> {
  if (tags.little) return bytes;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bits === 16) buffer.swap16();
  else if (bits === 24) swap24(bytes);
  else if (bits === 32) buffer.swap32();
  else if (bits === 64) buffer.swap64();
  return bytes;
}

function swap24(bytes: Uint8Array): void {
  for (let i = 0; i + 2 < bytes.length; i += 3) {
    const first = bytes[i]!;
    bytes[i] = bytes[i + 2]!;
    bytes[i + 2] = first;
  }
}

/** 24-bit floats: 1 sign bit, 7 exponent bits, 16 fraction bits. */
function floats24(bytes: Uint8Array): Float32Array {
  return Float32Array.from(triples(bytes), (bits) => {
    const sign = bits >> 23 === 0 ? 1 : -1;
    const exponent = (bits >> 16) & 127;
    const fraction = bits & 0xffff;
    if (exponent === 127) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    if (exponent === 0) return sign * fraction * 2 ** -78;
    return sign * (65536 + fraction) * 2 ** (exponent - 79);
  });
}

function integers24(bytes: Uint8Array, signed: boolean): Float32Array {
  return Float32Array.from(triples(bytes), (v) => (signed && v >= 2 ** 23 ? v - 2 ** 24 : v));
}

function triples(bytes: Uint8Array): Float64Array {
  const values = new Float64Array(Math.floor(bytes.length / 3));
  for (let i = 0; i < values.length; i++) {
    values[i] = bytes[3 * i]! | (bytes[3 * i + 1]! << 8) | (bytes[3 * i + 2]! << 16);
  }
  return values;
}

/** Samples that do not fill whole bytes, most significant bit first. */
function unpackBits(bytes: Uint8Array, layout: TiffLayout): Unpacked {
  const { kind, bits, blockWidth, blockChannels } = layout;
  const rowSamples = blockWidth * blockChannels;
  const pitch = Math.ceil((rowSamples * bits) / 8);
  const rows = Math.floor(bytes.length / pitch);
  const depth = depthOf(layout);
  const values = arrayOf(depth, rows * rowSamples);
  const scale = isScaled(layout) ? fullScale(depth) / (2 ** bits - 1) : 1;
  const half = kind === 'int' ? 2 ** (bits - 1) : Number.POSITIVE_INFINITY;
  let rounded = false;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < rowSamples; i++) {
      let value = 0;
      for (let bit = i * bits; bit < (i + 1) * bits; ) {
        const take = Math.min(8 - (bit & 7), (i + 1) * bits - bit);
        const byte = bytes[row * pitch + (bit >> 3)]!;
        value = value * 2 ** take + ((byte >> (8 - (bit & 7) - take)) & ((1 << take) - 1));
        bit += take;
      }
      const signed = value >= half ? value - 2 * half : value;
      const at = row * rowSamples + i;
      values[at] = scale === 1 ? signed : Math.round(signed * scale);
      rounded ||= depth === 'float' && values[at] !== signed;
    }
  }
  return { values, rounded };
}
