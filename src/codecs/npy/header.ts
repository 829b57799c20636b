// Parses the header of an NPY file, versions 1 to 3: type, byte order, axis order and shape. Source:
// numpy.lib.format.

import { quoted } from '../../core/quoted.js';
import { type CodecInput, damageError, viewOf } from '../decode/codec.js';
import { type ElementName, isElementName } from './elements.js';

/** The longest header that NumPy accepts by default. */
const MAX_HEADER_BYTES = 10_000;

export interface NpyHeader {
  readonly type: ElementName;
  readonly isLittle: boolean;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Byte offset of the elements. */
  readonly start: number;
}

/** A dict entry. Its value is a string, a boolean, a tuple of integers, or a list (of a structured type). */
const ENTRY =
  /\s*(?:'(\w+)'|"(\w+)")\s*:\s*('[^'\\]*'|"[^"\\]*"|True\b|False\b|\((?:\s*-?\d{1,20}L?\s*,)*(?:\s*-?\d{1,20}L?)?\s*\)|(?=\[))\s*(,|(?=[}[]))/y;

/** @throws ImageError with the place in the file. */
export function readNpyHeader(input: CodecInput): NpyHeader {
  const { text, start } = headerText(input);
  const values = dictOf(input, text, start - text.length);
  const entry = (key: string, pattern: RegExp, expected: string) => {
    const value = values.get(key);
    if (value !== undefined && pattern.test(value)) return value;
    throw damageError(
      input,
      `header, ${key}`,
      expected,
      value === undefined ? 'none' : quoted(value.slice(0, 60)),
    );
  };
  const descr = values.get('descr') ?? '';
  const described =
    /^['"]([<>|=]?)([a-zA-Z]\d+)['"]$/.exec(descr)?.slice(1) ??
    (/^['"]\?['"]$/.test(descr) ? ['|', 'b1'] : []);
  const [order, type = ''] = described;
  if (!isElementName(type)) {
    const expected = 'numbers: bool, i1 to i8, u1 to u8, f2, f4 or f8';
    throw damageError(input, 'header, descr', expected, descr === '' ? 'none' : otherType(descr));
  }
  const shape = entry('shape', /^\(/, 'a tuple of whole numbers such as (480, 640)').match(/-?\d+/g) ?? [];
  return {
    type,
    isLittle: order !== '>',
    isFortran: entry('fortran_order', /^(True|False)$/, 'True or False') === 'True',
    shape: shape.map(Number),
    start,
  };
}

function headerText(input: CodecInput): { text: string; start: number } {
  const { bytes } = input;
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3)
    throw damageError(
      input,
      'byte 6',
      'version 1, 2 or 3 of NPY',
      bytes.length > 6 ? version : 'the end of the file',
    );
  const textStart = version === 1 ? 10 : 12;
  if (bytes.length < textStart)
    throw damageError(input, 'byte 8', 'the length of the header', 'the end of the file');
  const length = version === 1 ? viewOf(bytes).getUint16(8, true) : viewOf(bytes).getUint32(8, true);
  const maxLength = Math.min(bytes.length - textStart, MAX_HEADER_BYTES);
  if (length > maxLength)
    throw damageError(input, 'byte 8', `a header of at most ${maxLength} bytes`, length);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + textStart, length).toString('latin1');
  return { text, start: textStart + length };
}

/** The entries of the dict as text. */
function dictOf(input: CodecInput, text: string, offset: number): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const open = /^\s*\{/.exec(text);
  let at = open?.[0].length ?? 0;
  while (open && !/^\s*\}\s*$/.test(text.slice(at))) {
    ENTRY.lastIndex = at;
    const [entry = '', single, double, value = ''] = ENTRY.exec(text) ?? [];
    const key = single ?? double;
    if (key === undefined || values.has(key)) break;
    values.set(key, value);
    at += entry.length;
    // Structured types are rejected later by `descr`; the list is not parsed.
    if (text[at] === '[') return values.set(key, '[');
  }
  if (open && /^\s*\}\s*$/.test(text.slice(at))) return values;
  const found = text.slice(at, at + 40).trim();
  throw damageError(
    input,
    `header (byte ${offset + at})`,
    'a dict of descr, fortran_order and shape',
    found === '' ? 'its end' : quoted(found),
  );
}

const OTHERS: Readonly<Record<string, string>> = {
  c: 'complex numbers',
  f16: 'floats of 128 bits',
  O: 'Python objects',
  S: 'text',
  U: 'text',
  V: 'raw bytes',
  M: 'dates',
  m: 'time spans',
};

/** Describes an unsupported type. */
function otherType(descr: string): string {
  if (descr === '[') return 'a type of several fields';
  const [, name = ''] = /^['"][<>|=]?(\w+)/.exec(descr) ?? [];
  const what = OTHERS[name] ?? OTHERS[name.slice(0, 1)];
  const text = quoted(descr.slice(1, -1));
  return what === undefined ? text : `${text}, ${what}`;
}
