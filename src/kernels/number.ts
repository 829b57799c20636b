// Parses numbers as written on the command line: decimal, with optional sign, point and exponent.

// Unambiguous, so that matching takes linear time: a "number" in a file may be megabytes long.
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Parses a decimal number. Infinite if too large; undefined if the text is not a number. */
export function parseDecimal(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}

/** Parses a whole number of at most 15 digits; undefined for any other text. */
export function parseWholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
