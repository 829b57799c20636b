// Reads kernels from bytes or text of any format. The format is detected by content if possible, otherwise by
// the file's extension.

import { KernelError, quoted } from '../../core/errors.js';
import { decodeText } from '../file/json.js';
import type { Context } from '../file/weights.js';
import type { Bank } from '../kernel.js';
import type { KernelFormat } from './format.js';
import { formats } from './list.js';

const JSON_TEXT = /^\s*[[{]/;
const TABLE = 'a table of numbers (.csv, .mat)';
const EXPECTED = `a kernel: JSON, NPY, safetensors, a picture, ${TABLE} or a kernel string such as "3x3: 1,2,1 …"`;

/** The kernels of a file, or its text if that is JSON. @throws KernelError. */
export async function importFile(
  bytes: Uint8Array,
  ending: string,
  context: Context,
): Promise<Bank | string> {
  const known = (format: KernelFormat) => format.endings.includes(ending);
  const binary = formats.filter((format) => format.kind === 'binary');
  const named = binary.find((format) => format.recognises(bytes)) ?? binary.find(known);
  if (named !== undefined) return named.read(bytes, context);
  const foreign = formats.some(known) ? null : foreignType(bytes);
  if (foreign !== null) {
    const advice = 'save the weights as safetensors or NPY';
    throw new KernelError({ subject: context.subject, expected: EXPECTED, found: foreign, advice });
  }
  const text = decodeText(bytes, context.subject);
  return JSON_TEXT.test(text) ? text : importText(text, context, ending);
}

/** The kernels of a text that is not JSON. @throws KernelError. */
export function importText(text: string, context: Context, ending = ''): Bank {
  const fits = (format: KernelFormat) => format.kind === 'text' && format.recognises(text, ending);
  const format = formats.find(fits) ?? formats.find(({ endings }) => endings.includes(ending));
  if (format?.kind === 'text') return format.read({ ...context, text }, ending);
  const found = text.trim() === '' ? 'no text' : quoted(text.trim().slice(0, 80));
  throw new KernelError({ subject: context.subject, expected: EXPECTED, found });
}

/** Files that contain no kernel, by their first bytes as Latin-1. */
const FOREIGN: readonly (readonly [start: RegExp, what: string])[] = [
  [/^PK\x03\x04/, 'a ZIP archive, as PyTorch (.pt, .pth) and NumPy (.npz) write'],
  [/^\x89HDF\r\n\x1a\n/, 'an HDF5 file, as Keras (.h5) writes'],
  [/^\x80[\x02-\x05]/, 'a Python pickle, as PyTorch (.pt, .pth) and joblib write'],
  [/^....TFL3/s, 'a TensorFlow Lite model'],
  [/^GGUF/, 'a GGUF model'],
  [/^MATLAB 5\.0/, 'a MATLAB file'],
  [/^\x08[\x01-\x0f]\x12.(pytorch|keras|tf2onnx|onnx)/s, 'an ONNX model'],
  [/^\x1f\x8b/, 'a file compressed by gzip'],
  [/^%PDF/, 'a PDF document'],
  [/^SIMPLE {2}=/, 'a FITS image'],
  [/^(\x7fELF|MZ)/, 'a program'],
];

/** The type of a file that contains no kernel; null if the type is unknown. */
function foreignType(bytes: Uint8Array): string | null {
  const head = Array.from(bytes.subarray(0, 32), (byte) => String.fromCharCode(byte)).join('');
  const known = FOREIGN.find(([start]) => start.test(head));
  if (known) return known[1];
  // Text has no NUL among its first bytes.
  return bytes.subarray(0, 512).includes(0) ? 'binary data of an unknown kind' : null;
}
