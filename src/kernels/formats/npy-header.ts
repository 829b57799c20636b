// Parses the header of an NPY file, a Python dict such as {'descr': '<f8', 'fortran_order': False, 'shape':
// (3, 3), }, and returns type, order and shape of its array. Source: numpy.lib.format.

import { KernelError } from '../../core/errors.js';
import { quoted } from '../../core/quoted.js';
import { oneOf } from '../fault.js';
import type { StoredArray } from './array.js';
import { type ElementName, elementTypes } from './elements.js';

/** The syntax of each value. */
const VALUES: Readonly<Record<string, RegExp>> = {
  descr: /'([^'\\]*)'|"([^"\\]*)"|\[/y,
  fortran_order: /(True|False)\b/y,
  shape: /\(((?:\s*\d{1,15}L?\s*,)*(?:\s*\d{1,15}L?)?)\s*\)/y,
};

const EXPECTED: Readonly<Record<string, string>> = {
  descr: "a type such as '<f8'",
  fortran_order: 'True or False',
  shape: 'a tuple of whole numbers such as (3, 3)',
};

const KEY = /'(\w*)'|"(\w*)"/y;

/**
 * Parses a header.
 * @param text the dict, without magic, version and length.
 * @param offset its position in the file.
 * @throws KernelError with the byte offset.
 */
export function headerOf(text: string, offset: number, subject: string): StoredArray {
  const values = dictOf(text, (at, expected, found) => {
    const seen = found ?? (text.slice(at).trim() === '' ? 'its end' : quoted(text.slice(at, at + 24).trim()));
    return new KernelError({ subject, place: `header (byte ${offset + at})`, expected, found: seen });
  });
  for (const key of Object.keys(VALUES)) {
    if (values.has(key)) continue;
    throw new KernelError({ subject, place: 'header', expected: `the key ${quoted(key)}`, found: 'none' });
  }
  const sizes = values
    .get('shape')!
    .split(',')
    .filter((size) => size.trim() !== '');
  return {
    ...typeOf(values.get('descr')!, subject),
    fortranOrder: values.get('fortran_order') === 'True',
    shape: sizes.map((size) => Number.parseInt(size, 10)),
  };
}

type Refuse = (at: number, expected: string, found?: string) => KernelError;

function dictOf(text: string, refuse: Refuse): Map<string, string> {
  const values = new Map<string, string>();
  let at = 0;
  const skip = () => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const take = (character: string): boolean => {
    skip();
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  if (!take('{')) throw refuse(at, '"{"');
  while (!take('}')) {
    skip();
    const key = matchAt(KEY, text, at);
    const name = key?.[1] ?? key?.[2];
    if (key === null || name === undefined) throw refuse(at, 'a key in quotation marks, or "}"');
    if (!Object.hasOwn(VALUES, name)) throw refuse(at, `one of ${oneOf(Object.keys(VALUES))}`, quoted(name));
    if (values.has(name)) throw refuse(at, 'each key once', `${quoted(name)} again`);
    at += key[0].length;
    if (!take(':')) throw refuse(at, '":"');
    skip();
    const value = matchAt(VALUES[name]!, text, at);
    if (value === null) throw refuse(at, `${EXPECTED[name]} for ${name}`);
    if (value[0] === '[') throw refuse(at, EXPECTED.descr!, 'a type of several fields');
    values.set(name, value[1] ?? value[2] ?? '');
    at += value[0].length;
    if (take(',')) continue;
    if (take('}')) break;
    throw refuse(at, '"," or "}"');
  }
  skip();
  if (at < text.length) throw refuse(at, "the header's end");
  return values;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const OTHERS: Readonly<Record<string, string>> = {
  b: 'truth values',
  c: 'complex numbers',
  O: 'Python objects',
  S: 'text',
  U: 'text',
  V: 'raw bytes',
  M: 'dates',
  m: 'time spans',
};

function typeOf(descr: string, subject: string): { type: ElementName; littleEndian: boolean } {
  const [, order, kind, bytes] = /^([<>|=]?)([a-zA-Z])(\d*)/.exec(descr) ?? [];
  const name = `${kind}${bytes}`;
  const isKnown = Object.hasOwn(elementTypes, name) && /^[<>|=]?[iuf]\d$/.test(descr);
  if (isKnown) return { type: name as ElementName, littleEndian: order !== '>' };
  const what = OTHERS[kind ?? ''];
  throw new KernelError({
    subject,
    place: 'header, descr',
    expected: 'whole numbers of 1 to 8 bytes or floats of 2, 4 or 8 (i1 … u8, f2, f4, f8)',
    found: what === undefined ? quoted(descr) : `${quoted(descr)}, ${what}`,
    advice: 'array.astype("f8") makes floats',
  });
}
