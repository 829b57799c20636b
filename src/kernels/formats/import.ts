// Reads kernels from bytes or text of any format. The format is detected by content if possible, otherwise by
// the file's extension.

import { KernelError } from '../../core/errors.js';
import { quoted } from '../../core/quoted.js';
import { decodeText } from '../file/json.js';
import type { Context } from '../file/weights.js';
import type { Bank } from '../kernel.js';
import { foreignFile } from './foreign-file.js';
import type { KernelFormat, PictureDecoder } from './format.js';
import { formats } from './list.js';

const JSON_TEXT = /^\s*[[{]/;
const TABLE = 'a table of numbers (.csv, .mat)';
const EXPECTED = `a kernel: JSON, NPY, safetensors, a picture, ${TABLE} or a kernel string such as "3x3: 1,2,1 …"`;

/** The kernels of a file, or its text if that is JSON. @throws KernelError. */
export async function importFile(
  bytes: Uint8Array,
  ending: string,
  context: Context,
  pictures: PictureDecoder,
): Promise<Bank | string> {
  const known = (format: KernelFormat) => format.endings.includes(ending);
  for (const format of formats) {
    if (format.kind === 'binary' && format.recognises(bytes, pictures)) {
      return format.read(bytes, context, pictures);
    }
  }
  const named = formats.find((format) => format.kind === 'binary' && known(format));
  if (named?.kind === 'binary') return named.read(bytes, context, pictures);
  const foreign = formats.some(known) ? null : foreignFile(bytes);
  if (foreign)
    throw new KernelError({
      subject: context.subject,
      expected: EXPECTED,
      found: foreign.what,
      advice: foreign.advice,
    });
  const text = decodeText(bytes, context.subject);
  return JSON_TEXT.test(text) ? text : importText(text, context, ending);
}

/** The kernels of a text that is not JSON. @throws KernelError. */
export function importText(text: string, context: Context, ending = ''): Bank {
  const fits = (format: KernelFormat) => format.kind === 'text' && format.recognises(text, ending);
  const format = formats.find(fits) ?? formats.find(({ endings }) => endings.includes(ending));
  if (format?.kind === 'text') return format.read(text, context, ending);
  const found = text.trim() === '' ? 'no text' : quoted(text.trim().slice(0, 80));
  throw new KernelError({ subject: context.subject, expected: EXPECTED, found });
}
