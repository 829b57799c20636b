// Parsers of the values of options. Each takes the text of a value and returns the value;
// commander reports the InvalidArgumentError that they throw together with the option's name.

import { InvalidArgumentError } from 'commander';
import type { Depth } from '../../core/image.js';
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

/** `8`, `16` or `float`. */
export function parseDepth(text: string): Depth {
  if (text === '8' || text === '16') return text === '8' ? 8 : 16;
  if (text === 'float') return text;
  throw new InvalidArgumentError('expected 8, 16 or float');
}

const UNITS = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

/** `1500000`, `500M`, `4G`, `4GiB`. */
export function parseBytes(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
  const bytes = Number(number) * UNITS[(unit ?? '').toUpperCase() as keyof typeof UNITS];
  if (number !== undefined && bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
  throw new InvalidArgumentError('expected a number of bytes, as in 500M or 4G');
}
