// Arrays of numbers as raw files, which pass images, weights and results between processes.

import { closeSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';

const TYPES = {
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Names of number types as NumPy calls them. */
export type NumberType = keyof typeof TYPES;
export type Numbers = Uint8Array | Int16Array | Uint16Array | Float32Array | Float64Array;

export interface ArrayFile {
  readonly path: string;
  readonly type: NumberType;
  /** The last axis runs fastest. */
  readonly shape: readonly number[];
}

export function writeArray(path: string, data: Numbers, shape: readonly number[]): ArrayFile {
  writeFileSync(path, data);
  const [type] = Object.entries(TYPES).find(([, array]) => data instanceof array)!;
  return { path, type: type as NumberType, shape };
}

/** The numbers of a file, in memory that threads can share. */
export function readArray({ path, type }: Pick<ArrayFile, 'path' | 'type'>): Numbers {
  const bytes = new Uint8Array(new SharedArrayBuffer(statSync(path).size));
  const file = openSync(path, 'r');
  try {
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(file, bytes, done, bytes.length - done, null);
      if (read === 0) throw new Error(`${path} ends early`);
      done += read;
    }
  } finally {
    closeSync(file);
  }
  return new TYPES[type](bytes.buffer as unknown as ArrayBuffer);
}
