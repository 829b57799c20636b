// Splits text into lines and numbers with their offsets, so that errors can give line and column. Used by all
// text formats.

import { KernelError, quoted } from '../../core/errors.js';
import { lineColumn } from '../file/json-location.js';
import type { Plane } from '../kernel.js';
import { parseDecimal } from '../number.js';
import type { TextContext } from './format.js';

/** A piece of text and its offset. */
export interface Piece {
  readonly text: string;
  readonly at: number;
}

/** Yields the parts of a piece between separators one by one: a list of millions would take a gigabyte. */
export function* splitAt({ text, at }: Piece, separator: string): Generator<Piece> {
  for (let start = 0; start <= text.length; ) {
    const next = text.indexOf(separator, start);
    const end = next < 0 ? text.length : next;
    yield { text: text.slice(start, end), at: at + start };
    start = end + 1;
  }
}

/** Yields non-empty lines one by one. */
export function* linesOf(text: string): Generator<Piece> {
  for (const line of matchesIn({ text, at: 0 }, /[^\r\n]+/g)) if (line.text.trim() !== '') yield line;
}

/** Yields the matches of a global pattern in a piece, with offsets in the whole text. */
export function* matchesIn(piece: Piece, pattern: RegExp): Generator<Piece> {
  for (const match of piece.text.matchAll(pattern)) yield { text: match[0], at: piece.at + match.index };
}

/** The number of items that a generator yields. */
export function countOf(pieces: Iterable<unknown>): number {
  let count = 0;
  for (const _ of pieces) count++;
  return count;
}

/** Parses a finite number between blanks. @throws KernelError for anything else, with the advice of `advise`. */
export function numberOf(
  piece: Piece,
  source: TextContext,
  advise?: (text: string) => string | undefined,
): number {
  const text = piece.text.trim();
  const value = parseDecimal(text);
  if (value !== undefined && Number.isFinite(value)) return value;
  const isNumber = value !== undefined || /^[+-]?(nan|inf)/i.test(text);
  const expected = isNumber ? 'a finite number' : 'a number';
  const found = text === '' ? 'nothing' : quoted(text);
  throw textError(source, piece.at + piece.text.search(/\S|$/), expected, found, advise?.(text));
}

/** An error at one offset of a text, with its line and column. */
export function textError(
  { text, subject }: TextContext,
  at: number,
  expected: string,
  found: string | number,
  advice?: string,
): KernelError {
  const details = { subject, place: lineColumn(text, at), expected, found: String(found) };
  return new KernelError({ ...details, ...(advice && { advice }) });
}

/** The shortest decimal that parses to the same number. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The numbers of each row, with `separator` between them. */
export function rowTexts({ width, height, weights }: Plane, separator: string): string[] {
  return Array.from({ length: height }, (_, y) =>
    Array.from(weights.subarray(y * width, (y + 1) * width), numberText).join(separator),
  );
}
