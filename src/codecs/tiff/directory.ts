// Reads the first directory of a TIFF file: tags and values, in either byte order, classic and BigTIFF, and the
// number of pages.
// Source: TIFF revision 6.0 (Adobe 1992), BigTIFF (libtiff).

import { insideOr, viewOf } from '../decode/codec.js';
import { DamagedTiff } from './errors.js';

/** The tags of one directory. Reading a value throws RangeError if it is outside the file. */
export interface TiffDirectory {
  /** Whether numbers are little-endian. */
  readonly little: boolean;
  /** Number of pages in the file, without thumbnails and masks. */
  readonly pages: number;
  has(tag: number): boolean;
  /** All tags of the directory. */
  tags(): readonly number[];
  /** The integers of a tag; empty if it is missing or has another type. */
  numbers(tag: number): readonly number[];
  /** The fractions of a RATIONAL tag as [numerator, denominator]. */
  rationals(tag: number): readonly (readonly [number, number])[];
  /** The bytes of a tag of any type. */
  bytes(tag: number): Uint8Array;
}

interface Entry {
  readonly type: number;
  readonly count: number;
  readonly at: number;
}

/** Bytes per value of each type: BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE, UNDEFINED, … LONG8, SLONG8, IFD8. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4 },
  ...{ 16: 8, 17: 8, 18: 8 },
};
/** Unsigned integer types: BYTE, SHORT, LONG, IFD, LONG8, IFD8. */
const WHOLE = [1, 3, 4, 13, 16, 18];
const RATIONAL = 5;
const UNDEFINED = 7;

const MAX_ENTRIES = 4096;
/** Limit of followed directories. */
const MAX_PAGES = 65_536;
const NEW_SUBFILE_TYPE = 254;
/** Bits of NewSubfileType: reduced image, mask. */
const NOT_A_PAGE = 0b101;

/** @throws RangeError if the directory, or data it points to, is outside the file. */
export function firstDirectory(file: Uint8Array): TiffDirectory {
  const view = viewOf(file);
  const little = view.getUint8(0) === 0x49;
  const big = view.getUint16(2, little) === 43;
  const [countBytes, entryBytes, inlineBytes] = big ? [8, 20, 8] : [2, 12, 4];
  const word = (at: number) => wholeNumber(at, inlineBytes);
  const [start, ...others] = directoriesOf(word, inlineBytes, entriesEnd);
  if (start === undefined) throw new RangeError('no directory');
  const entries = entriesAt(start);

  function entriesEnd(at: number): number {
    const count = wholeNumber(at, countBytes);
    if (count > MAX_ENTRIES) throw new RangeError(`${count} entries`);
    return at + countBytes + count * entryBytes;
  }

  function entriesAt(at: number): Map<number, Entry> {
    const found = new Map<number, Entry>();
    for (let entry = at + countBytes; entry < entriesEnd(at); entry += entryBytes) {
      const type = view.getUint16(entry + 2, little);
      const count = word(entry + 4);
      const value = entry + entryBytes - inlineBytes;
      const isInline = count * (TYPE_BYTES[type] ?? 0) <= inlineBytes;
      found.set(view.getUint16(entry, little), { type, count, at: isInline ? value : word(value) });
    }
    return found;
  }

  function isPage(at: number): boolean {
    const entry = entriesAt(at).get(NEW_SUBFILE_TYPE);
    return !entry || (view.getUint32(entry.at, little) & NOT_A_PAGE) === 0;
  }

  function placeOf(tag: number): Entry & { readonly bytes: number } {
    const entry = entries.get(tag) ?? { type: UNDEFINED, count: 0, at: 0 };
    const bytes = TYPE_BYTES[entry.type] ?? 0;
    if (entry.at + entry.count * bytes > file.length) throw new RangeError(`tag ${tag} outside the file`);
    return { ...entry, bytes };
  }

  /** The values of a tag, each read from its offset; empty unless the tag has one of the types. */
  function valuesOf<T>(tag: number, types: readonly number[], read: (at: number, bytes: number) => T): T[] {
    const { type, count, at, bytes } = placeOf(tag);
    return Array.from({ length: types.includes(type) ? count : 0 }, (_, i) => read(at + i * bytes, bytes));
  }

  function wholeNumber(at: number, bytes: number): number {
    if (bytes === 1) return view.getUint8(at);
    if (bytes === 2) return view.getUint16(at, little);
    return bytes === 4 ? view.getUint32(at, little) : Number(view.getBigUint64(at, little));
  }

  return {
    little,
    pages: 1 + others.filter(isPage).length,
    has: (tag) => entries.has(tag),
    tags: () => [...entries.keys()],
    numbers: (tag) => valuesOf(tag, WHOLE, wholeNumber),
    rationals: (tag) =>
      valuesOf(tag, [RATIONAL], (at) => [wholeNumber(at, 4), wholeNumber(at + 4, 4)] as const),
    bytes(tag) {
      const { count, at, bytes } = placeOf(tag);
      return file.subarray(at, at + count * bytes);
    },
  };
}

/** Reads a part of what tags say about an image; undefined if the part is left out. */
export type PartOf = <T>(name: string, read: () => T) => T | undefined;

/** Leaves out parts that are outside the file, each with a note, or throws DamagedTiff for the first of them. */
export function partReader(toleratesDamage: boolean, notes: string[]): PartOf {
  return (name, read) => {
    const found = insideOr(read, undefined);
    if (found !== undefined) return found;
    const fault = `its ${name} is outside the file`;
    if (!toleratesDamage) throw new DamagedTiff(fault, 'without it');
    notes.push(`${fault}, and was left out`);
    return undefined;
  };
}

/** Offsets of the directories in a chain, up to one that is outside the file or already visited. */
function directoriesOf(word: (at: number) => number, link: number, endOf: (at: number) => number): number[] {
  const found = new Set<number>();
  insideOr(() => {
    let next = word(link);
    while (next !== 0 && !found.has(next) && found.size < MAX_PAGES) {
      const end = endOf(next);
      found.add(next);
      next = word(end);
    }
  }, undefined);
  return [...found];
}
