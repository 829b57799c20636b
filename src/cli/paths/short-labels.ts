// Short file names for the members of generated banks: without the parameters of the bank, and with abbreviated parameters
// of the member. Names in results are not shortened.

import { fileLabel } from '../../kernels/load/ref.js';

/** Parameter names and their abbreviations. */
const ABBREVIATIONS: readonly (readonly [RegExp, string])[] = [
  [/\blambda(?=\d)/g, 'l'],
  [/\btheta(?=\d)/g, 't'],
  [/\bsigma(?=\d)/g, 's'],
  [/\breal\b/g, 're'],
  [/\bimaginary\b/g, 'im'],
];

/**
 * A label for each name, in order: `gabor-l4-t45` for `gabor-bank:scales=2-lambda4-theta45`. Names of other kernels are
 * not shortened, nor any name where two short labels would be equal.
 * @param banks names of the requested banks.
 */
export function shortLabels(names: readonly string[], banks: readonly string[]): string[] {
  const full = names.map(fileLabel);
  const short = names.map((name, i) => shortLabel(name, banks) ?? full[i]!);
  const counts = new Map<string, number>();
  for (const label of short) counts.set(label, (counts.get(label) ?? 0) + 1);
  const areUnique = short.every((label, i) => label === full[i] || counts.get(label) === 1);
  return areUnique ? short : full;
}

function shortLabel(name: string, banks: readonly string[]): string | undefined {
  const bank = banks.find((candidate) => name.startsWith(`${candidate}-`));
  if (bank === undefined) return undefined;
  const stem = bank.replace(/:.*$/s, '').replace(/-bank$/, '');
  const member = ABBREVIATIONS.reduce(
    (text, [word, abbreviation]) => text.replace(word, abbreviation),
    name.slice(bank.length + 1),
  );
  return fileLabel(`${stem}-${member}`);
}
