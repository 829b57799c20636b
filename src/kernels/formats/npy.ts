// Reads and writes NPY, NumPy's file of one array. 2 dimensions give a kernel [y][x], 3 [in][y][x], 4 a bank
// [out][in][y][x]. Written as version 1.0 in little-endian float64. Source: numpy.lib.format.

import { npyHeader } from '../../codecs/npy/encode.js';
import { describeType, isNpy, readNpyHeader } from '../../codecs/npy/header.js';
import { KernelError } from '../../core/errors.js';
import { bytesOfArray } from '../../core/image.js';
import type { Bank, Kernel } from '../kernel.js';
import { bankOfArray, bytesOf, checkShape, isNumberType, type StoredArray, shapeText } from './array.js';
import type { BinaryFormat } from './format.js';
import { dividedWeights, lostAnchorNote, lostBiasNote } from './written.js';

export const npy: BinaryFormat = {
  name: 'npy',
  kind: 'binary',
  endings: ['npy'],
  recognises: isNpy,
  read(bytes, context) {
    const validateShape = (shape: readonly number[]) => checkShape(shape, 'header, shape', context);
    return bankOfArray(arrayInNpy(bytes, context.subject, validateShape), context);
  },
  write(bank) {
    const header = npyHeader(shapeOf(bank), 'f8');
    const notes = bank.kernels.flatMap((kernel) => [...lostBiasNote(kernel), ...lostAnchorNote(kernel)]);
    const parts = bank.kernels.map(dividedWeights);
    notes.push(...parts.flatMap((part) => part.notes));
    return { data: Buffer.concat([header, ...parts.map(({ weights }) => bytesOfArray(weights))]), notes };
  },
};

/**
 * Reads the array of an NPY file.
 * @param validateShape called with the shape before anything else is checked; throws if it is unsuitable.
 * @throws KernelError with the place.
 */
export function arrayInNpy(
  bytes: Uint8Array,
  subject: string,
  validateShape: (shape: readonly number[]) => void,
): StoredArray {
  const refuse = (place: string, expected: string, found: string) =>
    new KernelError({ subject, place, expected, found });
  const { type, descr, start, ...order } = readNpyHeader(bytes, refuse);
  if (!isNumberType(type)) {
    throw new KernelError({
      subject,
      place: 'header, descr',
      expected: 'whole numbers of 1 to 8 bytes or floats of 2, 4 or 8 (i1 … u8, f2, f4, f8)',
      found: describeType(descr),
      advice: 'array.astype("f8") makes floats',
    });
  }
  const array = { ...order, type, elements: bytes.subarray(start), offset: start };
  validateShape(array.shape);
  const length = bytesOf(array);
  if (array.elements.length === length) return array;
  const expected = `${length} bytes for ${shapeText(array.shape)} elements`;
  throw refuse(`byte ${start}`, expected, String(array.elements.length));
}

/** The shape of an array with all weights of a bank. @throws KernelError if its kernels differ in shape. */
function shapeOf({ name, kernels }: Bank): number[] {
  const [first] = kernels as readonly [Kernel, ...Kernel[]];
  const sizes = ({ inChannels, height, width }: Kernel) => [inChannels ?? 1, height, width];
  if (kernels.length === 1) return first.inChannels === null ? sizes(first).slice(1) : sizes(first);
  const other = kernels.find((kernel) => shapeText(sizes(kernel)) !== shapeText(sizes(first)));
  if (other === undefined) return [kernels.length, ...sizes(first)];
  throw new KernelError({
    subject: `kernel ${name}`,
    place: other.name,
    expected: `the shape ${shapeText(sizes(first))} of the first kernel, since an array has one shape`,
    found: shapeText(sizes(other)),
    advice: 'json holds any bank',
  });
}
