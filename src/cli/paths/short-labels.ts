// Short file names for the members of generated banks: without the parameters of the call, and with short words for those of
// the member. Names in results stay as they are.

import { fileLabel } from '../../kernels/load/ref.js';

/** Words of members' names, and what files have for them. */
const SHORT: readonly (readonly [RegExp, string])[] = [
  [/\blambda(?=\d)/g, 'l'],
  [/\btheta(?=\d)/g, 't'],
  [/\bsigma(?=\d)/g, 's'],
  [/\breal\b/g, 're'],
  [/\bimaginary\b/g, 'im'],
];

/**
 * A label for each name, in order: `gabor-l4-t45` for `gabor-bank:scales=2-lambda4-theta45`. Names that would share one, and
 * those of other kernels, keep their own.
 * @param banks the names of the banks that were asked for.
 */
export function shortLabels(names: readonly string[], banks: readonly string[]): string[] {
  const own = names.map(fileLabel);
  const short = names.map((name, i) => shortLabel(name, banks) ?? own[i]!);
  const counts = new Map<string, number>();
  for (const label of short) counts.set(label, (counts.get(label) ?? 0) + 1);
  const areUnique = short.every((label, i) => label === own[i] || counts.get(label) === 1);
  return areUnique ? short : own;
}

function shortLabel(name: string, banks: readonly string[]): string | undefined {
  const bank = banks.find((one) => name.startsWith(`${one}-`));
  if (bank === undefined) return undefined;
  const stem = bank.replace(/:.*$/s, '').replace(/-bank$/, '');
  const member = SHORT.reduce((text, [word, by]) => text.replace(word, by), name.slice(bank.length + 1));
  return fileLabel(`${stem}-${member}`);
}
