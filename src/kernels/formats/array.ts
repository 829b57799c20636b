// Converts an array of 2 to 4 dimensions from a binary file to kernels: [y][x], [in][y][x] or
// [out][in][y][x], as in the first layers of neural networks. An array with one input channel gives kernels
// that apply to each channel separately.

import { READERS } from '../../codecs/npy/elements.js';
import type { NpyHeader } from '../../codecs/npy/header.js';
import { KernelError } from '../../core/errors.js';
import { buildKernel } from '../file/build.js';
import type { Context } from '../file/weights.js';
import { BANK_SIZE_LIMIT, type Bank } from '../kernel.js';

const { b1: _truth, ...NUMBERS } = READERS;
/** Types by kind and size in bytes: i signed, u unsigned, f IEEE 754, bf the upper half of a float32. */
const ELEMENTS = {
  ...NUMBERS,
  f4: (view: DataView, at: number, isLittle: boolean) => view.getFloat32(at, isLittle),
  bf2: (view: DataView, at: number, isLittle: boolean) => {
    const whole = new DataView(new ArrayBuffer(4));
    whole.setUint16(0, view.getUint16(at, isLittle));
    return whole.getFloat32(0);
  },
};

export type ElementName = keyof typeof ELEMENTS;

/** Whether arrays of this type can be read. */
export function isNumberType(type: string): type is ElementName {
  return Object.hasOwn(ELEMENTS, type);
}

/** An array in a file. */
export interface StoredArray extends Pick<NpyHeader, 'shape' | 'isLittle' | 'isFortran'> {
  readonly type: ElementName;
  /** The bytes of the elements, and nothing else. */
  readonly elements: Uint8Array;
  /** Their position in the file, for errors. */
  readonly offset: number;
}

/** A shape in Python notation: (8, 3, 3, 3). */
export function shapeText(shape: readonly number[]): string {
  return `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
}

/** The size of the elements in bytes. */
export function bytesOf({ shape, type }: Pick<StoredArray, 'shape' | 'type'>): number {
  return shape.reduce((product, size) => product * size, Number(type.at(-1)));
}

/**
 * Checks that an array of this shape can be kernels, and reserves its weights.
 * @param place where the file gives the shape.
 */
export function checkShape(shape: readonly number[], place: string, context: Context): void {
  const about = { subject: context.subject, place, found: shapeText(shape) };
  if (shape.length < 2 || shape.length > 4 || shape.includes(0)) {
    const expected = '2 to 4 dimensions of at least 1: (y, x), (in, y, x) or (out, in, y, x)';
    const advice = shape.length === 1 ? { advice: 'a kernel of one row has the shape (1, n)' } : {};
    throw new KernelError({ ...about, expected, ...advice });
  }
  if (shape.length === 4 && shape[0]! > BANK_SIZE_LIMIT)
    throw new KernelError({ ...about, expected: `at most ${BANK_SIZE_LIMIT} kernels in a bank` });
  const weights = shape.reduce((product, size) => product * size, 1);
  context.budget.take(weights, context);
}

/**
 * A note on shapes that look like TensorFlow's order [y][x][in][out], null for others: the first two sizes
 * are small and equal, and the last two are not those of a plausible square kernel.
 */
export function orderNote(shape: readonly number[]): string | null {
  const [first, second, third, last] = shape as [number, number, number, number];
  if (shape.length !== 4 || first !== second || first > 15) return null;
  if (third === last && (first === 1 || third < 16)) return null;
  return `${shapeText(shape)} was read as (out, in, y, x) but looks like (y, x, in, out) as in TensorFlow and Keras; convert it with numpy.transpose(array, (3, 2, 0, 1))`;
}

/** The biases of an array's kernels. */
export interface Biases {
  /** Their origin, for the descriptions of kernels and bank. */
  readonly description: string;
  /** One number per kernel. */
  readonly values: Float64Array;
}

/** Converts an array with a checked shape. */
export function bankOfArray(array: StoredArray, context: Context, biases: Biases | null = null): Bank {
  const { shape } = array;
  const note = orderNote(shape);
  if (note !== null) context.onNote?.(context.subject, note);
  const [height, width] = shape.slice(-2) as [number, number];
  const planes = shape.at(-3) ?? 1;
  const count = shape.length === 4 ? shape[0]! : 1;
  const inChannels = planes === 1 ? null : planes;
  const values = valuesOf(array, context.subject);
  const length = planes * height * width;
  const kernels = Array.from({ length: count }, (_, k) => {
    const name = count === 1 ? context.name : `${context.name}-${k + 1}`;
    const path = count === 1 ? context.path : [...context.path, 'kernels', k];
    const weights = values.slice(k * length, (k + 1) * length);
    const settings = biases === null ? {} : { description: biases.description, bias: biases.values[k]! };
    return buildKernel({ width, height, inChannels, weights }, { ...context, name, path }, settings);
  });
  return { name: context.name, ...(biases && { description: biases.description }), kernels };
}

/** Expected range in errors about numbers that are used as float32. */
export const WITHIN_FLOAT32 = 'a number of at most 3.4e38 (float32)';

/**
 * The elements as numbers; the last index varies fastest.
 * @param largest the largest magnitude; FLOAT32_MAX for numbers that are stored as float32.
 * @throws KernelError for values that are not finite or exceed `largest`, and for 64-bit integers beyond 2^53.
 */
export function valuesOf(array: StoredArray, subject: string, largest = Number.MAX_VALUE): Float64Array {
  const { shape, type, isLittle, isFortran, elements, offset } = array;
  const read = ELEMENTS[type];
  const size = Number(type.at(-1));
  const view = new DataView(elements.buffer, elements.byteOffset, elements.byteLength);
  const values = new Float64Array(elements.length / size);
  const index = shape.map(() => 0);
  for (let i = 0; i < values.length; i++) {
    const at = size * (isFortran ? fortranIndex(index, shape) : i);
    const value = read(view, at, isLittle);
    // 64-bit integers that float64 cannot represent would change.
    const isLong = type === 'i8' || type === 'u8';
    const fits = isLong ? Number.isSafeInteger(value) : Number.isFinite(value);
    if (!fits || Math.abs(value) > largest) {
      throw new KernelError({
        subject,
        place: `element [${index.join(', ')}] (byte ${offset + at})`,
        expected: fits ? WITHIN_FLOAT32 : isLong ? 'a whole number below 2^53' : 'a finite number',
        found: String(isLong ? view[type === 'i8' ? 'getBigInt64' : 'getBigUint64'](at, isLittle) : value),
      });
    }
    values[i] = value;
    nextIndex(index, shape);
  }
  return values;
}

function fortranIndex(index: readonly number[], shape: readonly number[]): number {
  return index.reduceRight((sum, place, axis) => sum * shape[axis]! + place, 0);
}

function nextIndex(index: number[], shape: readonly number[]): void {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (++index[axis]! < shape[axis]!) return;
    index[axis] = 0;
  }
}
