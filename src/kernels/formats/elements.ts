// The number types of binary files: size in bytes and a function that reads one number.

import { halfToNumber } from '../../math/half-float.js';

export interface ElementType {
  readonly bytes: number;
  /** Reads the number at a byte offset. */
  read(view: DataView, at: number, littleEndian: boolean): number;
}

/** Types by kind and size in bytes: i signed, u unsigned, f IEEE 754, bf the upper half of a float32. */
export const elementTypes = {
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  u2: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  u4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  i8: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u8: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  f2: { bytes: 2, read: (view, at, little) => halfToNumber(view.getUint16(at, little)) },
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  bf2: { bytes: 2, read: (view, at, little) => upperHalfToNumber(view.getUint16(at, little)) },
} as const satisfies Record<string, ElementType>;

export type ElementName = keyof typeof elementTypes;

/** Converts a bfloat16, which is a float32 without its lower 16 bits. */
function upperHalfToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits * 65536);
  return view.getFloat32(0);
}
