// Tells whether a command line of `apply` may read a large picture, before its options are parsed. Such commands run on
// their own thread: one step of work on a large picture can take seconds, during which signals would wait.

import { mayBeLarge } from '../../io/large-file.js';

/** Node's replacement for bytes that are not UTF-8; the real name of the file differs. */
const REPLACEMENT = '\uFFFD';

/**
 * @param words the arguments after the command's name; each that names a file counts as an input, also option values.
 * @returns true also where sizes are unknown: folders, patterns, lists of files, standard input and pipes.
 */
export function mayReadLarge(words: readonly string[]): boolean {
  return words.some((word, i) => {
    if (word === '-' || word.startsWith('--files-from') || word.includes(REPLACEMENT)) return true;
    if (/^(-o|--out)$/.test(words[i - 1] ?? '') || /^[-[{]/.test(word)) return false;
    return /[*?[{]/.test(word) || mayBeLarge(word);
  });
}
