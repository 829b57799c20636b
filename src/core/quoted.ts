// Formats untrusted text for error messages: printable and short.

import { oneLine } from './errors.js';

/** Text in double quotes, printable and cut to about `limit` characters. */
export function quoted(text: string, limit = 40): string {
  return `"${cut(text, limit)}"`;
}

/** Text made printable and cut. Escapes lengthen text, so it is cut before and after. */
export function cut(text: string, limit = 40): string {
  const printable = oneLine(text, limit + 1);
  return printable.length > limit ? `${printable.slice(0, limit - 1)}…` : printable;
}
