// Text of unknown content as part of a message: printable and short.

import { oneLine } from './errors.js';

/** Text in double quotes, made printable and cut to about `limit` characters. */
export function quoted(text: string, limit = 40): string {
  return `"${cut(text, limit)}"`;
}

/** Text made printable and cut: escapes lengthen it, so it is cut before and after. */
export function cut(text: string, limit = 40): string {
  const printable = oneLine(text, limit + 1);
  return printable.length > limit ? `${printable.slice(0, limit - 1)}…` : printable;
}
