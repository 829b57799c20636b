// Parsers of option values that several commands share. Each takes the text of a value and returns the value;
// commander reports the InvalidArgumentError that they throw together with the option's name.

import { InvalidArgumentError } from 'commander';
import { parseDecimal } from '../../kernels/number.js';

/** A finite number. */
export function parseNumber(text: string): number {
  const value = parseDecimal(text);
  if (value === undefined || !Number.isFinite(value))
    throw new InvalidArgumentError('expected a finite number');
  return value;
}

/** A whole number from 1. */
export function parseCount(text: string): number {
  return parseWholeNumber(text, Number.MAX_SAFE_INTEGER);
}

/** A whole number from 1 to `maximum`. */
export function parseWholeNumber(text: string, maximum: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= maximum) return value;
  throw new InvalidArgumentError(`expected a whole number from 1 to ${maximum}`);
}

/** `x` or `x,y`, whole numbers from 1; a single number stands for both. */
export function parsePair(text: string): [number, number] {
  const parts = text.split(',');
  if (parts.length > 2 || !parts.every((part) => /^\d{1,9}$/.test(part) && Number(part) >= 1)) {
    throw new InvalidArgumentError('expected x or x,y: whole numbers from 1 to 999999999');
  }
  return [Number(parts[0]), Number(parts.at(-1))];
}

/** All values of a repeatable option, in order. */
export function collect(text: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), text];
}
