// Formats text as lines of a manual page, with the macros of man(7) that both groff and mandoc support.

/** Escapes text for roff, including control characters at the start of a line. */
export function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(
      /[^\0-\x7f]/gu,
      (char) => `\\[u${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/^\./gm, '\\&.');
}

export function bold(text: string): string {
  return `\\fB${roff(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${roff(text)}\\fR`;
}

export function section(heading: string): string {
  return `.SH ${roff(heading.toUpperCase())}`;
}

export function subsection(heading: string): string {
  return `.SS ${roff(heading)}`;
}

/** Running text; the caller writes the capital letter and the full stop. */
export function paragraph(text: string): string {
  return `.PP\n${roff(text.replace(/\s*\n\s*/g, '\n'))}`;
}

/** A term, given as roff, and its description. */
export function tagged(term: string, text: string): string {
  return `.TP\n${term}\n${text === '' ? '\\&' : roff(text)}`;
}
