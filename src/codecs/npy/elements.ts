// Arrays of numbers in a file, of any type and byte order → samples: float32 for all but unsigned integers of 8 and 16
// bits. Knows no header.

import type { Depth, SampleArray } from '../../core/image.js';
import { halfToNumber } from '../../math/half-float.js';
import { viewOf } from '../decode/codec.js';

/** Types by kind and bytes, as NumPy calls them. */
export type ElementName = keyof typeof READERS;

type Read = (view: DataView, at: number, isLittle: boolean) => number;

const READERS = {
  b1: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
  u1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at, isLittle) => view.getUint16(at, isLittle),
  i2: (view, at, isLittle) => view.getInt16(at, isLittle),
  u4: (view, at, isLittle) => view.getUint32(at, isLittle),
  i4: (view, at, isLittle) => view.getInt32(at, isLittle),
  u8: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)),
  i8: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)),
  f2: (view, at, isLittle) => halfToNumber(view.getUint16(at, isLittle)),
  // The bits: as a number, a NaN could lose some of its own.
  f4: (view, at, isLittle) => view.getUint32(at, isLittle),
  f8: (view, at, isLittle) => view.getFloat64(at, isLittle),
} as const satisfies Record<string, Read>;

type Differs = (view: DataView, at: number, isLittle: boolean, sample: number) => boolean;

/** Whether an element has another value than the float32 made of it; types that are not here never have. */
const DIFFERS: { readonly [type in ElementName]?: Differs } = {
  u4: (view, at, isLittle, sample) => view.getUint32(at, isLittle) !== sample,
  i4: (view, at, isLittle, sample) => view.getInt32(at, isLittle) !== sample,
  u8: (view, at, isLittle, sample) => view.getBigUint64(at, isLittle) !== BigInt(sample),
  i8: (view, at, isLittle, sample) => view.getBigInt64(at, isLittle) !== BigInt(sample),
  f8: (view, at, isLittle, sample) => !Object.is(view.getFloat64(at, isLittle), sample),
};

export function isElementName(name: string): name is ElementName {
  return Object.hasOwn(READERS, name);
}

/** Bytes of an element. */
export function bytesOf(type: ElementName): number {
  return Number(type.slice(1));
}

/** The depth that holds all values of a type, or float. */
export function depthOf(type: ElementName): Depth {
  return type === 'u1' ? 8 : type === 'u2' ? 16 : 'float';
}

/** How the elements of a picture follow each other: steps from row to row, column to column and channel to channel. */
export interface Strides {
  readonly y: number;
  readonly x: number;
  readonly c: number;
}

type Shape = { readonly width: number; readonly channels: number };

/**
 * Copies the elements of an array to samples.
 * @param elements the bytes of the array.
 * @param data of the type's depth.
 * @returns how many values float32 does not hold exactly.
 */
export function copyElements(
  elements: Uint8Array,
  type: ElementName,
  isLittle: boolean,
  { width, channels }: Shape,
  strides: Strides,
  data: SampleArray,
): number {
  const isInOrder = strides.c === 1 && strides.x === channels && strides.y === width * channels;
  if (isInOrder && (type === 'u1' || type === 'u2' || type === 'f4')) {
    copyBytes(elements, isLittle, data);
    return 0;
  }
  const view = viewOf(elements);
  const read: Read = READERS[type];
  const differs = DIFFERS[type];
  const size = bytesOf(type);
  const { buffer, byteOffset, length } = data;
  const target = type === 'f4' ? new Uint32Array(buffer, byteOffset, length) : data;
  let changed = 0;
  for (let i = 0, row = 0; i < length; row += strides.y) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++, i++) {
        const at = size * (row + x * strides.x + c * strides.c);
        target[i] = read(view, at, isLittle);
        if (differs?.(view, at, isLittle, target[i]!)) changed++;
      }
    }
  }
  return changed;
}

/** Copies numbers of the samples' own type, in the order of the samples. */
export function copyBytes(elements: Uint8Array, isLittle: boolean, data: SampleArray): void {
  const bytes = Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  bytes.set(elements);
  if (isLittle || data.BYTES_PER_ELEMENT === 1) return;
  if (data.BYTES_PER_ELEMENT === 2) bytes.swap16();
  else bytes.swap32();
}
