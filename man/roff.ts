// Text → the lines of a manual page, in the macros of man(7) that groff and mandoc both know.

/** A text with all that roff would read otherwise spelt out, and a line that begins with a control character. */
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

/** Words that flow, as sentence: a capital first and a full stop last are the writer's. */
export function paragraph(text: string): string {
  return `.PP\n${roff(text.replace(/\s*\n\s*/g, '\n'))}`;
}

/** A term, given as roff, and what is said of it. */
export function tagged(term: string, text: string): string {
  return `.TP\n${term}\n${text === '' ? '\\&' : roff(text)}`;
}
