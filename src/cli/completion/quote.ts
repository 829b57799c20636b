// Quotes and wraps words for generated shell scripts.

/** A text in single quotes for POSIX shells. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Words in lines of at most about 110 characters. */
export function wrapWords(words: readonly string[]): string[] {
  const lines = [''];
  for (const word of words) {
    if (lines.at(-1)!.length + word.length > 110) lines.push('');
    lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines;
}
