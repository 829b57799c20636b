// Counts as text. Node's locale functions would load the data of all languages: milliseconds and megabytes in every run.

/** An integer with separators: `2,000`. */
export function withSeparators(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 file`, `2,000 files`. */
export function counted(count: number, what: string): string {
  return `${withSeparators(count)} ${what}${count === 1 ? '' : 's'}`;
}
