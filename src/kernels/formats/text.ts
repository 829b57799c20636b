// What the text formats share: lines and numbers with their places, so that an error can name line and column.
// It does not know any format.

import { type ErrorDetails, KernelError } from '../../core/errors.js';
import { quoted } from '../../core/quoted.js';
import { lineColumn } from '../file/json-location.js';
import { decimal } from '../number.js';

/** A text and what errors call it. */
export interface Source {
  readonly text: string;
  readonly subject: string;
}

/** A piece of a text, and the offset at which it begins. */
export interface Piece {
  readonly text: string;
  readonly at: number;
}

/** The lines that hold anything, one at a time: a list of millions would take a gigabyte. */
export function* linesOf(text: string): Generator<Piece> {
  for (let at = 0; at < text.length; ) {
    const feed = text.indexOf('\n', at);
    const end = feed < 0 ? text.length : feed;
    const line = text.slice(at, end);
    if (line.trim() !== '') yield { text: line, at };
    at = end + 1;
  }
}

/** The matches of a global pattern in a piece, one at a time, at their offsets in the whole text. */
export function* matchesIn(piece: Piece, pattern: RegExp): Generator<Piece> {
  for (const match of piece.text.matchAll(pattern)) yield { text: match[0], at: piece.at + match.index };
}

/** How many a generator makes. */
export function countOf(pieces: Iterable<unknown>): number {
  let count = 0;
  for (const _ of pieces) count++;
  return count;
}

/** The number that a piece is. @throws KernelError where it is none, or not finite. */
export function numberOf(piece: Piece, source: Source, advice?: string): number {
  const value = decimal(piece.text);
  if (value !== undefined && Number.isFinite(value)) return value;
  const expected =
    value !== undefined || /^[+-]?(nan|inf)/i.test(piece.text) ? 'a finite number' : 'a number';
  throw textError(source, piece.at, {
    expected,
    found: piece.text === '' ? 'nothing' : quoted(piece.text),
    ...(advice === undefined ? {} : { advice }),
  });
}

/** An error about what stands at an offset of the text. */
export function textError(
  { text, subject }: Source,
  at: number,
  details: Omit<ErrorDetails, 'subject' | 'place'>,
): KernelError {
  return new KernelError({ subject, place: lineColumn(text, at), ...details });
}

/** A number as text: the shortest decimal that is read back as the same number. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
