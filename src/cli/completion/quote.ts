// Words as POSIX shells read them in scripts that are printed.

/** A text as one word, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Words in lines of at most some hundred characters. */
export function wrapWords(words: readonly string[]): string[] {
  const lines = [''];
  for (const word of words) {
    if (lines.at(-1)!.length + word.length > 110) lines.push('');
    lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines;
}
