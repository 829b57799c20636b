// Reads and writes NPY, NumPy's file of one array: magic, version 1 to 3, a header (npy-header.ts), the
// elements. 2 dimensions give a kernel [y][x], 3 [in][y][x], 4 a bank [out][in][y][x]. Written as version 1.0
// in little-endian float64. Source: numpy.lib.format.

import { KernelError } from '../../core/errors.js';
import type { Bank, Kernel } from '../kernel.js';
import { bankOfArray, bytesOf, checkShape, type StoredArray, shapeText } from './array.js';
import type { BinaryFormat } from './format.js';
import { headerOf } from './npy-header.js';
import { dividedWeights, lostAnchorNote, lostBiasNote } from './written.js';

/** Maximum header size in bytes, as in NumPy. */
const HEADER_LIMIT = 10_000;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export const npy: BinaryFormat = {
  name: 'npy',
  kind: 'binary',
  endings: ['npy'],
  recognises: (bytes) => MAGIC.every((byte, i) => bytes[i] === byte),
  read(bytes, context) {
    const { stored, elements, offset } = arrayInNpy(bytes, context.subject, (shape) =>
      checkShape(shape, 'header, shape', context),
    );
    return bankOfArray(elements, offset, stored, context);
  },
  write(bank) {
    const shape = shapeOf(bank);
    const notes = bank.kernels.flatMap((kernel) => [...lostBiasNote(kernel), ...lostAnchorNote(kernel)]);
    const parts = bank.kernels.map(dividedWeights);
    notes.push(...parts.flatMap((part) => part.notes));
    const header = headerBytes(shape);
    const bytes = new Uint8Array(header.length + bytesOf({ shape, type: 'f8' }));
    bytes.set(header);
    const view = new DataView(bytes.buffer, header.length);
    let at = 0;
    for (const { weights } of parts) {
      for (const weight of weights) {
        view.setFloat64(at, weight, true);
        at += 8;
      }
    }
    return { data: bytes, notes };
  },
};

/** An array in a file, and the byte offset of its elements. */
export interface ArrayInFile {
  readonly stored: StoredArray;
  readonly elements: Uint8Array;
  readonly offset: number;
}

/**
 * Reads the array of an NPY file.
 * @param validateShape called with the shape before anything else is checked; throws if it is unsuitable.
 * @throws KernelError with the place.
 */
export function arrayInNpy(
  bytes: Uint8Array,
  subject: string,
  validateShape: (shape: readonly number[]) => void,
): ArrayInFile {
  const { text, start, end } = headerText(bytes, subject);
  const stored = headerOf(text, start, subject);
  validateShape(stored.shape);
  const expected = bytesOf(stored);
  if (bytes.length - end !== expected) {
    throw new KernelError({
      subject,
      place: `byte ${end}`,
      expected: `${expected} bytes for ${shapeText(stored.shape)} elements`,
      found: String(bytes.length - end),
    });
  }
  return { stored, elements: bytes.subarray(end), offset: end };
}

function headerText(bytes: Uint8Array, subject: string) {
  const refuse = (place: string, expected: string, found: string) =>
    new KernelError({ subject, place, expected, found });
  if (!npy.recognises(bytes, undefined as never)) {
    throw refuse(
      'byte 0',
      'an NPY file, which begins with \\x93NUMPY',
      bytes.length === 0 ? 'an empty file' : 'other content',
    );
  }
  const version = bytes[6];
  if (version === undefined || version < 1 || version > 3) {
    throw refuse(
      'byte 6',
      'version 1, 2 or 3 of NPY',
      version === undefined ? 'the end of the file' : String(version),
    );
  }
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw refuse('byte 8', "the header's length", 'the end of the file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const end = start + length;
  if (end > bytes.length) {
    throw refuse(
      'byte 8',
      `a header of at most ${bytes.length - start} bytes, the rest of the file`,
      String(length),
    );
  }
  if (length > HEADER_LIMIT)
    throw refuse('byte 8', `a header of at most ${HEADER_LIMIT} bytes`, String(length));
  // Latin-1 or UTF-8: characters beyond ASCII occur only in field names, which are rejected anyway.
  return { text: new TextDecoder('latin1').decode(bytes.subarray(start, end)), start, end };
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

function headerBytes(shape: readonly number[]): Uint8Array {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shapeText(shape)}, }`;
  // The header ends with a line feed at a multiple of 64 bytes, so that readers can map the elements.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length).fill(0x20);
  bytes.set([...MAGIC, 1, 0, length & 0xff, length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[9 + length] = 0x0a;
  return bytes;
}
