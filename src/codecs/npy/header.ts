// Parses the header of an NPY file, versions 1 to 3: magic, version and length, then a Python dict such as
// {'descr': '<f8', 'fortran_order': False, 'shape': (3, 3), }. Source: numpy.lib.format.

import { quoted } from '../../core/errors.js';

/** The longest header that NumPy accepts by default. */
const MAX_HEADER_BYTES = 10_000;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export interface NpyHeader {
  /** Kind and size of the elements, such as `f8`; empty for other types, such as structures and text. */
  readonly type: string;
  /** The type as written. */
  readonly descr: string;
  readonly isLittle: boolean;
  /** Whether the first index varies fastest rather than the last. */
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Byte offset of the elements. */
  readonly start: number;
}

/** Creates the error for a place in the file. */
type Refuse = (place: string, expected: string, found: string) => Error;

/** Whether the bytes begin with NPY's magic number. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** Parses the header. @param refuse creates the error for a place in the file. @throws what `refuse` creates. */
export function readNpyHeader(bytes: Uint8Array, refuse: Refuse): NpyHeader {
  const { text, start } = headerText(bytes, refuse);
  const values = dictOf(text, (at, expected, found) => {
    const seen = found ?? (text.slice(at).trim() === '' ? 'its end' : quoted(text.slice(at, at + 24).trim()));
    return refuse(`header (byte ${start - text.length + at})`, expected, seen);
  });
  const missing = Object.keys(VALUES).find((key) => !values.has(key));
  if (missing !== undefined) throw refuse('header', `the key ${quoted(missing)}`, 'none');
  const descr = values.get('descr')!;
  const [, order, type = descr === '?' ? 'b1' : ''] = /^([<>|=]?)([a-zA-Z]\d+)$/.exec(descr) ?? [];
  return {
    type,
    descr,
    isLittle: order !== '>',
    isFortran: values.get('fortran_order') === 'True',
    shape: (values.get('shape')!.match(/\d+/g) ?? []).map(Number),
    start,
  };
}

function headerText(bytes: Uint8Array, refuse: Refuse): { text: string; start: number } {
  if (!isNpy(bytes)) {
    const found = bytes.length === 0 ? 'an empty file' : 'other content';
    throw refuse('byte 0', 'an NPY file, which begins with \\x93NUMPY', found);
  }
  const end = 'the end of the file';
  const version = bytes[6];
  if (version === undefined || version < 1 || version > 3)
    throw refuse('byte 6', 'version 1, 2 or 3 of NPY', String(version ?? end));
  const from = version === 1 ? 10 : 12;
  if (bytes.length < from) throw refuse('byte 8', "the header's length", end);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const left = bytes.length - from;
  const most = length > left ? `${left} bytes, the rest of the file` : `${MAX_HEADER_BYTES} bytes`;
  if (length > Math.min(left, MAX_HEADER_BYTES))
    throw refuse('byte 8', `a header of at most ${most}`, String(length));
  // Latin-1 or UTF-8: characters beyond ASCII occur only in field names, which are rejected anyway.
  const text = new TextDecoder('latin1').decode(bytes.subarray(from, from + length));
  return { text, start: from + length };
}

/** The syntax of each value, and its description. */
const VALUES: Readonly<Record<string, { readonly syntax: RegExp; readonly expected: string }>> = {
  descr: { syntax: /'([^'\\]*)'|"([^"\\]*)"|\[/y, expected: "a type such as '<f8'" },
  fortran_order: { syntax: /(True|False)\b/y, expected: 'True or False' },
  shape: {
    syntax: /\(((?:\s*\d{1,20}L?\s*,)*(?:\s*\d{1,20}L?)?)\s*\)/y,
    expected: 'a tuple of whole numbers such as (3, 3)',
  },
};

const KEY = /'(\w*)'|"(\w*)"/y;

/** The entries of the dict as text, without quotation marks and brackets. */
function dictOf(text: string, refuse: (at: number, expected: string, found?: string) => Error) {
  const values = new Map<string, string>();
  let at = 0;
  let start = 0;
  const take = (pattern: RegExp) => {
    start = at + /^\s*/.exec(text.slice(at))![0].length;
    pattern.lastIndex = start;
    const found = pattern.exec(text);
    at = start + (found?.[0].length ?? 0);
    return found && (found[1] ?? found[2] ?? found[0]);
  };
  if (!take(/\{/y)) throw refuse(at, '"{"');
  while (!take(/\}/y)) {
    const key = take(KEY);
    if (key === null) throw refuse(at, 'a key in quotation marks, or "}"');
    const value = Object.hasOwn(VALUES, key) ? VALUES[key]! : undefined;
    if (!value) throw refuse(start, 'one of descr, fortran_order or shape', quoted(key));
    if (values.has(key)) throw refuse(start, 'each key once', `${quoted(key)} again`);
    if (!take(/:/y)) throw refuse(at, '":"');
    const found = take(value.syntax);
    if (found === null) throw refuse(at, `${value.expected} for ${key}`);
    if (found === '[') throw refuse(start, value.expected, 'a type of several fields');
    values.set(key, found);
    if (take(/,/y)) continue;
    if (take(/\}/y)) break;
    throw refuse(at, '"," or "}"');
  }
  take(/$/y);
  if (at < text.length) throw refuse(at, "the header's end");
  return values;
}

const OTHERS: Readonly<Record<string, string>> = {
  b: 'truth values',
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
export function describeType(descr: string): string {
  const [, name = ''] = /^[<>|=]?(\w+)/.exec(descr) ?? [];
  const what = OTHERS[name] ?? OTHERS[name.slice(0, 1)];
  return what === undefined ? quoted(descr) : `${quoted(descr)}, ${what}`;
}
