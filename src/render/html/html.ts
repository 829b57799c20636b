// HTML fragments as text: interpolated values are escaped unless they are fragments themselves. Also numbers as text.

import { INVISIBLE, printable } from '../../core/errors.js';

/** Text that is already HTML. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | readonly Part[];

/** A template tag that escapes its values: `` html`<p>${name}</p>` ``. null is omitted, arrays are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, string, i) => text + textOf(parts[i - 1]!) + string));
}

const ESCAPED: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for elements and quoted attributes; invisible characters become visible escapes. */
export function escapeHtml(text: string): string {
  const shown = text.replace(INVISIBLE, (character) =>
    /[\n\t]/.test(character) ? character : printable(character),
  );
  return shown.replace(/[&<>"']/g, (character) => ESCAPED[character]!);
}

/** A few significant digits, with true minus signs. */
export function formatDigits(value: number, precision = 5): string {
  return String(Number(value.toPrecision(precision)) + 0).replaceAll('-', '−');
}

/** JSON for a script element: no character can close the element. */
export function jsonInScript(value: unknown): Html {
  const hexEscape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return new Html(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, hexEscape));
}

function textOf(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escapeHtml(String(part));
}
