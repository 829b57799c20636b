// Converts the elements of an array in a file, of any type and byte order, to samples: 8 and 16 bits for unsigned
// integers of this size, float32 for all others.

import type { Depth, SampleArray, Samples } from '../../core/image.js';
import { halfToNumber } from '../../math/half-float.js';
import { viewOf } from '../decode/codec.js';

/** NumPy type names without byte order: kind and bytes. */
export type ElementName = keyof typeof READERS;

type Read = (view: DataView, at: number, isLittle: boolean) => number;

/** Functions that read one element of each type. */
export const READERS = {
  b1: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
  u1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at, isLittle) => view.getUint16(at, isLittle),
  i2: (view, at, isLittle) => view.getInt16(at, isLittle),
  u4: (view, at, isLittle) => view.getUint32(at, isLittle),
  i4: (view, at, isLittle) => view.getInt32(at, isLittle),
  u8: (view, at, isLittle) => roundToOdd(view.getBigUint64(at, isLittle)),
  i8: (view, at, isLittle) => roundToOdd(view.getBigInt64(at, isLittle)),
  f2: (view, at, isLittle) => halfToNumber(view.getUint16(at, isLittle)),
  // As bits: converting to a number could change the payload of a NaN.
  f4: (view, at, isLittle) => view.getUint32(at, isLittle),
  f8: (view, at, isLittle) => view.getFloat64(at, isLittle),
} as const satisfies Record<string, Read>;

/** Converts an integer to a float64 by rounding to odd, so that rounding on to float32 gives the nearest value. */
function roundToOdd(whole: bigint): number {
  const size = whole < 0n ? -whole : whole;
  if (size < 2n ** 53n) return Number(whole);
  const odd = Number((size >> 11n) | ((size & 2047n) === 0n ? 0n : 1n)) * 2048;
  return whole < 0n ? -odd : odd;
}

/** Types with values that float32 does not represent. */
const INEXACT: readonly ElementName[] = ['u4', 'i4', 'u8', 'i8', 'f8'];

export function isElementName(name: string): name is ElementName {
  return Object.hasOwn(READERS, name);
}

/** Bytes per element. */
export function bytesOf(type: ElementName): number {
  return Number(type.slice(1));
}

/** The depth that holds all values of a type exactly; otherwise float. */
export function depthOf(type: ElementName): Depth {
  return type === 'u1' ? 8 : type === 'u2' ? 16 : 'float';
}

/** Whether float32 represents all values of a type. */
export function isExact(type: ElementName): boolean {
  return !INEXACT.includes(type);
}

/** Steps between elements, in elements: to the next row, column and channel. */
export interface Strides {
  readonly y: number;
  readonly x: number;
  readonly c: number;
}

/**
 * Copies the elements of an array to samples.
 * @param elements the bytes of the array.
 * @param data samples of the type's depth.
 * @returns how many values float32 does not represent exactly.
 */
export function copyElements(
  elements: Uint8Array,
  type: ElementName,
  isLittle: boolean,
  { width, channels }: Pick<Samples, 'width' | 'channels'>,
  strides: Strides,
  data: SampleArray,
): number {
  const isInOrder = strides.c === 1 && strides.x === channels && strides.y === width * channels;
  if (isInOrder && (type === 'u1' || type === 'u2' || type === 'f4')) {
    copyBytes(elements, isLittle, data);
    return 0;
  }
  if (isInOrder && isLittle && Object.hasOwn(ARRAYS, type))
    return convertInOrder(elements, ARRAYS[type as keyof typeof ARRAYS], data);
  const view = viewOf(elements);
  const read: Read = READERS[type];
  const size = bytesOf(type);
  const { buffer, byteOffset, length } = data;
  const target = type === 'f4' ? new Uint32Array(buffer, byteOffset, length) : data;
  const mayDiffer = !isExact(type);
  let changed = 0;
  for (let i = 0, row = 0; i < length; row += strides.y) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++, i++) {
        const value = read(view, size * (row + x * strides.x + c * strides.c), isLittle);
        target[i] = value;
        // A number that was rounded to odd differs, too: no float32 has so many bits.
        if (mayDiffer && !Object.is(target[i], value)) changed++;
      }
    }
  }
  return changed;
}

/** Arrays of the types that are converted to float32, in the byte order of the machine. */
const ARRAYS = { i1: Int8Array, i2: Int16Array, i4: Int32Array, u4: Uint32Array, f8: Float64Array } as const;

/** As `copyElements`, faster, for elements in the order of the samples. */
function convertInOrder(
  elements: Uint8Array,
  Numbers: (typeof ARRAYS)[keyof typeof ARRAYS],
  data: SampleArray,
): number {
  const isAligned = elements.byteOffset % Numbers.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset } = isAligned ? elements : Uint8Array.from(elements);
  const values = new Numbers(buffer as ArrayBuffer, byteOffset, data.length);
  data.set(values);
  let changed = 0;
  for (let i = 0; i < data.length; i++) {
    // NaN differs from itself, but is kept.
    if (data[i] !== values[i] && !Number.isNaN(data[i])) changed++;
  }
  return changed;
}

/** Copies elements that have the type and order of the samples. */
export function copyBytes(elements: Uint8Array, isLittle: boolean, data: SampleArray): void {
  const bytes = Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  bytes.set(elements);
  if (isLittle || data.BYTES_PER_ELEMENT === 1) return;
  if (data.BYTES_PER_ELEMENT === 2) bytes.swap16();
  else bytes.swap32();
}
