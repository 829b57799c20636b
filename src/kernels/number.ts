// A number as people write it on a command line: decimal, with sign, point and exponent, nothing else.

// Never two ways to take one digit: a file's "number" may be megabytes long.
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a text is, perhaps infinite where it is too large; undefined where it is none. */
export function decimal(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}

/** The whole number, from 0, that a text of digits is; undefined for any other text. */
export function asWhole(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
